// The product in a profile that has a connection already, beside a flat tree of many rows to compare with.
import { readFile, writeFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { commands, EventEmitter, type ExtensionContext, ThemeIcon, TreeItem, window } from 'vscode';
import { Secret } from '../../src/core/secret.ts';
import { activate as activateProduct } from '../../src/extension.ts';
import { encoded, keyOf } from '../../src/platform/credentialStore.ts';
import type { TreeTask } from './treeTask.ts';

const id = '00000000-0000-4000-8000-000000000000';

export async function activate(context: ExtensionContext): Promise<void> {
  const task: TreeTask = JSON.parse(await readFile(context.asAbsolutePath('task.json'), 'utf8'));
  await context.secrets.store(keyOf(id), encoded({ serviceToken: new Secret('value') }));
  const connection = {
    id,
    adapterId: 'planetscale',
    serviceName: 'PlanetScale',
    label: 'many tokens',
    account: { id: '1', name: 'shop' },
    settings: {
      apiUrl: task.apiUrl,
      oauthUrl: task.apiUrl,
      serviceTokenId: 'id',
      organization: task.organization,
      applications: [],
    },
  };
  await context.globalState.update('connections', { connections: [connection], unsettled: [] });
  activateProduct(context);
  registerFlatTree(context, task);
  registerBlocked(context, task);
}

/** As many rows as plain as they can be, all at once. */
function registerFlatTree({ subscriptions }: ExtensionContext, { rows }: TreeTask): void {
  const changed = new EventEmitter<undefined>();
  let shown: number[] = [];
  let firedAt = 0;
  const getTreeItem = (row: number): TreeItem => {
    const item = new TreeItem(row === 1 ? `flat ${firedAt}` : `token ${row}`);
    item.id = String(row);
    item.description = 'active · in 3 days';
    item.iconPath = new ThemeIcon('pass');
    item.contextValue = 'item revocable';
    return item;
  };
  const treeDataProvider = {
    onDidChangeTreeData: changed.event,
    getTreeItem,
    getChildren: (row?: number) => (row === undefined ? shown : []),
  };
  subscriptions.push(
    window.createTreeView('bench.flat', { treeDataProvider }),
    commands.registerCommand('bench.fill', () => {
      shown = Array.from({ length: rows }, (_, index) => index + 1);
      firedAt = Date.now();
      changed.fire(undefined);
    }),
    commands.registerCommand('bench.empty', () => {
      shown = [];
      changed.fire(undefined);
    }),
  );
}

/** For how long the extension host could do nothing else, at most, since the command was last run. */
function registerBlocked({ subscriptions }: ExtensionContext, { blocked }: TreeTask): void {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  subscriptions.push(
    { dispose: () => delay.disable() },
    commands.registerCommand('bench.blocked', async () => {
      const longestMs = delay.max / 1e6;
      delay.reset();
      await writeFile(blocked, String(longestMs));
    }),
  );
}
