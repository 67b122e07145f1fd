import type { AdapterSession, Draft, FormIo, ProviderAdapter } from '../adapter/contract.ts';
import { extensionIdOf } from '../adapter/extension.ts';
import type { AdapterRegistry } from '../adapter/registry.ts';
import {
  certificateAuthorityFile,
  formSettings,
  trustedOrigins,
  trustedOriginsKey,
} from '../adapter/reservedSettings.ts';
import type { ServiceIcon } from '../adapter/serviceIcon.ts';
import type { SignInUser } from '../adapter/signInUser.ts';
import type { Disposable } from '../event.ts';
import { withoutQuery } from '../http/address.ts';
import { ConnectionHttp, type ConnectionHttpDeps, checkedBaseUrl } from '../http/client.ts';
import { RequestIds } from '../http/requestIds.ts';
import type { ServerClocks } from '../http/serverClock.ts';
import { TokenManagerError } from '../model/errors.ts';
import type { Settings } from '../model/item.ts';
import type { ClientCertificate, CredentialStore, Secrets, Transport, TransportResponse } from '../ports.ts';
import { nextTurn } from '../yielding.ts';
import type { Connections } from './connections.ts';

export interface NetworkDeps extends Omit<ConnectionHttpDeps, 'adapterId' | 'transport' | 'requestIds'> {
  /**
   * @param certificateAuthorityFile the authority that a connection trusts besides
   * @param clientCertificate what it proves itself by
   */
  readonly transport: (
    certificateAuthorityFile: string | undefined,
    clientCertificate?: ClientCertificate,
  ) => Promise<Transport>;
}

/** What a sign-in speaks through. */
export interface SignInIo extends FormIo {
  /** What the user agreed to, to be stored with the connection. */
  settings(): Settings;
}

/** The open connections: an adapter session each, made when first needed. */
export class Sessions implements Disposable {
  readonly #registry: AdapterRegistry;
  readonly #connections: Connections;
  readonly #credentials: CredentialStore;
  readonly #network: NetworkDeps;
  readonly #open = new Map<string, Promise<AdapterSession>>();
  readonly #clocks = new Map<string, ServerClocks>();
  readonly #icons = new Map<string, ServiceIcon | undefined>();
  /** What services call what was sent to them. */
  readonly requestIds = new RequestIds();

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

  /** How many milliseconds the service is ahead of this computer; 0 when they agree or nothing is known. */
  clockOffset(connectionId: string): number {
    return this.#clocks.get(connectionId)?.offsetMs ?? 0;
  }

  /** What stands before it, known once it has been opened. */
  icon(connectionId: string): ServiceIcon | undefined {
    return this.#icons.get(connectionId);
  }

