// The product as it is, on a computer whose secret storage takes no value.
import type { ExtensionContext, SecretStorage } from 'vscode';
import { activate as activateProduct } from '../../src/extension.ts';

export function activate(context: ExtensionContext): void {
  const { subscriptions, globalState, globalStorageUri, secrets } = context;
  const rejecting: SecretStorage = {
    get: (key) => secrets.get(key),
    store: async (_, value) => {
      throw new Error(`no keyring for ${value}`);
    },
    delete: (key) => secrets.delete(key),
    keys: () => secrets.keys(),
    onDidChange: secrets.onDidChange,
  };
  activateProduct({ subscriptions, globalState, globalStorageUri, secrets: rejecting });
}
