import { TokenManagerError } from '../model/errors.ts';
import type { CredentialStore, Secrets, WhenNotKept } from '../ports.ts';

/** Asks the user whether to go on with a value that could not be stored; `problem` is of kind `storage`. */
export type OfferSessionOnly = (problem: TokenManagerError) => Promise<boolean>;

/**
 * A credential store for systems whose secret storage rejects or loses values: what it does not keep can be
 * kept in memory, until it is kept after all or the window closes.
 */
export class SessionCredentials implements CredentialStore {
  readonly #stored: CredentialStore;
  readonly #offer: OfferSessionOnly;
  readonly #inMemory = new Map<string, Secrets>();

  constructor(stored: CredentialStore, offer: OfferSessionOnly) {
    this.#stored = stored;
    this.#offer = offer;
  }

  async read(connectionId: string): Promise<Secrets | undefined> {
    return this.#inMemory.get(connectionId) ?? this.#stored.read(connectionId);
  }

  async write(connectionId: string, secrets: Secrets, whenNotKept: WhenNotKept = 'ask'): Promise<void> {
    try {
      await this.#stored.write(connectionId, secrets);
    } catch (thrown) {
      const problem = TokenManagerError.from(thrown);
      if (!(await this.#mayKeep(connectionId, problem, whenNotKept))) {
        throw problem;
      }
      this.#inMemory.set(connectionId, { ...secrets });
      if (whenNotKept === 'askAndDropOld') {
        await this.#dropOld(connectionId, problem);
      }
      return;
    }
    this.#inMemory.delete(connectionId);
  }

  async delete(connectionId: string): Promise<void> {
    this.#inMemory.delete(connectionId);
    await this.#stored.delete(connectionId);
  }

  ids(): Promise<readonly string[]> {
    return this.#stored.ids();
  }

  isForSessionOnly(connectionId: string): boolean {
    return this.#inMemory.has(connectionId);
  }

  forgetInMemory(connectionId: string): void {
    this.#inMemory.delete(connectionId);
  }

  async #mayKeep(id: string, problem: TokenManagerError, whenNotKept: WhenNotKept): Promise<boolean> {
    // Who has agreed once is not asked again, and what is in memory already can always be changed.
    if (whenNotKept === 'keep' || this.#inMemory.has(id)) {
      return true;
    }
    return whenNotKept !== 'fail' && this.#offer(problem);
  }

  /** So that the next start finds nothing, instead of a credential that belongs to other settings. */
  async #dropOld(id: string, problem: TokenManagerError): Promise<void> {
    // A storage that hangs would make the user wait once more, and delete who knows when.
    if (problem.code !== 'late') {
      await this.#stored.delete(id).catch(() => undefined);
    }
  }
}
