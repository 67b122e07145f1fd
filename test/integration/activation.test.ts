import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, EventEmitter, extensions, type SecretStorage, Uri } from 'vscode';
import type { ProductContext } from '../../src/compose/product.ts';
import { activate } from '../../src/extension.ts';
import { startCodegen } from '../servers/codegen.ts';

/** Everything the product may ask VS Code for, in memory, with a record of what it asked. */
function recordingContext(connections: readonly unknown[], secrets: ReadonlyMap<string, string>) {
  const secretCalls: string[] = [];
  const values = new Map<string, string>(secrets);
  const state = new Map<string, unknown>([['connections', { connections, unsettled: [] }]]);
  const storage: SecretStorage = {
    get: async (key) => {
      secretCalls.push(`get ${key}`);
      return values.get(key);
    },
    store: async (key, value) => {
      secretCalls.push(`store ${key}`);
      values.set(key, value);
    },
    delete: async (key) => {
      secretCalls.push(`delete ${key}`);
      values.delete(key);
    },
    keys: async () => [...values.keys()],
    onDidChange: new EventEmitter<{ readonly key: string }>().event,
  };
  function get<T>(key: string): T | undefined;
  function get<T>(key: string, fallback: T): T;
  function get(key: string, fallback?: unknown): unknown {
    return state.get(key) ?? fallback;
  }
  const context: ProductContext = {
    subscriptions: [],
    secrets: storage,
    // Of this test alone, because the folder must not be there unless the product makes it.
    globalStorageUri: Uri.file(join(tmpdir(), `oauth-tokens-activation-${randomUUID()}`)),
    globalState: {
      get,
      keys: () => [...state.keys()],
      update: async (key, value) => {
        state.set(key, value);
      },
      setKeysForSync: () => undefined,
    },
  };
  return { context, secretCalls };
}

function connectionTo(url: string, organization: number) {
  return {
    id: 'c1',
    adapterId: 'codegen',
    serviceName: 'Codegen',
    label: 'sample',
    account: { id: '1', name: 'me' },
    settings: { baseUrl: url, organization: String(organization), organizationName: 'Shopfront' },
  };
}

/** What every extension's own `fetch` goes through; see the undici documentation on global dispatchers. */
function sharedSlots(): unknown[] {
  return [1, 2].map((version) => Reflect.get(globalThis, Symbol.for(`undici.globalDispatcher.${version}`)));
}

describe('activation', () => {
  it('opens no socket, reads no secret and makes no file, however many connections there are', async () => {
    const sockets: unknown[] = [];
    const record = (message: unknown) => sockets.push(message);
    subscribe('net.client.socket', record);
    const { context, secretCalls } = recordingContext(
      [connectionTo('http://127.0.0.1:9', 1), { ...connectionTo('http://127.0.0.1:9', 1), id: 'c2' }],
      new Map(),
    );
    try {
      activate(context);
      await new Promise(setImmediate);
      assert.deepEqual(sockets, []);
      assert.deepEqual(secretCalls, []);
      assert(!existsSync(context.globalStorageUri.fsPath));
    } finally {
      unsubscribe('net.client.socket', record);
      disposeAll(context);
    }
  });

  it('and a first request leave the process-wide undici slots as they were', async () => {
    const before = sharedSlots();
    const server = await startCodegen();
    const { context } = recordingContext(
      [connectionTo(server.url, server.credentials.organizationId)],
      new Map([['connection/c1', JSON.stringify({ token: server.credentials.token })]]),
    );
    try {
      activate(context);
      await commands.executeCommand('oauthTokens.refresh');
      assert(
        server.requests.some(({ status }) => status === 200),
        'no request arrived',
      );
      assert.deepEqual(sharedSlots(), before);
    } finally {
      disposeAll(context);
      await server.stop();
    }
  });

  it('of the built extension keeps the network half out of the first file, which touches no slot either', () => {
    const extension = extensions.getExtension('oauth-token-manager.oauth-token-manager');
    assert(extension);
    const before = sharedSlots();
    const load = createRequire(join(extension.extensionPath, 'package.json'));
    const adapters: unknown = load('./dist/adapters.cjs');
    assert(typeof adapters === 'object' && adapters !== null && 'services' in adapters);
    const network: unknown = load('./dist/network.cjs');
    assert(typeof network === 'object' && network !== null && 'createTransport' in network);
    assert.deepEqual(sharedSlots(), before);
  });

  it('of the built extension keeps what stands behind its views and commands, and pages, out of that file, too', () => {
    const extension = extensions.getExtension('oauth-token-manager.oauth-token-manager');
    assert(extension);
    const read = (file: string) => readFileSync(join(extension.extensionPath, 'dist', file), 'utf8');
    for (const [file, inIt] of [
      ['product.cjs', 'createOutputChannel'],
      ['commands.cjs', 'showOpenDialog'],
      ['pages.cjs', 'default-src'],
    ] as const) {
      assert(read(file).includes(inIt), file);
      assert(!read('extension.cjs').includes(inIt), file);
    }
  });

  it('is all that a command or another extension has to wait for', async () => {
    const server = await startCodegen();
    const { context } = recordingContext(
      [connectionTo(server.url, server.credentials.organizationId)],
      new Map([['connection/c1', JSON.stringify({ token: server.credentials.token })]]),
    );
    try {
      const { getApi } = activate(context);
      const extension = extensions.getExtension('oauth-token-manager.oauth-token-manager');
      assert(extension);
      assert.equal(getApi(1, { extension }).version, 1);
      await commands.executeCommand('oauthTokens.refresh');
      assert(server.requests.some(({ status }) => status === 200));
    } finally {
      disposeAll(context);
      await server.stop();
    }
  });
});

function disposeAll({ subscriptions }: ProductContext): void {
  for (const subscription of subscriptions) {
    // The host keeps one log channel per name for good and complains when a disposed one is made again.
    if (!('logLevel' in subscription)) {
      subscription.dispose();
    }
  }
}
