import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GuestAdapter } from '../adapters/guest/adapter.ts';
import type { CallDeps } from '../adapters/guest/calls.ts';
import type { ProviderAdapter } from '../core/adapter.ts';
import type { Probes } from '../core/doctor.ts';
import type { Disposable } from '../core/event.ts';
import type { CredentialStore, Localize, Transport } from '../core/ports.ts';
import type { ReadDescription } from '../core/serviceDescriptions.ts';
import type { NetworkOptions } from './transport.ts';
import type { ClosableTransport } from './undiciTransport.ts';

type NetworkModule = typeof import('./network.ts');

/** The network half of the product, loaded when first needed and kept from then on. */
export class LazyNetwork implements Disposable {
  readonly #options: () => NetworkOptions;
  readonly #localize: Localize;
  #module: Promise<NetworkModule> | undefined;
  #adapters: Promise<readonly ProviderAdapter[]> | undefined;
  /** By the certificate authority file in use. */
  readonly #transports = new Map<string | undefined, Promise<ClosableTransport>>();

  constructor(options: () => NetworkOptions, localize: Localize) {
    this.#options = options;
    this.#localize = localize;
  }

  adapters(): Promise<readonly ProviderAdapter[]> {
    this.#adapters ??= this.#load().then(({ adapters }) => adapters.map((create) => create(this.#localize)));
    return this.#adapters;
  }

  /** Another extension's adapter as one of our own. */
  async guard(source: GuestAdapter, deps: CallDeps): Promise<ProviderAdapter> {
    const { guardedAdapter } = await this.#load();
    return guardedAdapter(source, { ...deps, localize: this.#localize });
  }

  /** A service as a user describes it. */
  async describe(value: unknown): Promise<ReadDescription> {
    const { readDescription } = await this.#load();
    return readDescription(value, this.#localize);
  }

  transport(certificateAuthorityFile: string | undefined): Promise<Transport> {
    const existing = this.#transports.get(certificateAuthorityFile);
    if (existing) {
      return existing;
    }
    const creating = this.#load().then(({ createTransport }) =>
      createTransport(this.#options(), certificateAuthorityFile),
    );
    this.#transports.set(certificateAuthorityFile, creating);
    creating.catch(() => {
      if (this.#transports.get(certificateAuthorityFile) === creating) {
        this.#transports.delete(certificateAuthorityFile);
      }
    });
    return creating;
  }

  /** @param stored SecretStorage itself */
  async probes(stored: CredentialStore): Promise<Probes> {
    const { createProbes } = await this.#load();
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

  #load(): Promise<NetworkModule> {
    this.#module ??= loadInATurnOfItsOwn();
    return this.#module;
  }
}

/** Loading is the longest piece of work there is: other extensions get their turn before what follows it. */
async function loadInATurnOfItsOwn(): Promise<NetworkModule> {
  const network = await import('./network.ts');
  await nextTurn();
  return network;
}
