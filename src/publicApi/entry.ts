import type {
  ConnectionsChange,
  ErrorDetails,
  ErrorKind,
  HttpResponse,
  OAuthTokensApi,
  OAuthTokensExports,
  RowsOptions,
} from '../../api/oauth-token-manager.d.ts';
import type { ProviderAdapter } from '../core/adapter/contract.ts';
import { extensionAdapterId, type OtherExtension } from '../core/adapter/extension.ts';
import type { ExtensionAccess } from '../core/adapter/extensionAccess.ts';
import type { AdapterRegistry } from '../core/adapter/registry.ts';
import type { Disposable, Event } from '../core/event.ts';
import { json, refused } from '../core/http/answers.ts';
import type { Inventory } from '../core/inventory/inventory.ts';
import { parseJsonExactly } from '../core/json.ts';
import { quotedName } from '../core/model/displayText.ts';
import { TokenManagerError } from '../core/model/errors.ts';
import { Secret } from '../core/model/secret.ts';
import type { Logger } from '../core/ports.ts';
import { ExtensionReader } from './reader.ts';

export interface ExportsDeps {
  readonly registry: AdapterRegistry;
  readonly inventory: Inventory;
  readonly access: ExtensionAccess;
  readonly logger: Logger;
  readonly changes: Event<ConnectionsChange>;
  /** Who calls. @throws `configuration` */
  identify(caller: unknown): OtherExtension;
  /** Puts another extension's adapter into custody; what that takes is loaded when first needed. */
  guard(source: ThirdPartySource): Promise<ProviderAdapter>;
}

export interface ThirdPartySource {
  readonly extension: OtherExtension;
  readonly adapter: unknown;
  readonly adapterId: string;
  readonly end: AbortSignal;
}

const versions: readonly number[] = [1];
const mostAdapters = 20;

/** What `activate()` returns to other extensions. Nothing is loaded or looked at before one of them calls. */
export function createExports(deps: ExportsDeps): OAuthTokensExports {
  return Object.freeze({
    getApi(version: number, caller: unknown): OAuthTokensApi {
      if (!versions.includes(version)) {
        const known = versions.join(', ');
        throw new TokenManagerError('unsupported', `getApi: no version ${version}; there is: ${known}`, {
          code: 'api-version',
        });
      }
      return apiFor(deps.identify(caller), deps);
    },
  });
}

function apiFor(extension: OtherExtension, deps: ExportsDeps): OAuthTokensApi {
  const reader = new ExtensionReader(extension, deps);
  return Object.freeze({
    version: 1 as const,
    registerAdapter: (adapter: unknown) => registerAdapter(extension, adapter, deps),
    secret: (value: string) => new Secret(String(value)),
    error: (kind: ErrorKind, detail = '', details: ErrorDetails = {}) =>
      new TokenManagerError(kind, detail, details),
    refusal: (response: HttpResponse, message?: string) => refused(response, { message }),
    get mayRead() {
      return deps.access.mayRead(extension);
    },
    json: (response: HttpResponse) => json(response, parseJsonExactly),
    connections: () => reader.connections(),
    rows: (connectionId: string, path: readonly string[] = [], { more = false }: RowsOptions = {}) =>
      reader.rows(connectionId, path, more),
    onDidChange: reader.onDidChange,
  });
}

function registerAdapter(extension: OtherExtension, adapter: unknown, deps: ExportsDeps): Disposable {
  const { id: adapterId, displayName } = usable(adapter);
  const { registry, logger } = deps;
  if (registry.registered.filter((other) => other.extension?.id === extension.id).length >= mostAdapters) {
    throw unusable('too many adapters');
  }
  const end = new AbortController();
  const id = extensionAdapterId(extension, adapterId);
  let loading: Promise<ProviderAdapter> | undefined;
  const load = () => {
    loading ??= deps.guard({ extension, adapter, adapterId, end: end.signal });
    return loading;
  };
  const registered = registry.register({ id, displayName: quotedName(displayName, 60), extension, load });
  logger.info(`${id} registered`);
  return {
    dispose: () => {
      end.abort();
      registered.dispose();
    },
  };
}

/** As much as can be told at once; the rest is checked when the adapter is first needed. */
function usable(adapter: unknown): { readonly id: string; readonly displayName: string } {
  if (typeof adapter !== 'object' || adapter === null) {
    throw unusable('adapter');
  }
  const id: unknown = Reflect.get(adapter, 'id');
  const displayName: unknown = Reflect.get(adapter, 'displayName');
  if (typeof id !== 'string' || !/^[a-z0-9][a-z0-9._-]{0,63}$/.test(id)) {
    throw unusable('id');
  }
  if (typeof displayName !== 'string' || displayName.trim() === '') {
    throw unusable('displayName');
  }
  if (!Array.isArray(Reflect.get(adapter, 'form'))) {
    throw unusable('form');
  }
  for (const name of ['signIn', 'open']) {
    if (typeof Reflect.get(adapter, name) !== 'function') {
      throw unusable(name);
    }
  }
  return { id, displayName };
}

function unusable(what: string): TokenManagerError {
  return new TokenManagerError('configuration', `registerAdapter: ${what}`, { code: 'unusable-adapter' });
}
