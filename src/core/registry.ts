import type { ProviderAdapter } from './adapter.ts';
import { TokenManagerError } from './errors.ts';
import { type Disposable, Emitter } from './event.ts';
import { isReserved } from './reservedSettings.ts';

/** The adapters by id: our own, loaded when first asked for, and those other code registers. */
export class AdapterRegistry implements Disposable {
  readonly #loadBuiltIn: () => Promise<readonly ProviderAdapter[]>;
  readonly #registered = new Map<string, ProviderAdapter>();
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  constructor(loadBuiltIn: () => Promise<readonly ProviderAdapter[]>) {
    this.#loadBuiltIn = loadBuiltIn;
  }

  register(adapter: ProviderAdapter): Disposable {
    if (this.#registered.has(adapter.id)) {
      throw new TokenManagerError('configuration', '', { code: 'adapter-id-taken' });
    }
    if (adapter.form.some(({ id }) => isReserved(id))) {
      throw new TokenManagerError('configuration', '', { code: 'reserved-step-id' });
    }
    this.#registered.set(adapter.id, adapter);
    this.#changed.fire();
    return {
      dispose: () => {
        this.#registered.delete(adapter.id);
        this.#changed.fire();
      },
    };
  }

  async all(): Promise<readonly ProviderAdapter[]> {
    return [...(await this.#loadBuiltIn()), ...this.#registered.values()];
  }

  /** @throws `unsupported` when nobody brings that adapter (any more) */
  async get(id: string): Promise<ProviderAdapter> {
    const adapter = (await this.all()).find((candidate) => candidate.id === id);
    if (!adapter) {
      throw new TokenManagerError('unsupported', id, { code: 'no-adapter' });
    }
    return adapter;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
