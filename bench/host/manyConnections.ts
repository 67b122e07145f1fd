// The product in a profile with two hundred connections.
import type { ExtensionContext } from 'vscode';
import type { ProductContext } from '../../src/compose/product.ts';
import { activate as activateProduct } from '../../src/extension.ts';

/** Made when they are asked for, as what VS Code has stored costs nothing before. */
const connections = () =>
  Array.from({ length: 200 }, (_, index) => ({
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    adapterId: 'planetscale',
    serviceName: 'PlanetScale',
    label: `connection ${index}`,
    account: { id: String(index), name: `account ${index}` },
    settings: {
      apiUrl: 'http://127.0.0.1:9/v1',
      oauthUrl: 'http://127.0.0.1:9',
      serviceTokenId: 'id',
      organization: 'shop',
      applications: [],
    },
  }));

export function activate(context: ExtensionContext): unknown {
  const { globalState, subscriptions, secrets, globalStorageUri } = context;
  function get<T>(key: string): T | undefined;
  function get<T>(key: string, fallback: T): T;
  function get(key: string, fallback?: unknown): unknown {
    return key === 'connections' ? index() : globalState.get(key, fallback);
  }
  const state: ProductContext['globalState'] = {
    get,
    keys: () => globalState.keys(),
    update: (key, value) => globalState.update(key, value),
    setKeysForSync: (keys) => globalState.setKeysForSync(keys),
  };
  return activateProduct({ subscriptions, secrets, globalStorageUri, globalState: state });
}

const index = () => ({ connections: connections(), unsettled: [] });
