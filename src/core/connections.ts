import { randomUUID } from 'node:crypto';
import { TokenManagerError } from './errors.ts';
import { type Disposable, Emitter, type Event } from './event.ts';
import type { Account, Connection, Settings } from './model.ts';
import type { Clock, CredentialStore, Leases, Secrets } from './ports.ts';

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
  /** What {@link read} answers has changed without a {@link write} of ours: another window wrote. */
  readonly onDidChange?: Event<void>;
}

export type ConnectionChange =
  | { readonly kind: 'added' | 'removed' | 'relabelled'; readonly id: string }
  /**
   * Sessions opened with the old credentials or settings are worth nothing any more, or another window has
   * changed something at the service.
   */
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
  readonly #leases: Leases;
  readonly #changed = new Emitter<ConnectionChange>();
  readonly #secretWrites = new Map<string, Promise<unknown>>();
  readonly #subscription: Disposable | undefined;
  /** What listeners have been told of so far. */
  #told: readonly Connection[];
  readonly onDidChange = this.#changed.event;

  constructor(
    store: ConnectionStore,
    credentials: CredentialStore,
    clock: Clock,
    leases: Leases = { hold: (_name, _signal, work) => work() },
  ) {
    this.#store = store;
    this.#credentials = credentials;
    this.#clock = clock;
    this.#leases = leases;
    this.#told = store.read().connections;
    this.#subscription = store.onDidChange?.(() => this.#tell());
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
    this.#tell();
    return connection;
  }

  async relabel(id: string, label: string): Promise<void> {
    await this.#replace({ ...this.get(id), label });
    this.#tell();
  }

  /** New credentials, and what belongs to them, for an existing connection. */
  async reconnect(
    id: string,
    renewed: Pick<NewConnection, 'account' | 'settings' | 'secrets'>,
  ): Promise<void> {
    const { secrets, ...rest } = renewed;
    await this.#inTurn(id, () => this.#writeSecrets(id, secrets));
    await this.#replace({ ...this.get(id), ...rest, revision: randomUUID() });
    this.#tell();
  }

  /** Has the other windows read the service anew; this one knows already. */
  async touch(id: string): Promise<void> {
    const touched = { ...this.get(id), revision: randomUUID() };
    this.#told = this.#told.map((old) => (old.id === id ? { ...old, revision: touched.revision } : old));
    await this.#replace(touched);
    this.#tell();
  }

  /** Work on one thing of a connection that must not happen in two windows at once. */
  exclusively<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.#leases.hold(name, signal, work);
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
      await this.#writeSecrets(id, Object.fromEntries(kept));
    });
  }

  /** Forgets a connection on this side only; works without a network. */
  async remove(id: string): Promise<void> {
    await this.#beginUnsettled(id, (connections) => connections.filter((connection) => connection.id !== id));
    this.#tell();
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
    this.#subscription?.dispose();
    this.#changed.dispose();
  }

  /** Fires for whatever differs from what was told last, be it our own doing or another window's. */
  #tell(): void {
    const before = new Map(this.#told.map((connection) => [connection.id, connection]));
    const now = this.all();
    this.#told = now;
    for (const connection of now) {
      const kind = changeOf(before.get(connection.id), connection);
      before.delete(connection.id);
      if (kind) {
        this.#changed.fire({ kind, id: connection.id });
      }
    }
    for (const id of before.keys()) {
      this.#changed.fire({ kind: 'removed', id });
    }
  }

  /** A connection that was disconnected in the meantime, maybe in another window, gets no credential back. */
  async #writeSecrets(id: string, secrets: Secrets): Promise<void> {
    this.get(id);
    await this.#credentials.write(id, secrets);
    if (!this.all().some((connection) => connection.id === id)) {
      await this.#credentials.delete(id);
      this.get(id);
    }
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

  /** Read-change-write of one connection's credentials, one after another and one window after another. */
  #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = this.#secretWrites.get(id) ?? Promise.resolve();
    const leased = () => this.#leases.hold(`credentials/${id}`, new AbortController().signal, work);
    const turn = before.then(leased, leased);
    this.#secretWrites.set(id, turn);
    return turn;
  }
}

function changeOf(before: Connection | undefined, now: Connection): ConnectionChange['kind'] | undefined {
  if (!before) {
    return 'added';
  }
  if (before.revision !== now.revision) {
    return 'reconnected';
  }
  return before.label === now.label ? undefined : 'relabelled';
}
