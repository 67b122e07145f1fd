import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { SecretStorageCredentialStore } from '../../../../src/platform/storage/credentialStore.ts';
import { anyText, property } from '../../property.ts';

function memorySecretStorage() {
  const values = new Map<string, string>();
  return {
    values,
    storage: {
      get: async (key: string) => values.get(key),
      store: async (key: string, value: string) => void values.set(key, value),
      delete: async (key: string) => void values.delete(key),
      keys: async () => [...values.keys()],
      onDidChange: () => ({ dispose: () => undefined }),
    },
  };
}

describe('properties of credentialStore', () => {
  property(
    'the credential store gives back what it was given, whatever names and values are',
    async (entries: Record<string, string>) => {
      const { storage } = memorySecretStorage();
      const store = new SecretStorageCredentialStore(storage);
      const secrets = Object.entries(entries).map(([name, value]) => [name, new Secret(value)] as const);
      await store.write('c', Object.fromEntries(secrets));
      const read = Object.entries((await store.read('c')) ?? {});
      assert.deepEqual(
        read.map(([name, secret]) => [name, secret.reveal()]),
        Object.entries(entries),
      );
    },
    // No name with a backslash: after a text with a member `\\` and before it the same members, V8 13.6 reads every
    // name that is escaped, such as "\ud800", as `\` too. Names are those of the fields of forms.
    fc.dictionary(
      fc.oneof(
        anyText.filter((name) => !name.includes('\\')),
        fc.constantFrom('__proto__', 'constructor', 'toJSON'),
      ),
      anyText,
    ),
  );

  property(
    'the credential store reads damaged text as credentials or as unreadable, and never quotes it',
    async (text: string) => {
      const { storage, values } = memorySecretStorage();
      values.set('connection/c', text);
      const outcome = await new SecretStorageCredentialStore(storage)
        .read('c')
        .catch((thrown: unknown) => thrown);
      if (outcome instanceof Error) {
        assert(outcome instanceof TokenManagerError);
        assert.deepEqual([outcome.kind, outcome.code, outcome.detail], ['storage', 'unreadable', '']);
        assert.equal(outcome.cause, undefined);
      } else {
        assert(Object.values(outcome ?? {}).every((secret) => secret instanceof Secret));
      }
    },
    fc.oneof(anyText, fc.json()),
  );
});