  /** The addresses a connection was made for. @throws `configuration`, or `unsupported` without its adapter */
  async addresses(connectionId: string): Promise<readonly URL[]> {
    const { adapterId, settings } = this.#connections.get(connectionId);
    return baseUrls(await this.#registry.get(adapterId), settings).map(checkedBaseUrl);
  }

  /**
   * Asks one of a connection's addresses for an answer, whatever it says, without sending a credential. A client
   * certificate is shown where it always is: some servers end the connection without.
   */
  async probe(connectionId: string, url: URL, signal: AbortSignal): Promise<TransportResponse> {
    const { adapterId, settings } = this.#connections.get(connectionId);
    const transport = await this.#transport(await this.#registry.get(adapterId), settings);
    const headers = { accept: 'application/json' };
    return transport.send({ method: 'GET', url, headers, limits: this.#network.limits(), signal });
  }

  /**
   * The titles of those choices, such as that of an organization, which its credentials would not be offered
   * (any more) if the connection were made now.
   */
  async invalidChoices(connectionId: string, signal: AbortSignal): Promise<readonly string[]> {
    const connection = this.#connections.get(connectionId);
    const adapter = await this.#registry.get(connection.adapterId);
    const secrets = await this.#credentialsOf(connectionId);
    const draft: Draft = { settings: formSettings(connection.settings), secrets };
    const io = this.formIo(adapter, { settings: connection.settings, secrets });
    const lost: string[] = [];
    for (const step of adapter.form) {
      if (step.kind === 'choice' && (step.when?.(draft) ?? true)) {
        const offered = new Set((await step.options(draft, io, signal)).map(({ value }) => value));
        const chosen = [draft.settings[step.id] ?? []].flat();
        if (chosen.some((value) => !offered.has(value))) {
          lost.push(step.title);
        }
      }
    }
    return lost;
  }

  close(connectionId: string): void {
    const closing = this.#open.get(connectionId);
    this.#open.delete(connectionId);
    closing?.then((session) => session.dispose?.()).catch(() => undefined);
  }

  /** What a form speaks through before there is a connection: bound to the addresses entered so far. */
  formIo(adapter: ProviderAdapter, draft: Draft): FormIo {
    const http = this.#http(adapter, draft.settings);
    return { http: (baseUrl) => http.client(baseUrl), clock: http.serverClock };
  }

  /** The same for the sign-in itself, where the user can be asked for more. */
  signInIo(adapter: ProviderAdapter, draft: Draft, user: SignInUser): SignInIo {
    const http = this.#http(adapter, draft.settings);
    // An extension may ask for other addresses some day; those count that the user agreed to now.
    const entered = extensionIdOf(adapter.id) === undefined ? [] : origins(adapter, draft.settings);
    const trusted = new Set([...trustedOrigins(draft.settings), ...entered]);
    const trust: SignInUser['trust'] = async (addresses, signal) => {
      const origins = new Set(
        addresses
          .filter((address) => !http.isAllowed(address))
          .map((address) => checkedBaseUrl(address).origin),
      );
      if (origins.size > 0) {
        await user.trust([...origins], signal);
      }
      for (const origin of origins) {
        trusted.add(origin);
        http.allow(origin);
      }
    };
    return {
      http: (baseUrl) => http.client(baseUrl),
      clock: http.serverClock,
      user: {
        trust,
        authorize: (request, signal) => user.authorize(request, signal),
        showDeviceCode: (code) => user.showDeviceCode(code),
      },
      settings: () => (trusted.size === 0 ? {} : { [trustedOriginsKey]: [...trusted] }),
    };
  }

  dispose(): void {
    for (const id of [...this.#open.keys()]) {
      this.close(id);
    }
  }

  async #openSession(id: string): Promise<AdapterSession> {
    const { adapterId, settings } = this.#connections.get(id);
    const adapter = await this.#registry.get(adapterId);
    const secrets = await this.#credentialsOf(id);
    const http = this.#http(adapter, settings);
    this.#clocks.set(id, http.serverClock);
    this.#icons.set(id, adapter.icon);
    const session = adapter.open(
      { settings: formSettings(settings), secrets },
      {
        http: (baseUrl) => http.client(baseUrl),
        clock: http.serverClock,
        readSecrets: () => this.#credentialsOf(id),
        saveSecrets: (changes, options) => this.#connections.saveSecrets(id, changes, options),
      },
    );
    // Code that has never run is slow, and so is what comes next.
    await nextTurn();
    return session;
  }

  async #credentialsOf(id: string): Promise<Secrets> {
    const secrets = await this.#credentials.read(id);
    if (!secrets) {
      throw new TokenManagerError('credentialMissing');
    }
    return secrets;
  }

  #http(adapter: ProviderAdapter, settings: Settings): ConnectionHttp {
    return new ConnectionHttp(origins(adapter, settings), {
      ...this.#network,
      adapterId: adapter.id,
      requestIds: this.requestIds,
      transport: () => this.#transport(adapter, settings),
    });
  }

  #transport(adapter: ProviderAdapter, settings: Settings): Promise<Transport> {
    const shown = adapter.clientCertificate?.(formSettings(settings));
    return this.#network.transport(certificateAuthorityFile(settings), shown);
  }
}

/**
 * Where a connection may talk to. What another extension’s form calls an address now may have been any text when
 * the connection was made: for it those alone count that were agreed to then.
 */
function origins(adapter: ProviderAdapter, settings: Settings): readonly string[] {
  const agreed = trustedOrigins(settings);
  return extensionIdOf(adapter.id) !== undefined && agreed.length > 0
    ? agreed
    : [...baseUrls(adapter, settings).map((url) => checkedBaseUrl(url).origin), ...agreed];
}

function baseUrls({ form, addressChoices = [] }: ProviderAdapter, settings: Settings): string[] {
  return form
    .filter(({ kind, id }) => kind === 'url' || (kind === 'choice' && addressChoices.includes(id)))
    .map((step) => settings[step.id])
    .filter((value) => typeof value === 'string')
    .filter((value) => value !== '')
    .map(withoutQuery);
}
