// The product in a profile that has a connection already, beside a flat tree of many rows to compare with.
import { readFile, writeFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  commands,
  EventEmitter,
  type ExtensionContext,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  type TreeView,
  type TreeViewOptions,
  window,
} from 'vscode';
import { commandIds, viewId } from '../../src/contributions.ts';
import { Secret } from '../../src/core/model/secret.ts';
import { activate as activateProduct } from '../../src/extension.ts';
import { encoded, keyOf } from '../../src/platform/storage/credentialStore.ts';
import { registerOpenTree } from './openTree.ts';
import { type Heard, palettePauseMs, type TreeTask } from './treeTask.ts';

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
  const watched = watchProductTree();
  activateProduct(context);
  registerFlatTree(context, task);
  registerOpenTree(context);
  registerBlocked(context, task, watched);
}

/** As many rows as plain as they can be, all at once. */
function registerFlatTree({ subscriptions }: ExtensionContext, { rows }: TreeTask): void {
  const changed = new EventEmitter<number | undefined>();
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
    commands.registerCommand('bench.fillFew', () => {
      shown = Array.from({ length: 25 }, (_, index) => index + 1);
      firedAt = 0;
      changed.fire(undefined);
    }),
    commands.registerCommand('bench.change', () => {
      firedAt = Date.now();
      changed.fire(1);
    }),
    commands.registerCommand('bench.empty', () => {
      shown = [];
      changed.fire(undefined);
    }),
  );
}

/** What VS Code was told of the product's tree. */
interface Watched {
  /** Epoch milliseconds when it was last told that rows have changed. */
  firedAt: number;
  /** How many rows it was told of, and how many of them look and sound as before, with the same rows below them. */
  fired: number;
  inVain: number;
}

/** This extension's own `vscode` is changed, no other extension's. */
function watchProductTree(): Watched {
  const watched: Watched = { firedAt: 0, fired: 0, inVain: 0 };
  const { createTreeView } = window;
  Object.assign(window, {
    createTreeView: <T>(id: string, options: TreeViewOptions<T>): TreeView<T> => {
      if (id === viewId) {
        watchTree(options.treeDataProvider, watched);
      }
      return createTreeView(id, options);
    },
  });
  return watched;
}

function watchTree<T>(provider: TreeDataProvider<T>, watched: Watched): void {
  const looks = new Map<T, string>();
  const lists = new Map<T, readonly T[]>();
  const getTreeItem = provider.getTreeItem.bind(provider);
  const getChildren = provider.getChildren.bind(provider);
  const lookOf = ({
    label,
    description,
    iconPath,
    contextValue,
    collapsibleState,
    accessibilityInformation,
    command,
  }: TreeItem): string => {
    const words = [label, description, iconPath, accessibilityInformation];
    return JSON.stringify([...words, contextValue, collapsibleState, command?.command]);
  };
  const look = async (row: T): Promise<string> => lookOf(await getTreeItem(row));
  Object.assign(provider, {
    getTreeItem: async (row: T) => {
      const item = await getTreeItem(row);
      looks.set(row, lookOf(item));
      return item;
    },
    getChildren: async (row?: T) => {
      const rows = (await getChildren(row)) ?? [];
      if (row !== undefined) {
        lists.set(row, rows);
      }
      return rows;
    },
  });
  const isAlike = async (one: T, other: T | undefined) =>
    one === other || (other !== undefined && (await getTreeItem(one)).id === (await getTreeItem(other)).id);
  const hasSameRows = async (row: T, before: readonly T[]) => {
    const now = (await getChildren(row)) ?? [];
    const alike = await Promise.all(before.map((below, index) => isAlike(below, now[index])));
    return before.length === now.length && alike.every(Boolean);
  };
  provider.onDidChangeTreeData?.(async (rows) => {
    watched.firedAt = Date.now();
    const told = Array.isArray(rows) ? rows : rows ? [rows] : [];
    watched.fired += told.length;
    const before = told.map((row) => ({ row, look: looks.get(row), rows: lists.get(row) }));
    for (const { row, look: lookBefore, rows: rowsBefore } of before) {
      const isAsBefore =
        lookBefore === (await look(row)) && (!rowsBefore || (await hasSameRows(row, rowsBefore)));
      watched.inVain += Number(isAsBefore);
    }
  });
}

/**
 * For how long the extension host could do nothing else, at most, since the command was last run: by the clock, and
 * in processor time of its thread, which other processes do not lengthen. And what the tree was told meanwhile.
 */
function registerBlocked({ subscriptions }: ExtensionContext, { blocked }: TreeTask, watched: Watched): void {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let busyMs = 0;
  let askedAt = 0;
  let before = threadMs();
  const turns = setInterval(() => {
    const now = threadMs();
    busyMs = Math.max(busyMs, now - before);
    before = now;
  }, 2);
  subscriptions.push(
    { dispose: () => delay.disable() },
    { dispose: () => clearInterval(turns) },
    commands.registerCommand('bench.loadAll', () => {
      setTimeout(() => {
        void commands.executeCommand(commandIds.loadAll);
      }, palettePauseMs);
    }),
    commands.registerCommand('bench.services', () => {
      setTimeout(() => {
        askedAt = Date.now();
        void commands.executeCommand(commandIds.addConnection);
      }, palettePauseMs);
    }),
    commands.registerCommand('bench.blocked', async () => {
      const heard: Heard = { ...watched, longestMs: delay.max / 1e6, busyMs, askedAt };
      delay.reset();
      busyMs = 0;
      Object.assign(watched, { fired: 0, inVain: 0 });
      await writeFile(blocked, JSON.stringify(heard));
    }),
  );
}

/** Milliseconds of processor time that this thread has taken. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
