import { randomUUID } from 'node:crypto';
import { TokenManagerError } from './errors.ts';
import { type Disposable, Emitter } from './event.ts';
import type { Account, Connection, Settings } from './model.ts';
import type { Clock, CredentialStore, Secrets } from './ports.ts';
import { certificateAuthorityKey } from './reservedSettings.ts';

/** What is remembered between sessions, all of it without credentials. */
export interface ConnectionIndex {
  readonly connections: readonly Connection[];
  /**
   * Connections that are just being made or forgotten. An entry that outlives its process tells the next
   * one that a credential may lie in SecretStorage without a connection.
   */
  readonly unsettled: readonly Unsettled[];
}

export interface Unsettled {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

export interface ConnectionStore {
  /** From memory: costs nothing, also during activation. */
  read(): ConnectionIndex;
  /** Rejects with kind `storage`. */
  write(index: ConnectionIndex): Promise<void>;
}

export type ConnectionChange =
  | { readonly kind: 'added' | 'removed' | 'relabelled'; readonly id: string }
  /** Sessions opened with the old credentials or settings are worth nothing any more. */
  | { readonly kind: 'reconnected'; readonly id: string };

export interface NewConnection {
  readonly adapterId: string;
  readonly serviceName: string;
  readonly label: string;
  readonly account: Account;
  readonly settings: Settings;
  readonly secrets: Secrets;
}

/** Longer than any write takes, so that one window does not tidy up after another that is still writing. */
const settleAfterMs = 5 * 60_000;

/** The user's connections: the index and the credentials, changed together so that neither outlives the other. */
export class Connections implements Disposable {
  readonly #store: ConnectionStore;
  readonly #credentials: CredentialStore;
  readonly #clock: Clock;
  readonly #changed = new Emitter<ConnectionChange>();
  readonly #secretWrites = new Map<string, Promise<unknown>>();
  readonly onDidChange = this.#changed.event;

  constructor(store: ConnectionStore, credentials: CredentialStore, clock: Clock) {
    this.#store = store;
    this.#credentials = credentials;
    this.#clock = clock;
  }

  all(): readonly Connection[] {
    return this.#store.read().connections;
  }

  /** @throws `unsupported` when it has been disconnected meanwhile */
  get(id: string): Connection {
    const connection = this.all().find((candidate) => candidate.id === id);
    if (!connection) {
      throw new TokenManagerError('unsupported', '', { code: 'no-connection' });
    }
    return connection;
  }

  /** The credential is written and read back first; only then does the connection exist. */
  async add({ secrets, ...rest }: NewConnection): Promise<Connection> {
    const connection: Connection = { ...rest, id: randomUUID() };
    await this.#beginUnsettled(connection.id, (connections) => connections);
    try {
      await this.#credentials.write(connection.id, secrets);
    } catch (error) {
      await this.#discard(connection.id);
      throw error;
    }
    await this.#settle(connection.id, (connections) => [...connections, connection]);
    this.#changed.fire({ kind: 'added', id: connection.id });
    return connection;
  }

  async relabel(id: string, label: string): Promise<void> {
    await this.#replace({ ...this.get(id), label });
    this.#changed.fire({ kind: 'relabelled', id });
  }

  /** New credentials, and what belongs to them, for an existing connection. */
  async reconnect(
    id: string,
    renewed: Pick<NewConnection, 'account' | 'settings' | 'secrets'>,
  ): Promise<void> {
    const { secrets, ...rest } = renewed;
    await this.#inTurn(id, () => this.#credentials.write(id, secrets));
    await this.#replace({ ...this.get(id), ...rest });
    this.#changed.fire({ kind: 'reconnected', id });
  }

  /** Whom the connection trusts besides; `undefined` for nobody. Sessions opened before are closed. */
  async setCertificateAuthorityFile(id: string, path: string | undefined): Promise<void> {
    const connection = this.get(id);
    const { [certificateAuthorityKey]: _, ...others } = connection.settings;
    const settings = path === undefined ? others : { ...others, [certificateAuthorityKey]: path };
    await this.#replace({ ...connection, settings });
    this.#changed.fire({ kind: 'reconnected', id });
  }

  /** The credentials besides those that the named form steps ask for, such as attached refresh tokens. */
  async otherSecrets(id: string, formSteps: readonly string[]): Promise<Secrets> {
    const secrets = Object.entries((await this.#credentials.read(id)) ?? {});
    return Object.fromEntries(secrets.filter(([name]) => !formSteps.includes(name)));
  }

  /** Changes single credentials of a connection; `undefined` deletes one. Resolves once they are read back. */
  async saveSecrets(
    id: string,
    changes: Readonly<Record<string, Secrets[string] | undefined>>,
  ): Promise<void> {
    await this.#inTurn(id, async () => {
      const merged = { ...(await this.#credentials.read(id)), ...changes };
      const kept = Object.entries(merged).flatMap(([name, secret]) =>
        secret ? [[name, secret] as const] : [],
      );
      await this.#credentials.write(id, Object.fromEntries(kept));
    });
  }

  /** Forgets a connection on this side only; works without a network. */
  async remove(id: string): Promise<void> {
    await this.#beginUnsettled(id, (connections) => connections.filter((connection) => connection.id !== id));
    this.#changed.fire({ kind: 'removed', id });
    await this.#credentials.delete(id);
    await this.#settle(id, (connections) => connections);
  }

  /** Finishes what an earlier process left half done. Not part of activation: it touches SecretStorage. */
  async settle(): Promise<void> {
    const { unsettled } = this.#store.read();
    const abandoned = unsettled.filter(({ since }) => this.#clock.now() - since > settleAfterMs);
    for (const { id } of abandoned) {
      await this.#discard(id);
    }
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Takes back a credential that got no connection; if even that fails, the entry stays for next time. */
  async #discard(id: string): Promise<void> {
    await this.#credentials.delete(id);
    await this.#settle(id, (connections) => connections);
  }

  #beginUnsettled(
    id: string,
    change: (connections: readonly Connection[]) => readonly Connection[],
  ): Promise<void> {
    const index = this.#store.read();
    return this.#store.write({
      connections: change(index.connections),
      unsettled: [...index.unsettled, { id, since: this.#clock.now() }],
    });
  }

  #settle(id: string, change: (connections: readonly Connection[]) => readonly Connection[]): Promise<void> {
    const index = this.#store.read();
    return this.#store.write({
      connections: change(index.connections),
      unsettled: index.unsettled.filter((entry) => entry.id !== id),
    });
  }

  #replace(changed: Connection): Promise<void> {
    const index = this.#store.read();
    const connections = index.connections.map((old) => (old.id === changed.id ? changed : old));
    return this.#store.write({ ...index, connections });
  }

  /** Read-change-write of one connection's credentials, one after another. */
  #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.#secretWrites.get(id) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#secretWrites.set(id, turn);
    return turn;
  }
}
