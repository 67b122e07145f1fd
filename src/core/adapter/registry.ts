import { type Disposable, Emitter } from '../event.ts';
import { TokenManagerError, toResult } from '../model/errors.ts';
import { cleanAdapter } from './cleanAdapter.ts';
import type { ProviderAdapter } from './contract.ts';
import { extensionIdOf, type OtherExtension } from './extension.ts';
import { isReserved } from './reservedSettings.ts';
import { type Choice, choiceOf } from './service.ts';
import { isOnShelf, type ServiceOffer, type Shelf } from './shelf.ts';

/** An adapter that other code brings; what is heavy about it waits until it is needed. */
export interface Registration {
  /** As connections remember it. */
  readonly id: string;
  readonly displayName: string;
  /** The extension that brings it, where one does. */
  readonly extension?: OtherExtension;
  load(): Promise<ProviderAdapter>;
}

/** The adapters by id: our own, and those other code registers; each is loaded when it is asked for. */
export class AdapterRegistry implements Disposable {
  readonly #builtIn: () => Promise<readonly Choice[]>;
  readonly #summon: (extensionId: string) => Promise<void>;
  readonly #shelf: Shelf;
  readonly #registered = new Map<string, Registration>();
  /** What adapters hand over comes through one door; the same one each time. */
  readonly #clean = new WeakMap<ProviderAdapter, ProviderAdapter>();
  readonly #changed = new Emitter<string>();
  /** An adapter, by its id, has come or gone. */
  readonly onDidChange = this.#changed.event;

  /** @param summon starts an extension that may not have been started yet, so that it can register */
  constructor(
    builtIn: () => Promise<readonly Choice[]>,
    summon: (extensionId: string) => Promise<void> = async () => undefined,
    shelf: Shelf = emptyShelf,
  ) {
    this.#builtIn = builtIn;
    this.#summon = summon;
    this.#shelf = shelf;
  }

  register(registration: Registration): Disposable {
    const { id } = registration;
    if (this.#registered.has(id)) {
      throw new TokenManagerError('configuration', id, { code: 'adapter-id-taken' });
    }
    this.#registered.set(id, registration);
    this.#changed.fire(id);
    return {
      dispose: () => {
        // A second dispose must not take away what has been registered under this id since.
        if (this.#registered.get(id) === registration) {
          this.#registered.delete(id);
          this.#changed.fire(id);
        }
      },
    };
  }

  /** What other code has registered. */
  get registered(): readonly Registration[] {
    return [...this.#registered.values()];
  }

  /** Who brings an adapter; `undefined` for our own. */
  extensionOf(adapterId: string): OtherExtension | undefined {
    return this.#registered.get(adapterId)?.extension;
  }

  /**
   * What can be chosen. An adapter of other code is loaded for it, because it alone says what it is; one that cannot be
   * loaded does not keep the others away, and choosing it tells why.
   */
  async choices(): Promise<readonly Choice[]> {
    const brought = this.registered.map(async (registration) => {
      const adapter = await toResult(load(registration));
      return this.#cleaned(adapter instanceof TokenManagerError ? unusable(registration, adapter) : adapter);
    });
    const builtIn = await this.#builtIn();
    return [
      ...builtIn.map((choice) => ({ ...choice, load: async () => this.#cleaned(await choice.load()) })),
      ...(await Promise.all(brought)).map(choiceOf),
    ];
  }

  /** The services that we describe; they are not among {@link choices}, and made when one is chosen. */
  offers(): Promise<readonly ServiceOffer[]> {
    return this.#shelf.offers();
  }

  /** @throws `unsupported` when there is no such adapter (any more) */
  async get(id: string): Promise<ProviderAdapter> {
    const extensionId = extensionIdOf(id);
    if (extensionId !== undefined && !this.#registered.has(id)) {
      await toResult(this.#summon(extensionId));
    }
    const registration = this.#registered.get(id);
    const adapter = registration
      ? await load(registration)
      : isOnShelf(id)
        ? await this.#shelf.adapter(id)
        : await (await this.#builtIn()).find((candidate) => candidate.id === id)?.load();
    if (!adapter) {
      throw noAdapter(id);
    }
    return this.#cleaned(adapter);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #cleaned(adapter: ProviderAdapter): ProviderAdapter {
    const clean = this.#clean.get(adapter) ?? cleanAdapter(adapter);
    this.#clean.set(adapter, clean);
    return clean;
  }
}

const emptyShelf: Shelf = { offers: async () => [], adapter: async () => undefined };

async function load(registration: Registration): Promise<ProviderAdapter> {
  const adapter = await registration.load();
  if (adapter.form.some(({ id }) => isReserved(id))) {
    throw new TokenManagerError('configuration', '', { code: 'reserved-step-id' });
  }
  return adapter;
}

function unusable({ id, displayName }: Registration, error: TokenManagerError): ProviderAdapter {
  const fail = () => {
    throw error;
  };
  return { id, displayName, description: '', form: [], signIn: async () => fail(), open: fail };
}

/** Its words name the extension whose absence it is. */
export function noAdapter(id: string): TokenManagerError {
  const extensionId = extensionIdOf(id);
  return extensionId === undefined
    ? new TokenManagerError('unsupported', id, { code: 'no-adapter' })
    : new TokenManagerError('unsupported', extensionId, { code: 'no-extension' });
}
