import { type Disposable, Emitter } from '../event.ts';
import { TokenManagerError } from '../model/errors.ts';
import type { OtherExtension } from './extension.ts';

/** What the user has decided about one extension. */
export interface AccessDecision {
  readonly mayRead: boolean;
  /** As the extension was called then; it may have been uninstalled since. */
  readonly name: string;
}

export type AccessDecisions = Readonly<Record<string, AccessDecision>>;

export interface AccessStore {
  /** By extension id. From memory: costs nothing. */
  read(): AccessDecisions;
  /** Rejects with kind `storage`. */
  write(decisions: AccessDecisions): Promise<void>;
}

/** Which other extensions may read connections and what is known of their tokens. None may, unasked. */
export class ExtensionAccess implements Disposable {
  readonly #store: AccessStore;
  readonly #ask: (extension: OtherExtension) => Promise<boolean | undefined>;
  readonly #asking = new Map<string, Promise<boolean>>();
  /** Who was asked about and got no answer: not asked about again before the next start. */
  readonly #unanswered = new Set<string>();
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  /** @param ask the user; `undefined` when there is no answer */
  constructor(store: AccessStore, ask: (extension: OtherExtension) => Promise<boolean | undefined>) {
    this.#store = store;
    this.#ask = ask;
  }

  get decisions(): AccessDecisions {
    return this.#store.read();
  }

  /** `undefined` when the user has not decided. */
  mayRead({ id }: OtherExtension): boolean | undefined {
    const decisions = this.decisions;
    return Object.hasOwn(decisions, id) ? decisions[id]?.mayRead : undefined;
  }

  /**
   * Resolves when the extension may read; asks the user where they have not decided.
   * @throws `forbidden` with the code `access-denied`
   */
  async demand(extension: OtherExtension): Promise<void> {
    if (!(this.mayRead(extension) ?? (await this.#askOnce(extension)))) {
      throw new TokenManagerError('forbidden', '', { code: 'access-denied' });
    }
  }

  /** `undefined` forgets the decision, so that the user is asked again. */
  async decide(extension: OtherExtension, mayRead: boolean | undefined): Promise<void> {
    const { [extension.id]: _, ...others } = this.decisions;
    const decision = mayRead === undefined ? {} : { [extension.id]: { mayRead, name: extension.name } };
    await this.#store.write({ ...others, ...decision });
    this.#unanswered.delete(extension.id);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #askOnce(extension: OtherExtension): Promise<boolean> {
    const asking = this.#asking.get(extension.id);
    if (asking) {
      return asking;
    }
    const answer = this.#askAndRemember(extension).finally(() => this.#asking.delete(extension.id));
    this.#asking.set(extension.id, answer);
    return answer;
  }

  async #askAndRemember(extension: OtherExtension): Promise<boolean> {
    if (this.#unanswered.has(extension.id)) {
      return false;
    }
    const mayRead = await this.#ask(extension);
    if (mayRead === undefined) {
      this.#unanswered.add(extension.id);
      return false;
    }
    await this.decide(extension, mayRead);
    return mayRead;
  }
}
