import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { SecretStorage } from 'vscode';
import { Secret } from '../../../../src/core/model/secret.ts';
import { SecretStorageCredentialStore } from '../../../../src/platform/storage/credentialStore.ts';
import { failure } from '../../../contract/harness.ts';

const canary = 'canary-5f1d';

/** A SecretStorage in memory, of which single calls can be replaced. */
function storage(broken: Partial<SecretStorage> = {}) {
  const values = new Map<string, string>([['else/where', 'x']]);
  const whole: SecretStorage = {
    get: async (key) => values.get(key),
    store: async (key, value) => {
      values.set(key, value);
    },
    delete: async (key) => {
      values.delete(key);
    },
    keys: async () => [...values.keys()],
    onDidChange: () => ({ dispose: () => undefined }),
    ...broken,
  };
  return { values, store: new SecretStorageCredentialStore(whole, 20) };
}

const secrets = { token: new Secret(canary) };
const rejects = async (): Promise<never> => {
  throw new Error(`the keyring quotes ${canary}`);
};
const hangs = () => new Promise<never>(() => undefined);

describe('the credential store', () => {
  it('keeps one value a connection and knows whose values there are', async () => {
    const { values, store } = storage();
    await store.write('c1', secrets);
    await store.write('c2', secrets);
    assert.deepEqual([...values.keys()], ['else/where', 'connection/c1', 'connection/c2']);
    assert.deepEqual(await store.ids(), ['c1', 'c2']);
    assert.equal((await store.read('c1'))?.token?.reveal(), canary);
    await store.delete('c1');
    assert.deepEqual(await store.ids(), ['c2']);
  });

  it('notices a write that is accepted and lost', async () => {
    const { store } = storage({ store: async () => undefined });
    const error = await failure(store.write('c1', secrets));
    assert.deepEqual([error.kind, error.code], ['storage', 'lost']);
  });

  it('notices a value that cannot be understood, without quoting it', async () => {
    const { values, store } = storage();
    values.set('connection/c1', `{"token": "${canary}`);
    const error = await failure(store.read('c1'));
    assert.deepEqual([error.kind, error.code], ['storage', 'unreadable']);
    assert(!inspect(error, { depth: 20, showHidden: true }).includes(canary));
  });

  const calls: Readonly<Record<string, (store: SecretStorageCredentialStore) => Promise<unknown>>> = {
    get: (store) => store.read('c1'),
    store: (store) => store.write('c1', secrets),
    delete: (store) => store.delete('c1'),
    keys: (store) => store.ids(),
  };
  for (const [method, call] of Object.entries(calls)) {
    it(`tells that ${method} failed, without quoting the keyring`, async () => {
      const error = await failure(call(storage({ [method]: rejects }).store));
      assert.deepEqual([error.kind, error.code], ['storage', 'failed']);
      assert(!inspect(error, { depth: 20, showHidden: true }).includes(canary));
    });

    it(`does not wait for ever when ${method} hangs`, async () => {
      const error = await failure(call(storage({ [method]: hangs }).store));
      assert.deepEqual([error.kind, error.code], ['storage', 'late']);
    });
  }

  it('notices a read-back that fails or hangs', async () => {
    for (const [get, code] of [
      [rejects, 'failed'],
      [hangs, 'late'],
    ] as const) {
      assert.equal((await failure(storage({ get }).store.write('c1', secrets))).code, code);
    }
  });
});
