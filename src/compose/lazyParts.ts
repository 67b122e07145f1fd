import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { OfThisPlace as WholePlace } from '../adapters/index.ts';
import { lazy } from '../adapters/support/lazy.ts';
import type { ThirdPartyAdapter } from '../adapters/thirdParty/adapter.ts';
import type { CallDeps } from '../adapters/thirdParty/calls.ts';
import type { ProviderAdapter } from '../core/adapter/contract.ts';
import type { BroughtService, Choice } from '../core/adapter/service.ts';
import type { ReadDescription } from '../core/adapter/serviceDescriptions.ts';
import type { Shelf } from '../core/adapter/shelf.ts';
import type { Probes } from '../core/diagnose/diagnose.ts';
import type { Disposable } from '../core/event.ts';
import type { LeakTables } from '../core/leaks/leakedTokens.ts';
import type { ClientCertificate, CredentialStore, Localize, Transport } from '../core/ports.ts';
import type { NetworkOptions } from '../platform/network/transport.ts';
import type { ClosableTransport } from '../platform/network/undiciTransport.ts';

/** What is connected to without a service; the tables of tests, or else ours. */
export type OfThisPlace = Omit<WholePlace, 'tables'> & Partial<Pick<WholePlace, 'tables'>>;

/**
 * The network half of the product, the adapters and what sends for them: each file is loaded when first needed and kept
 * from then on.
 */
export class LazyNetwork implements Disposable {
  readonly #options: () => NetworkOptions;
  readonly #localize: Localize;
  readonly #meanwhile: readonly (() => unknown)[];
  /** The last of what has been loaded, or is being loaded. */
  #loaded: Promise<unknown> = Promise.resolve();
  /** By the certificate authority file and the client certificate in use. */
  readonly #transports = new Map<string, Promise<ClosableTransport>>();

  readonly #ofThisPlace: OfThisPlace;

  /** @param meanwhile is done once, each in a turn of its own, while the answer to what is sent first is waited for */
  constructor(
    options: () => NetworkOptions,
    localize: Localize,
    ofThisPlace: OfThisPlace,
    meanwhile: readonly (() => unknown)[],
  ) {
    this.#ofThisPlace = ofThisPlace;
    this.#options = options;
    this.#localize = localize;
    this.#meanwhile = meanwhile;
  }

  /** The services we bring: what they have in common is loaded, and of each its adapter when that is asked for. */
  readonly services = lazy(async (): Promise<readonly Choice[]> => {
    const { services, ofThisPlace } = await this.#inATurnOfItsOwn(() => import('../adapters/index.ts'));
    const tables = this.#ofThisPlace.tables ?? (() => this.leakTables());
    return [...services, ...ofThisPlace({ ...this.#ofThisPlace, tables })].map((service) =>
      this.#choice(service),
    );
  });

  /** Another extension's adapter as one of our own. */
  async guard(source: ThirdPartyAdapter, deps: CallDeps): Promise<ProviderAdapter> {
    const { guardedAdapter } = await this.#loadThirdParty();
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
      const { shelfAdapter } = await this.#loadByDescription();
      return entry && shelfAdapter(entry, this.#localize);
    },
  };

  /** A service as a user describes it. */
  async describe(value: unknown): Promise<ReadDescription> {
    const { readDescription } = await this.#loadByDescription();
    return readDescription(value, this.#localize);
  }

  async leakTables(): Promise<LeakTables> {
    const { leakTables } = await this.#loadLeaks();
    return leakTables;
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

  #choice({ offer, load }: BroughtService): Choice {
    return {
      ...offer(this.#localize),
      load: lazy(async () => (await this.#inATurnOfItsOwn(load))(this.#localize)),
    };
  }

  readonly #loadThirdParty = this.#afterServices(() => import('../adapters/thirdParty/adapter.ts'));
  readonly #loadByDescription = this.#afterServices(() => import('../adapters/byDescription.ts'));
  readonly #loadLeaks = this.#afterServices(() => import('../adapters/leaks/tables.ts'));
  readonly #loadShelf = this.#afterServices(() => import('../adapters/shelf/index.ts'));

  readonly #loadNetwork = lazy(() => {
    const loading = this.#inATurnOfItsOwn(() => import('../platform/network/index.ts'));
    void this.#inTheMeantime(loading).catch(() => undefined);
    return loading;
  });

  /** What it takes from the file of all services is loaded in an earlier turn. */
  #afterServices<File>(load: () => Promise<File>): () => Promise<File> {
    return lazy(async () => {
      await this.services();
      return this.#inATurnOfItsOwn(load);
    });
  }

  /** When the first request is out, and before anything can have come back. */
  async #inTheMeantime(loading: Promise<unknown>): Promise<void> {
    await loading;
    for (const work of this.#meanwhile) {
      await pause(0);
      await nextTurn();
      work();
    }
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
