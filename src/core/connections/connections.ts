import { randomUUID } from 'node:crypto';
import { type ActKind, type ActRecorder, actConnection } from '../activity/activity.ts';
import type { SaveOptions } from '../adapter/contract.ts';
import { certificateAuthorityKey, renewsAheadKey } from '../adapter/reservedSettings.ts';
import { type Disposable, Emitter, type Event } from '../event.ts';
import { settled, TokenManagerError } from '../model/errors.ts';
import type { Account, Connection, Settings } from '../model/item.ts';
import type { Clock, CredentialStore, Leases, Secrets, WhenNotKept } from '../ports.ts';
import { type ConnectionChange, changeOf, firstDisplaced } from './changes.ts';
import { CredentialTurns } from './credentialTurns.ts';
import { OwnWrites } from './ownWrites.ts';

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

/** Longer than any write takes, so that one window does not tidy up after another that is still writing. */
const settleAfterMs = 5 * 60_000;

/** The user's connections: the index and the credentials, changed together so that neither outlives the other. */
export class Connections implements Disposable {
  readonly #store: ConnectionStore;
  readonly #credentials: CredentialStore;
  readonly #clock: Clock;
  readonly #leases: Leases;
  readonly #activity: ActRecorder;
  readonly #changed = new Emitter<ConnectionChange>();
  readonly #turns: CredentialTurns;
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
    this.#clock = clock;
    this.#leases = leases;
    this.#activity = activity;
    this.#turns = new CredentialTurns(leases, clock);
    this.#own = new OwnWrites(credentials);
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
      throw new TokenManagerError('unsupported', '', { code: 'no-connection' });
    }
    return connection;
  }

  /** The credential is written and read back first; only then does the connection exist. */
  add({ secrets, ...rest }: NewConnection): Promise<Connection> {
    const connection: Connection = { ...rest, id: randomUUID() };
    return this.#recorded('connect', connection, () => this.#add(connection, secrets));
  }

  async #add(connection: Connection, secrets: Secrets): Promise<Connection> {
    await this.#beginUnsettled(connection.id, (connections) => connections);
    try {
      await this.#credentials.write(connection.id, secrets);
      this.#own.noteAdded(connection);
      await this.#settle(connection.id, (connections) => [...connections, connection]);
    } catch (error) {
      // Why it was not added is what the user needs to know, not what went wrong in clearing up.
      this.#own.noteRemoved(connection.id);
      await settled(this.#discard(connection.id));
      throw error;
    }
    this.#tell();
    return connection;
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
    renewed: Pick<NewConnection, 'account' | 'settings' | 'secrets'>,
  ): Promise<void> {
    await this.#recorded('updateCredentials', this.get(id), () => this.#reconnect(id, renewed));
  }

  async #reconnect(
    id: string,
    renewed: Pick<NewConnection, 'account' | 'settings' | 'secrets'>,
  ): Promise<void> {
    const { secrets, ...rest } = renewed;
    await this.#turns.take(id, async () => {
      const connection = { ...this.get(id), ...rest, revision: randomUUID() };
      const before = await this.#readable(id);
      await this.#writeSecrets(id, secrets, 'askAndDropOld');
      try {
        await this.#replace(connection);
      } catch (error) {
        await this.#putBack(id, before);
        throw error;
      }
    });
    this.#tell();
  }

  /** Has the other windows read the service anew; this one knows already. */
  async touch(id: string): Promise<void> {
    const touched = { ...this.get(id), revision: randomUUID() };
    this.#told = this.#told.map((old) => (old.id === id ? { ...old, revision: touched.revision } : old));
    await this.#replace(touched);
    this.#tell();
  }

  /** Whom the connection trusts besides; `undefined` for nobody. Sessions opened before are closed. */
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
    const secrets = Object.entries((await this.#readable(id)) ?? {});
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
    { isIrreplaceable = false }: SaveOptions = {},
  ): Promise<void> {
    const onlyDeletes = Object.values(changes).every((secret) => secret === undefined);
    const whenNotKept: WhenNotKept = isIrreplaceable ? 'keep' : onlyDeletes ? 'fail' : 'ask';
    const wasForSessionOnly = this.isForSessionOnly(id);
    await this.#turns.take(id, async () => {
      const merged = { ...(await this.#credentials.read(id)), ...changes };
      const kept = Object.entries(merged).flatMap(([name, secret]) =>
        secret ? [[name, secret] as const] : [],
      );
      await this.#writeSecrets(id, Object.fromEntries(kept), whenNotKept);
    });
    if (this.isForSessionOnly(id) !== wasForSessionOnly) {
      this.#changed.fire({ kind: 'keptOtherwise', id });
    }
  }

  /** Forgets a connection on this side only; works without a network. */
  async remove(id: string): Promise<void> {
    await this.#recorded(
      'disconnect',
      this.all().find((connection) => connection.id === id),
      () => this.#remove(id),
    );
  }

  async #remove(id: string): Promise<void> {
    this.#own.noteRemoved(id);
    await this.#beginUnsettled(id, (connections) => connections.filter((connection) => connection.id !== id));
    this.#tell();
    await this.#turns.takeToDelete(id, () => this.#credentials.delete(id));
    await this.#settle(id, (connections) => connections);
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
      () => this.#removeAll(),
      ({ connections, credentials }) => (connections > 0 || credentials !== 0 ? failed : { kind: 'done' }),
    );
  }

  async #removeAll(): Promise<Leftovers> {
    const { connections, unsettled } = this.#store.read();
    const stored = await settled(this.#credentials.ids());
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
    this.#tell();
    await Promise.all([...ids].map((id) => settled(this.#turns.takeToDelete(id, () => this.#discard(id)))));
    return this.#leftovers();
  }

  /**
   * Finishes what an earlier process left half done. Not part of activation: it touches SecretStorage.
   * A credential that nobody remembers is written down first and deleted at a later start: another window
   * may be just making its connection.
   */
  async settle(): Promise<void> {
    const now = this.#clock.now();
    const { connections, unsettled } = this.#store.read();
    const known = new Set(connections.map(({ id }) => id));
    for (const { id, since } of unsettled) {
      if (now - since > settleAfterMs) {
        await (known.has(id) ? this.#settle(id, (unchanged) => unchanged) : this.#discard(id));
      }
    }
    const entered = new Set(unsettled.map(({ id }) => id));
    for (const id of await this.#credentials.ids()) {
      if (!known.has(id) && !entered.has(id)) {
        await this.#beginUnsettled(id, (unchanged) => unchanged);
      }
    }
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
    const stored = await settled(this.#credentials.ids());
    const credentials = stored instanceof TokenManagerError ? 'unknown' : stored.length;
    return { connections: connections.length, credentials };
  }

  async #readable(id: string): Promise<Secrets | undefined> {
    const secrets = await settled(this.#credentials.read(id));
    return secrets instanceof TokenManagerError ? undefined : secrets;
  }

  /** The old credentials for the old settings; where even that fails, Update Credentials puts it right. */
  async #putBack(id: string, secrets: Secrets | undefined): Promise<void> {
    if (secrets) {
      await settled(this.#credentials.write(id, secrets, 'keep'));
    }
  }

  /** Another window has written; what it wrote may undo what it had not seen. */
  #noteOtherWindow(): void {
    if (this.#own.mayBeUndone(this.#store.read())) {
      void settled(this.#restore().finally(() => this.#tell()));
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

  /** A connection that was disconnected in the meantime, maybe in another window, gets no credential back. */
  async #writeSecrets(id: string, secrets: Secrets, whenNotKept: WhenNotKept): Promise<void> {
    this.get(id);
    await this.#credentials.write(id, secrets, whenNotKept);
    if (!this.all().some((connection) => connection.id === id)) {
      await this.#credentials.delete(id);
      this.get(id);
    }
  }

  /** Takes back a credential that got no connection; if even that fails, the entry stays for next time. */
  async #discard(id: string): Promise<void> {
    await this.#credentials.delete(id);
    await this.#settle(id, (connections) => connections.filter((connection) => connection.id !== id));
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
}
