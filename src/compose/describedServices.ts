import type { ProviderAdapter } from '../core/adapter/contract.ts';
import type { AdapterRegistry } from '../core/adapter/registry.ts';
import { describedId, type ReadDescription } from '../core/adapter/serviceDescriptions.ts';
import type { Disposable } from '../core/event.ts';
import { TokenManagerError } from '../core/model/errors.ts';

export interface DescriptionSource {
  /** As the settings have them, not checked yet. */
  services(): readonly unknown[];
  onDidChangeServices(listener: () => void): Disposable;
}

/** Keeps the registry in step with the services that the user's settings describe. */
export class DescribedServices implements Disposable {
  readonly #source: DescriptionSource;
  readonly #registry: AdapterRegistry;
  readonly #read: (value: unknown) => Promise<ReadDescription>;
  readonly #subscription: Disposable;
  /** By the description's text. */
  readonly #registered = new Map<string, Disposable>();

  constructor(
    source: DescriptionSource,
    registry: AdapterRegistry,
    read: (value: unknown) => Promise<ReadDescription>,
  ) {
    this.#source = source;
    this.#registry = registry;
    this.#read = read;
    this.#sync();
    this.#subscription = source.onDidChangeServices(() => this.#sync());
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const registration of this.#registered.values()) {
      registration.dispose();
    }
  }

  /** What has changed goes first, so that its id is free for what it has become. */
  #sync(): void {
    const wanted = new Map(this.#source.services().map((value) => [JSON.stringify(value), value]));
    for (const [text, registration] of this.#registered) {
      if (!wanted.has(text)) {
        registration.dispose();
        this.#registered.delete(text);
      }
    }
    const taken = new Set(this.#registry.registered.map(({ id }) => id));
    for (const [text, value] of wanted) {
      const { id, name } = named(value);
      // Of two with one id the first counts; one without an id cannot be connected to.
      if (id !== undefined && !this.#registered.has(text) && !taken.has(id)) {
        taken.add(id);
        const load = () => this.#load(value);
        this.#registered.set(text, this.#registry.register({ id, displayName: name, load }));
      }
    }
  }

  /** @throws `configuration` whose detail names the places that are wrong */
  async #load(value: unknown): Promise<ProviderAdapter> {
    const read = await this.#read(value);
    if (read.kind === 'unusable') {
      const places = read.flaws.map(({ place }) => place).join(', ');
      throw new TokenManagerError('configuration', places, { code: 'unusable-description' });
    }
    return read.adapter;
  }
}

function named(value: unknown): { readonly id: string | undefined; readonly name: string } {
  const id = memberOf(value, 'id');
  return { id: id === '' ? undefined : describedId(id), name: memberOf(value, 'name') || id };
}

function memberOf(value: unknown, name: string): string {
  const found: unknown =
    typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : '';
  return typeof found === 'string' ? found : '';
}
