import type { SecretStorage } from 'vscode';
import { TokenManagerError } from '../../core/model/errors.ts';
import { Secret } from '../../core/model/secret.ts';
import type { CredentialStore, Secrets } from '../../core/ports.ts';

/** Long enough to type the password of a locked keyring. */
const patienceMs = 60_000;
const keyPrefix = 'connection/';

/** SecretStorage, one value a connection, so that each write is whole or not at all. */
export class SecretStorageCredentialStore implements CredentialStore {
  readonly #storage: SecretStorage;
  readonly #deadlineMs: number;

  /** @param deadlineMs after which a call that has not answered counts as failed */
  constructor(storage: SecretStorage, deadlineMs = patienceMs) {
    this.#storage = storage;
    this.#deadlineMs = deadlineMs;
  }

  async read(connectionId: string): Promise<Secrets | undefined> {
    const text = await this.#attempt(() => this.#storage.get(keyOf(connectionId)));
    return text === undefined ? undefined : decoded(text);
  }

  /** Some systems without a keyring accept a write and lose the value, so it is read back. */
  async write(connectionId: string, secrets: Secrets): Promise<void> {
    const text = encoded(secrets);
    await this.#attempt(() => this.#storage.store(keyOf(connectionId), text));
    if ((await this.#attempt(() => this.#storage.get(keyOf(connectionId)))) !== text) {
      throw new TokenManagerError('storage', '', { code: 'lost' });
    }
  }

  async delete(connectionId: string): Promise<void> {
    await this.#attempt(() => this.#storage.delete(keyOf(connectionId)));
  }

  async ids(): Promise<readonly string[]> {
    const keys = await this.#attempt(() => this.#storage.keys());
    return keys.filter((key) => key.startsWith(keyPrefix)).map((key) => key.slice(keyPrefix.length));
  }

  /** The cause is dropped on purpose: a keyring's error may quote what it was given. */
  async #attempt<T>(work: () => Thenable<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new TokenManagerError('storage', '', { code: 'late' })),
      this.#deadlineMs,
    );
    try {
      return await Promise.race([answered(work), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function answered<T>(work: () => Thenable<T>): Promise<T> {
  try {
    return await work();
  } catch {
    throw new TokenManagerError('storage', '', { code: 'failed' });
  }
}

export function keyOf(connectionId: string): string {
  return keyPrefix + connectionId;
}

export function encoded(secrets: Secrets): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()])),
  );
}

function decoded(text: string): Secrets {
  const entries = Object.entries(parseObject(text)).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, new Secret(value)] as const] : [],
  );
  return Object.fromEntries(entries);
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) {
      return value;
    }
  } catch {
    // The parser's own error quotes the text, which is a secret; it goes no further.
  }
  throw new TokenManagerError('storage', '', { code: 'unreadable' });
}
