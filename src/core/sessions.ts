import type { AdapterSession, Draft, FormIo, FormStep, ProviderAdapter } from './adapter.ts';
import type { Connections } from './connections.ts';
import { TokenManagerError } from './errors.ts';
import type { Disposable } from './event.ts';
import { ConnectionHttp, type ConnectionHttpDeps } from './http.ts';
import type { Settings } from './model.ts';
import type { CredentialStore, Transport } from './ports.ts';
import type { AdapterRegistry } from './registry.ts';
import { certificateAuthorityFile, formSettings } from './reservedSettings.ts';

export interface NetworkDeps extends Omit<ConnectionHttpDeps, 'adapterId' | 'transport'> {
  /** @param certificateAuthorityFile whom a connection trusts besides */
  readonly transport: (certificateAuthorityFile: string | undefined) => Promise<Transport>;
}

/** The open connections: an adapter session each, made when first needed. */
export class Sessions implements Disposable {
  readonly #registry: AdapterRegistry;
  readonly #connections: Connections;
  readonly #credentials: CredentialStore;
  readonly #network: NetworkDeps;
  readonly #open = new Map<string, Promise<AdapterSession>>();

  constructor(
    registry: AdapterRegistry,
    connections: Connections,
    credentials: CredentialStore,
    network: NetworkDeps,
  ) {
    this.#registry = registry;
    this.#connections = connections;
    this.#credentials = credentials;
    this.#network = network;
  }

  /** @throws `credentialMissing`, `storage`, `configuration` or `unsupported`; a later call tries anew */
  get(connectionId: string): Promise<AdapterSession> {
    const existing = this.#open.get(connectionId);
    if (existing) {
      return existing;
    }
    const opening = this.#openSession(connectionId);
    this.#open.set(connectionId, opening);
    opening.catch(() => {
      if (this.#open.get(connectionId) === opening) {
        this.#open.delete(connectionId);
      }
    });
    return opening;
  }

  close(connectionId: string): void {
    const closing = this.#open.get(connectionId);
    this.#open.delete(connectionId);
    closing?.then((session) => session.dispose?.()).catch(() => undefined);
  }

  /** What a form speaks through before there is a connection: bound to the addresses entered so far. */
  formIo(adapter: ProviderAdapter, draft: Draft): FormIo {
    const http = this.#http(adapter, draft.settings);
    return { http: (baseUrl) => http.client(baseUrl), clock: this.#network.clock };
  }

  dispose(): void {
    for (const id of [...this.#open.keys()]) {
      this.close(id);
    }
  }

  async #openSession(id: string): Promise<AdapterSession> {
    const { adapterId, settings } = this.#connections.get(id);
    const adapter = await this.#registry.get(adapterId);
    const secrets = await this.#credentials.read(id);
    if (!secrets) {
      throw new TokenManagerError('credentialMissing');
    }
    const http = this.#http(adapter, settings);
    return adapter.open(
      { settings: formSettings(settings), secrets },
      {
        http: (baseUrl) => http.client(baseUrl),
        clock: this.#network.clock,
        saveSecrets: (changes) => this.#connections.saveSecrets(id, changes),
      },
    );
  }

  #http(adapter: ProviderAdapter, settings: Settings): ConnectionHttp {
    return new ConnectionHttp(baseUrls(adapter.form, settings), {
      ...this.#network,
      adapterId: adapter.id,
      transport: () => this.#network.transport(certificateAuthorityFile(settings)),
    });
  }
}

function baseUrls(form: readonly FormStep[], settings: Settings): string[] {
  return form
    .filter((step) => step.kind === 'url')
    .map((step) => settings[step.id])
    .filter((value) => typeof value === 'string');
}
