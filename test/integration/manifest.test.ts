import assert from 'node:assert/strict';
import { commands, extensions } from 'vscode';
import {
  activityViewId,
  commandIds,
  contextKeys,
  leakedTokensViewId,
  pageTypes,
  settingDefaults,
  viewId,
} from '../../src/contributions.ts';

const viewIds: readonly string[] = [viewId, activityViewId, leakedTokensViewId];

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly default: unknown; readonly scope: string }>>;
    };
  };
}

function extension() {
  const found = extensions.getExtension<unknown>('oauth-token-manager.oauth-token-manager');
  assert(found, 'the extension is not installed');
  return found;
}

function manifest(): Manifest {
  return extension().packageJSON;
}

describe('the manifest', () => {
  it('declares just the commands that the code knows', () => {
    const declared = manifest().contributes.commands.map(({ command }) => command);
    assert.deepEqual(declared.sort(), Object.values(commandIds).sort());
  });

  it('declares just the settings that the code reads, with the same defaults', () => {
    const declared = Object.entries(manifest().contributes.configuration.properties);
    assert.deepEqual(
      Object.fromEntries(declared.map(([id, { default: value }]) => [id, value])),
      settingDefaults,
    );
  });

  it('lets no workspace decide about the network', () => {
    for (const [id, { scope }] of Object.entries(manifest().contributes.configuration.properties)) {
      assert(!id.includes('.network.') || scope === 'application', id);
    }
  });

  it('declares just the views that the code fills', () => {
    const views = Object.values(manifest().contributes.views).flat();
    assert.deepEqual(
      views.map(({ id }) => id),
      viewIds,
    );
  });

  it('uses in its conditions only settings, and context keys that the code sets', () => {
    const known: readonly string[] = [...Object.values(contextKeys), ...viewIds];
    const conditions = Object.values(manifest().contributes.menus)
      .flat()
      .map(({ when }) => when ?? '');
    const used = conditions.join(' ').match(/(?:config\.)?oauthTokens[\w.]+/g) ?? [];
    const declared = Object.keys(manifest().contributes.configuration.properties);
    assert.deepEqual(
      used.filter((key) => ![...known, ...declared.map((name) => `config.${name}`)].includes(key)),
      [],
    );
  });

  it('starts the extension for its view, its commands and the pages it had open only', () => {
    const pages = Object.values(pageTypes).map((type) => `onWebviewPanel:${type}`);
    assert.deepEqual(manifest().activationEvents, pages);
  });

  it('promises only commands that are there once the extension runs', async () => {
    await extension().activate();
    const registered = (await commands.getCommands(true)).filter((id) => id.startsWith('oauthTokens.'));
    for (const { command } of manifest().contributes.commands) {
      assert(registered.includes(command), command);
    }
    const extra = registered.filter(
      (id) =>
        !manifest().contributes.commands.some(({ command }) => command === id) &&
        !viewIds.some((prefix) => id.startsWith(prefix)),
    );
    assert.deepEqual(extra, []);
  });
});
