import { type Disposable, Emitter } from '../event.ts';
import { TokenManagerError } from '../model/errors.ts';
import type { Guest } from './extension.ts';

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

/** Which other extensions may read connections and what is known of their tokens. Nobody may, unasked. */
export class GuestAccess implements Disposable {
  readonly #store: AccessStore;
  readonly #ask: (guest: Guest) => Promise<boolean | undefined>;
  readonly #asking = new Map<string, Promise<boolean>>();
  /** Who was asked about and got no answer: not asked about again before the next start. */
  readonly #unanswered = new Set<string>();
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  /** @param ask the user; `undefined` when there is no answer */
  constructor(store: AccessStore, ask: (guest: Guest) => Promise<boolean | undefined>) {
    this.#store = store;
    this.#ask = ask;
  }

  get decisions(): AccessDecisions {
    return this.#store.read();
  }

  /** `undefined` when the user has not decided. */
  mayRead({ id }: Guest): boolean | undefined {
    const decisions = this.decisions;
    return Object.hasOwn(decisions, id) ? decisions[id]?.mayRead : undefined;
  }

  /**
   * Resolves when the guest may read; asks the user where they have not decided.
   * @throws `forbidden` with the code `access-denied`
   */
  async demand(guest: Guest): Promise<void> {
    if (!(this.mayRead(guest) ?? (await this.#askOnce(guest)))) {
      throw new TokenManagerError('forbidden', '', { code: 'access-denied' });
    }
  }

  /** `undefined` forgets the decision, so that the user is asked again. */
  async decide(guest: Guest, mayRead: boolean | undefined): Promise<void> {
    const { [guest.id]: _, ...others } = this.decisions;
    const decision = mayRead === undefined ? {} : { [guest.id]: { mayRead, name: guest.name } };
    await this.#store.write({ ...others, ...decision });
    this.#unanswered.delete(guest.id);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #askOnce(guest: Guest): Promise<boolean> {
    const asking = this.#asking.get(guest.id);
    if (asking) {
      return asking;
    }
    const answer = this.#askAndRemember(guest).finally(() => this.#asking.delete(guest.id));
    this.#asking.set(guest.id, answer);
    return answer;
  }

  async #askAndRemember(guest: Guest): Promise<boolean> {
    if (this.#unanswered.has(guest.id)) {
      return false;
    }
    const mayRead = await this.#ask(guest);
    if (mayRead === undefined) {
      this.#unanswered.add(guest.id);
      return false;
    }
    await this.decide(guest, mayRead);
    return mayRead;
  }
}
