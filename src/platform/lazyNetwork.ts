import type { ProviderAdapter } from '../core/adapter.ts';
import type { Disposable } from '../core/event.ts';
import type { Localize, Transport, TransportLimits } from '../core/ports.ts';

type NetworkModule = typeof import('./network.ts');

/** The network half of the product, loaded when first needed and kept from then on. */
export class LazyNetwork implements Disposable {
  readonly #limits: () => TransportLimits;
  readonly #localize: Localize;
  #module: Promise<NetworkModule> | undefined;
  #adapters: Promise<readonly ProviderAdapter[]> | undefined;
  #transport: { readonly connectMs: number; readonly transport: Transport & Closable } | undefined;

  constructor(limits: () => TransportLimits, localize: Localize) {
    this.#limits = limits;
    this.#localize = localize;
  }

  adapters(): Promise<readonly ProviderAdapter[]> {
    this.#adapters ??= this.#load().then(({ adapters }) => adapters.map((create) => create(this.#localize)));
    return this.#adapters;
  }

  async transport(): Promise<Transport> {
    const { createUndiciTransport } = await this.#load();
    const { connectMs } = this.#limits();
    if (this.#transport?.connectMs !== connectMs) {
      void this.#transport?.transport.close();
      this.#transport = { connectMs, transport: createUndiciTransport(connectMs) };
    }
    return this.#transport.transport;
  }

  dispose(): void {
    void this.#transport?.transport.close();
  }

  #load(): Promise<NetworkModule> {
    this.#module ??= import('./network.ts');
    return this.#module;
  }
}

interface Closable {
  close(): Promise<void>;
}
