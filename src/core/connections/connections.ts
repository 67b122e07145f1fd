import { randomUUID } from 'node:crypto';
import { type ActKind, type ActRecorder, actConnection } from '../activity/activity.ts';
import type { SaveOptions } from '../adapter/contract.ts';
import { certificateAuthorityKey, renewsAheadKey } from '../adapter/reservedSettings.ts';
import { type Disposable, Emitter } from '../event.ts';
import { TokenManagerError, toResult } from '../model/errors.ts';
import type { Account, Connection, Settings } from '../model/item.ts';
import type { Clock, ConnectionStore, CredentialStore, Leases, Secrets } from '../ports.ts';
import { type ConnectionChange, changeOf, firstDisplaced } from './changes.ts';
import { OwnWrites } from './ownWrites.ts';
import { noConnection, SecretWrites } from './secretWrites.ts';

export interface NewConnection {
  readonly adapterId: string;
  readonly serviceName: string;
  readonly label: string;
  readonly account: Account;
  readonly settings: Settings;
  readonly secrets: Secrets;
}

/** What could not be forgotten. */
export interface Leftovers {
  readonly connections: number;
  /** Unknown where the store could not be asked: what was not seen is not said to be gone. */
  readonly credentials: number | 'unknown';
}

/** The user's connections. */
export class Connections implements Disposable {
  readonly #store: ConnectionStore;
  readonly #credentials: CredentialStore;
  readonly #leases: Leases;
  readonly #activity: ActRecorder;
  readonly #changed = new Emitter<ConnectionChange>();
  readonly #writes: SecretWrites;
  readonly #own: OwnWrites;
  readonly #subscription: Disposable | undefined;
  /** What listeners have been told of so far. */
  #told: readonly Connection[];
  readonly onDidChange = this.#changed.event;

  constructor(
    store: ConnectionStore,
    credentials: CredentialStore,
    clock: Clock,
    leases: Leases,
    activity: ActRecorder,
  ) {
    this.#store = store;
    this.#credentials = credentials;
    this.#leases = leases;
    this.#activity = activity;
    this.#own = new OwnWrites(credentials);
    this.#writes = new SecretWrites(store, credentials, clock, leases, this.#own);
    this.#told = store.read().connections;
    this.#subscription = store.onDidChange?.(() => this.#noteOtherWindow());
  }

  all(): readonly Connection[] {
    return this.#store.read().connections;
  }

  /** @throws `unsupported` when it has been disconnected meanwhile */
  get(id: string): Connection {
    const connection = this.all().find((candidate) => candidate.id === id);
    if (!connection) {
      throw noConnection();
    }
    return connection;
  }

