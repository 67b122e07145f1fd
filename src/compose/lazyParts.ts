import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { ThirdPartyAdapter } from '../adapters/thirdParty/adapter.ts';
import type { CallDeps } from '../adapters/thirdParty/calls.ts';
import type { ProviderAdapter } from '../core/adapter/contract.ts';
import type { ReadDescription } from '../core/adapter/serviceDescriptions.ts';
import type { Shelf } from '../core/adapter/shelf.ts';
import type { Probes } from '../core/diagnose/diagnose.ts';
import type { Disposable } from '../core/event.ts';
import type { HttpClient } from '../core/http/client.ts';
import type { LeakTables } from '../core/leaks/leakedTokens.ts';
import type {
  ClientCertificate,
  CredentialStore,
  EditorAccounts,
  Localize,
  ProgramFiles,
  Transport,
} from '../core/ports.ts';
import type { NetworkOptions } from '../platform/network/transport.ts';
import type { ClosableTransport } from '../platform/network/undiciTransport.ts';

type AdaptersFile = typeof import('../adapters/index.ts');
type ShelfFile = typeof import('../adapters/shelf/index.ts');
/** What is connected to without a service: the editor, and what programs keep on its computer. */
export interface OfThisPlace {
  readonly accounts: EditorAccounts;
  readonly machine: ProgramFiles;
  readonly tables?: () => Promise<LeakTables>;
  /** A client for this address and no other. */
  http(baseUrl: string): HttpClient;
}

type NetworkFile = typeof import('../platform/network/index.ts');

/**
 * The network half of the product, the adapters and what sends for them: each is loaded when first needed and kept
 * from then on.
 */
export class LazyNetwork implements Disposable {
  readonly #options: () => NetworkOptions;
  readonly #localize: Localize;
  readonly #meanwhile: () => void;
  /** The last of what has been loaded, or is being loaded. */
  #loaded: Promise<unknown> = Promise.resolve();
  #adaptersFile: Promise<AdaptersFile> | undefined;
  #networkFile: Promise<NetworkFile> | undefined;
  #shelfFile: Promise<ShelfFile> | undefined;
  #adapters: Promise<readonly ProviderAdapter[]> | undefined;
  /** By the certificate authority file and the client certificate in use. */
  readonly #transports = new Map<string, Promise<ClosableTransport>>();

  readonly #ofThisPlace: OfThisPlace;

  /** @param meanwhile is run once, while the answer to what is sent first is waited for */
  constructor(
    options: () => NetworkOptions,
    localize: Localize,
    ofThisPlace: OfThisPlace,
    meanwhile: () => void,
  ) {
    this.#ofThisPlace = ofThisPlace;
    this.#options = options;
    this.#localize = localize;
    this.#meanwhile = meanwhile;
  }

  adapters(): Promise<readonly ProviderAdapter[]> {
    this.#adapters ??= this.#loadAdapters().then((file) =>
      [
        ...file.adapters,
        file.thisEditor(this.#ofThisPlace.accounts),
        file.thisComputer({
          ...this.#ofThisPlace,
          // Of tests, or else ours.
          tables: this.#ofThisPlace.tables ?? (async () => file.leakTables),
        }),
      ].map((create) => create(this.#localize)),
    );
    return this.#adapters;
  }

  /** Another extension's adapter as one of our own. */
  async guard(source: ThirdPartyAdapter, deps: CallDeps): Promise<ProviderAdapter> {
    const { guardedAdapter } = await this.#loadAdapters();
    return guardedAdapter(source, { ...deps, localize: this.#localize });
  }

  /** The services that we describe: data of their own, read when one is looked for or connected. */
  readonly shelf: Shelf = {
    offers: async () => {
      const { shelfEntries, offerOf } = await this.#loadShelf();
      return shelfEntries.map(offerOf);
    },
    adapter: async (id) => {
      const { shelfEntries, offerOf } = await this.#loadShelf();
      const entry = shelfEntries.find((candidate) => offerOf(candidate).id === id);
      const { shelfAdapter } = await this.#loadAdapters();
      return entry && shelfAdapter(entry, this.#localize);
    },
  };

  /** A service as a user describes it. */
  async describe(value: unknown): Promise<ReadDescription> {
    const { readDescription } = await this.#loadAdapters();
    return readDescription(value, this.#localize);
  }

  async leakTables(): Promise<LeakTables> {
    return (await this.#loadAdapters()).leakTables;
  }

  transport(
    certificateAuthorityFile: string | undefined,
    clientCertificate?: ClientCertificate,
  ): Promise<Transport> {
    const key = JSON.stringify([certificateAuthorityFile, clientCertificate]);
    const existing = this.#transports.get(key);
    if (existing) {
      return existing;
    }
    const creating = this.#loadNetwork().then(({ createTransport }) =>
      createTransport(this.#options(), certificateAuthorityFile, clientCertificate),
    );
    this.#transports.set(key, creating);
    creating.catch(() => {
      if (this.#transports.get(key) === creating) {
        this.#transports.delete(key);
      }
    });
    return creating;
  }

  /** @param stored SecretStorage itself */
  async probes(stored: CredentialStore): Promise<Probes> {
    const { createProbes } = await this.#loadNetwork();
    return createProbes(stored, this.#options);
  }

  /** Settings or files changed: what is sent from now on goes by the new ones. */
  reset(): void {
    const closing = [...this.#transports.values()];
    this.#transports.clear();
    for (const transport of closing) {
      void transport.then((open) => open.close()).catch(() => undefined);
    }
  }

  dispose(): void {
    this.reset();
  }

  #loadAdapters(): Promise<AdaptersFile> {
    this.#adaptersFile ??= this.#inATurnOfItsOwn(() => import('../adapters/index.ts'));
    return this.#adaptersFile;
  }

  #loadShelf(): Promise<ShelfFile> {
    this.#shelfFile ??= this.#inATurnOfItsOwn(() => import('../adapters/shelf/index.ts'));
    return this.#shelfFile;
  }

  #loadNetwork(): Promise<NetworkFile> {
    if (!this.#networkFile) {
      this.#networkFile = this.#inATurnOfItsOwn(() => import('../platform/network/index.ts'));
      void this.#inTheMeantime(this.#networkFile).catch(() => undefined);
    }
    return this.#networkFile;
  }

  /** When the first request is out, and before anything can have come back. */
  async #inTheMeantime(loading: Promise<NetworkFile>): Promise<void> {
    await loading;
    await pause(0);
    await nextTurn();
    this.#meanwhile();
  }

  /**
   * Loading is the longest piece of work there is: other extensions get their turn before it and after it. By a timer,
   * because `setImmediate` follows an answer at once, before any timer or next answer.
   */
  #inATurnOfItsOwn<File>(load: () => Promise<File>): Promise<File> {
    const loading = this.#loaded.then(async () => {
      await pause(0);
      const file = await load();
      await pause(0);
      return file;
    });
    this.#loaded = loading.catch(() => undefined);
    return loading;
  }
}
