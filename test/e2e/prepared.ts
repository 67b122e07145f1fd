// The product as it is, on a profile that already has connections, and with a keyring that can break.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ExtensionContext, SecretStorage } from 'vscode';
import { activate as activateProduct } from '../../src/extension.ts';
import { keyOf } from '../../src/platform/storage/credentialStore.ts';
import type { Samples } from '../start/samples.ts';

export interface Prepared extends Samples {
  /** While there is such a file, SecretStorage takes no value. */
  readonly brokenWhile: string;
}

export async function activate(context: ExtensionContext): Promise<void> {
  const file = context.asAbsolutePath('prepared.json');
  const prepared: Prepared = JSON.parse(await readFile(file, 'utf8'));
  const { subscriptions, globalState, globalStorageUri, secrets } = context;
  if (globalState.get('connections') === undefined) {
    // Twice: VS Code in a browser does not wait for what it writes, and an earlier writing that ends after a later one
    // takes the last value along until there is another. In the second round each of them has all values.
    for (const [id, value] of [...Object.entries(prepared.secrets), ...Object.entries(prepared.secrets)]) {
      await secrets.store(keyOf(id), value);
    }
    await globalState.update('connections', prepared.index);
  }
  const breakable: SecretStorage = {
    get: (key) => secrets.get(key),
    store: async (key, value) => {
      if (existsSync(prepared.brokenWhile)) {
        throw new Error(`no keyring for ${value}`);
      }
      await secrets.store(key, value);
    },
    delete: (key) => secrets.delete(key),
    keys: () => secrets.keys(),
    onDidChange: secrets.onDidChange,
  };
  activateProduct({ subscriptions, globalState, globalStorageUri, secrets: breakable });
}
