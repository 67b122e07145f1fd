import type { SaveOptions } from '../adapter/contract.ts';
import { TokenManagerError, toResult } from '../model/errors.ts';
import type { Connection } from '../model/item.ts';
import type { Clock, ConnectionStore, CredentialStore, Leases, Secrets, WhenNotKept } from '../ports.ts';
import { CredentialTurns } from './credentialTurns.ts';
import type { OwnWrites } from './ownWrites.ts';

/** Longer than any write takes, so that one window does not tidy up after another that is still writing. */
const interruptedAfterMs = 5 * 60_000;

type Change = (connections: readonly Connection[]) => readonly Connection[];

const unchanged: Change = (connections) => connections;

/**
 * Writes credentials and the index so that neither outlives the other: the index notes what has begun, then the
 * credential is written or deleted, then the index notes the end. What an interruption leaves half done is
 * finished by {@link finishInterrupted}.
 */
export class SecretWrites {
  readonly #store: ConnectionStore;
  readonly #credentials: CredentialStore;
  readonly #clock: Clock;
  readonly #own: OwnWrites;
  readonly #turns: CredentialTurns;

  constructor(
    store: ConnectionStore,
    credentials: CredentialStore,
    clock: Clock,
    leases: Leases,
    own: OwnWrites,
  ) {
    this.#store = store;
    this.#credentials = credentials;
    this.#clock = clock;
    this.#own = own;
    this.#turns = new CredentialTurns(leases, clock);
  }

  /** The credential is written and read back first; only then does the index have the connection. */
  async add(connection: Connection, secrets: Secrets): Promise<void> {
    const { id } = connection;
    await this.#begin(id);
    try {
      await this.#credentials.write(id, secrets);
      this.#own.noteAdded(connection);
      await this.#end(id, (connections) => [...connections, connection]);
    } catch (error) {
      // Why it was not added is what the user needs to know, not what went wrong in clearing up.
      this.#own.noteRemoved(id);
      await toResult(this.#discard(id));
      throw error;
    }
  }

  /** Other credentials, and the index entry that goes with them; both are as before where one cannot be written. */
  async replace(id: string, secrets: Secrets, writeEntry: () => Promise<void>): Promise<void> {
    await this.#turns.take(id, async () => {
      const before = await this.readable(id);
      await this.#write(id, secrets, 'askAndDropOld');
      try {
        await writeEntry();
      } catch (error) {
        if (before) {
          // Where even this fails, Update Credentials puts it right.
          await toResult(this.#credentials.write(id, before, 'keep'));
        }
        throw error;
      }
    });
  }

  /** Changes single credentials; `undefined` deletes one. */
  async merge(
    id: string,
    changes: Readonly<Record<string, Secrets[string] | undefined>>,
    { isIrreplaceable = false }: SaveOptions,
  ): Promise<void> {
    const onlyDeletes = Object.values(changes).every((secret) => secret === undefined);
    const whenNotKept: WhenNotKept = isIrreplaceable ? 'keep' : onlyDeletes ? 'fail' : 'ask';
    await this.#turns.take(id, async () => {
      const merged = { ...(await this.#credentials.read(id)), ...changes };
      const kept = Object.entries(merged).flatMap(([name, secret]) =>
        secret ? [[name, secret] as const] : [],
      );
      await this.#write(id, Object.fromEntries(kept), whenNotKept);
    });
  }

  /** @param tell is called once the connection is gone from the index */
  async remove(id: string, tell: () => void): Promise<void> {
    this.#own.noteRemoved(id);
    await this.#begin(id, (connections) => connections.filter((connection) => connection.id !== id));
    tell();
    await this.#turns.takeToDelete(id, () => this.#credentials.delete(id));
    await this.#end(id);
  }

  /** What cannot be deleted does not keep the rest from it. */
  async removeAll(tell: () => void): Promise<void> {
    const { connections, unsettled } = this.#store.read();
    const stored = await toResult(this.#credentials.ids());
    const ids = new Set([
      ...connections.map(({ id }) => id),
      ...unsettled.map(({ id }) => id),
      ...(stored instanceof TokenManagerError ? [] : stored),
    ]);
    const since = this.#clock.now();
    await this.#store.write({ connections: [], unsettled: [...ids].map((id) => ({ id, since })) });
    for (const id of ids) {
      this.#own.noteRemoved(id);
    }
    tell();
    await Promise.all([...ids].map((id) => toResult(this.#turns.takeToDelete(id, () => this.#discard(id)))));
  }

  /** Takes back a credential that got no connection; if even that fails, the entry stays for next time. */
  async #discard(id: string): Promise<void> {
    await this.#credentials.delete(id);
    await this.#end(id, (connections) => connections.filter((connection) => connection.id !== id));
  }

  /**
   * Not part of activation: it touches SecretStorage. A credential without a connection is written down first
   * and deleted at a later start: another window may be just making its connection.
   */
  async finishInterrupted(): Promise<void> {
    const now = this.#clock.now();
    const { connections, unsettled } = this.#store.read();
    const known = new Set(connections.map(({ id }) => id));
    for (const { id, since } of unsettled) {
      if (now - since > interruptedAfterMs) {
        await (known.has(id) ? this.#end(id) : this.#discard(id));
      }
    }
    const entered = new Set(unsettled.map(({ id }) => id));
    for (const id of await this.#credentials.ids()) {
      if (!known.has(id) && !entered.has(id)) {
        await this.#begin(id);
      }
    }
  }

  /** `undefined` where they cannot be read. */
  async readable(id: string): Promise<Secrets | undefined> {
    const secrets = await toResult(this.#credentials.read(id));
    return secrets instanceof TokenManagerError ? undefined : secrets;
  }

  /** A connection that was disconnected in the meantime, maybe in another window, gets no credential back. */
  async #write(id: string, secrets: Secrets, whenNotKept: WhenNotKept): Promise<void> {
    this.#assertConnected(id);
    await this.#credentials.write(id, secrets, whenNotKept);
    if (!this.#isConnected(id)) {
      await this.#credentials.delete(id);
      this.#assertConnected(id);
    }
  }

  #isConnected(id: string): boolean {
    return this.#store.read().connections.some((connection) => connection.id === id);
  }

  #assertConnected(id: string): void {
    if (!this.#isConnected(id)) {
      throw noConnection();
    }
  }

  #begin(id: string, change: Change = unchanged): Promise<void> {
    const { connections, unsettled } = this.#store.read();
    return this.#store.write({
      connections: change(connections),
      unsettled: [...unsettled, { id, since: this.#clock.now() }],
    });
  }

  #end(id: string, change: Change = unchanged): Promise<void> {
    const { connections, unsettled } = this.#store.read();
    return this.#store.write({
      connections: change(connections),
      unsettled: unsettled.filter((entry) => entry.id !== id),
    });
  }
}

export function noConnection(): TokenManagerError {
  return new TokenManagerError('unsupported', '', { code: 'no-connection' });
}