  /** The credential is written and read back first; only then does the connection exist. */
  add({ secrets, ...rest }: NewConnection): Promise<Connection> {
    const connection: Connection = { ...rest, id: randomUUID() };
    return this.#recorded('connect', connection, async () => {
      await this.#writes.add(connection, secrets);
      this.#tell();
      return connection;
    });
  }

  async relabel(id: string, label: string): Promise<void> {
    const connection = this.get(id);
    const work = async () => {
      await this.#replace({ ...connection, label });
      this.#tell();
    };
    await this.#recorded('rename', connection, work, label);
  }

  /**
   * Puts connections, in the order given, where another one is: upwards before it, downwards after it.
   * @param onto the last one when `undefined`
   */
  async move(ids: readonly string[], onto: string | undefined): Promise<void> {
    const index = this.#store.read();
    const order = index.connections.map(({ id }) => id);
    const target = onto ?? order.at(-1);
    const [first] = ids;
    if (target === undefined || first === undefined || ids.includes(target) || !order.includes(target)) {
      return;
    }
    const moved = ids.flatMap((id) => index.connections.find((connection) => connection.id === id) ?? []);
    const others = index.connections.filter(({ id }) => !ids.includes(id));
    const isDownwards = order.indexOf(first) < order.indexOf(target);
    const place = others.findIndex(({ id }) => id === target) + Number(isDownwards);
    await this.#store.write({ ...index, connections: others.toSpliced(place, 0, ...moved) });
    this.#tell();
  }

  /** New credentials, and what belongs to them, for an existing connection. */
  async reconnect(
    id: string,
    { secrets, ...rest }: Pick<NewConnection, 'account' | 'settings' | 'secrets'>,
  ): Promise<void> {
    await this.#recorded('updateCredentials', this.get(id), async () => {
      await this.#writes.replace(id, secrets, () =>
        this.#replace({ ...this.get(id), ...rest, revision: randomUUID() }),
      );
      this.#tell();
    });
  }

  /** Has the other windows read the service anew; this one knows already. */
  async touch(id: string): Promise<void> {
    const touched = { ...this.get(id), revision: randomUUID() };
    this.#told = this.#told.map((old) => (old.id === id ? { ...old, revision: touched.revision } : old));
    await this.#replace(touched);
    this.#tell();
  }

  /** The authority that the connection trusts besides; `undefined` for none. Sessions opened before are closed. */
  async setCertificateAuthorityFile(id: string, path: string | undefined): Promise<void> {
    const connection = this.get(id);
    const { [certificateAuthorityKey]: _, ...others } = connection.settings;
    const settings = path === undefined ? others : { ...others, [certificateAuthorityKey]: path };
    await this.#recorded('setCertificateAuthorityFile', connection, async () => {
      await this.#replace({ ...connection, settings, revision: randomUUID() });
      this.#tell();
    });
  }

  /** Whether tokens of the connection are renewed ahead of their expiry. */
  async setRenewsAhead(id: string, renews: boolean): Promise<void> {
    const connection = this.get(id);
    const { [renewsAheadKey]: _, ...others } = connection.settings;
    const settings = renews ? { ...others, [renewsAheadKey]: 'yes' } : others;
    await this.#replace({ ...connection, settings, revision: randomUUID() });
    this.#tell();
  }

  /** Work on one thing of a connection that must not happen in two windows at once. */
  exclusively<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.#leases.hold(name, signal, work);
  }

  /**
   * The credentials besides those that the named form steps ask for, such as attached refresh tokens; none
   * where they cannot be read, because entering credentials anew is the way out of that.
   */
  async otherSecrets(id: string, formSteps: readonly string[]): Promise<Secrets> {
    const secrets = Object.entries((await this.#writes.readable(id)) ?? {});
    return Object.fromEntries(secrets.filter(([name]) => !formSteps.includes(name)));
  }

  /** Whether the credentials are in memory only, because SecretStorage did not keep them. */
  isForSessionOnly(id: string): boolean {
    return this.#credentials.isForSessionOnly?.(id) ?? false;
  }

  /** Changes single credentials of a connection; `undefined` deletes one. Resolves once they are read back. */
  async saveSecrets(
    id: string,
    changes: Readonly<Record<string, Secrets[string] | undefined>>,
    options: SaveOptions = {},
  ): Promise<void> {
    const wasForSessionOnly = this.isForSessionOnly(id);
    await this.#writes.merge(id, changes, options);
    if (this.isForSessionOnly(id) !== wasForSessionOnly) {
      this.#changed.fire({ kind: 'keptOtherwise', id });
    }
  }

  /** Forgets a connection on this side only; works without a network. */
  async remove(id: string): Promise<void> {
    await this.#recorded(
      'disconnect',
      this.all().find((connection) => connection.id === id),
      () => this.#writes.remove(id, () => this.#tell()),
    );
  }

  /**
   * Forgets every connection and every credential on this side, also those that no connection remembers.
   * What cannot be deleted does not keep the rest from it.
   * @returns what is still there when looked for afterwards
   */
  removeAll(): Promise<Leftovers> {
    const failed = { kind: 'failed', error: 'storage' } as const;
    return this.#activity.record(
      { kind: 'removeAllData' },
      async () => {
        await this.#writes.removeAll(() => this.#tell());
        return this.#leftovers();
      },
      ({ connections, credentials }) => (connections > 0 || credentials !== 0 ? failed : { kind: 'done' }),
    );
  }

  /** Finishes what an earlier process left half done. */
  finishInterrupted(): Promise<void> {
    return this.#writes.finishInterrupted();
  }

  dispose(): void {
    this.#subscription?.dispose();
    this.#changed.dispose();
  }

  #recorded<T>(
    kind: ActKind,
    connection: Connection | undefined,
    work: () => Promise<T>,
    detail?: string,
  ): Promise<T> {
    const subject = {
      kind,
      ...(connection && { connection: actConnection(connection) }),
      ...(detail !== undefined && { detail }),
    };
    return this.#activity.record(subject, work);
  }

  async #leftovers(): Promise<Leftovers> {
    const { connections } = this.#store.read();
    const stored = await toResult(this.#credentials.ids());
    const credentials = stored instanceof TokenManagerError ? 'unknown' : stored.length;
    return { connections: connections.length, credentials };
  }

  /** Another window has written; what it wrote may undo what it had not seen. */
  #noteOtherWindow(): void {
    if (this.#own.mayBeUndone(this.#store.read())) {
      void toResult(this.#restore().finally(() => this.#tell()));
    } else {
      this.#tell();
    }
  }

  async #restore(): Promise<void> {
    const connections = await this.#own.restored(() => this.#store.read());
    const { unsettled, connections: before } = this.#store.read();
    if (connections.length !== before.length || connections.some(({ id }, at) => before[at]?.id !== id)) {
      await this.#store.write({ connections, unsettled });
    }
  }

  /** Fires for whatever differs from what was told last, be it our own doing or another window's. */
  #tell(): void {
    const told = this.#told;
    const before = new Map(told.map((connection) => [connection.id, connection]));
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
      this.#credentials.forgetInMemory?.(id);
      this.#changed.fire({ kind: 'removed', id });
    }
    const displaced = firstDisplaced(told, now);
    if (displaced !== undefined) {
      this.#changed.fire({ kind: 'reordered', id: displaced });
    }
  }

  #replace(changed: Connection): Promise<void> {
    const index = this.#store.read();
    const connections = index.connections.map((old) => (old.id === changed.id ? changed : old));
    return this.#store.write({ ...index, connections });
  }
}
