import { randomUUID } from 'node:crypto';
import { type Disposable, Emitter } from '../event.ts';
import { TokenManagerError } from '../model/errors.ts';
import type { Connection } from '../model/item.ts';
import type { Clock, Logger } from '../ports.ts';
import { type ActError, failedResult } from './failure.ts';

/** What can be done. Reading is none of it, except where reading does more than read. */
export const actKinds = [
  'connect',
  'updateCredentials',
  'rename',
  'setCertificateAuthorityFile',
  'disconnect',
  'removeAllData',
  'revoke',
  'renew',
  'attach',
  'detach',
  'loadOnRequest',
  'exportInventory',
  'exportActivity',
  'supportReport',
  'revokeLeakedToken',
  'exportFindings',
  'signOut',
  'pause',
  'resume',
  'copyToken',
  'unregister',
] as const;

export type ActKind = (typeof actKinds)[number];

/** One act of the user's, as it is remembered: names, kinds and codes, never a value or a service's prose. */
export interface Act {
  /** Random, ours. */
  readonly id: string;
  /** Epoch milliseconds at which it began. */
  readonly at: number;
  readonly kind: ActKind;
  /** The connection as it was called then; absent where it was about none, or about all. */
  readonly connection?: ActConnection;
  readonly row?: ActRow;
  /** What it was changed to, such as a new name or the format of an export; plain text. */
  readonly detail?: string;
  readonly result: ActResult;
  /** The service's own name for the request that acted, where it gave one. */
  readonly requestId?: string;
}

/** A revocation that waits, for approval or for the service to get to it. */
export type PendingAct = Act & {
  readonly connection: ActConnection;
  readonly row: ActRow;
  readonly result: { readonly kind: (typeof referencedResults)[number]; readonly reference: string };
};

export interface ActConnection {
  readonly id: string;
  readonly label: string;
  readonly serviceName: string;
}

export interface ActRow {
  /** The key of its node; equal to {@link actRowKey} of that node. */
  readonly key: string;
  readonly name: string;
}

export const plainResults = [
  'done',
  'revoked',
  'alreadyGone',
  'stillListed',
  /** The service accepted it, and offers no way to verify it. */
  'unverifiable',
  /** The service accepted it, and has not been seen to do it yet. */
  'accepted',
  'replaced',
  /** The service accepted it, and what was read again is as it was. */
  'unchanged',
  'cancelled',
  /** Nothing but its beginning is known (yet). */
  'begun',
] as const;
export const referencedResults = ['waitingForApproval', 'stillRunning'] as const;
export const errorResults = [
  /** It was done, as far as the service said, but could not be read again. */
  'unverified',
  /** The service may have acted: no reply, and nothing that was read again settles it. */
  'unknown',
  'failed',
] as const;

/** How it ended, as far as this window or another one has written it down. */
export type ActResult =
  | { readonly kind: (typeof plainResults)[number] }
  /** `reference` is the service's own name for the operation. */
  | { readonly kind: (typeof referencedResults)[number]; readonly reference: string }
  | ({ readonly kind: (typeof errorResults)[number] } & ActError);

/** The row of the inventory that an act is about. */
export type ActTarget =
  | { readonly kind: 'connection'; readonly key: string; readonly connection: Connection }
  | {
      readonly kind: 'item';
      readonly key: string;
      readonly connection: Connection;
      readonly item: { readonly name: string };
    };

/** What an act is about, told before it begins. */
export type ActSubject = Pick<Act, 'kind' | 'connection' | 'row' | 'detail'>;

/** Records acts; each act takes one, so that no command can forget to. */
export interface ActRecorder {
  /** For acts whose outcome is known elsewhere than where they begin. One that was begun has to be ended. */
  begin(subject: ActSubject): OpenAct;
  /**
   * Runs `work` and writes down that it began and how it ended. Never changes what `work` resolves to or
   * rejects with, also when nothing can be written.
   * @param resultOf how what it resolved to counts; left out, it is `done`
   */
  record<T>(
    subject: ActSubject,
    work: () => Promise<T>,
    resultOf?: (value: T) => ActResult,
    requestId?: () => string | undefined,
  ): Promise<T>;
}

/** An act that has begun. Never rejects, also when nothing can be written. */
export interface OpenAct {
  /** @param requestId the service's own name for the request that acted */
  end(result: ActResult, requestId?: string): Promise<void>;
}

/** Where acts are kept, for all windows of a profile. */
export interface ActStore {
  /** An act with the same id replaces the one before. Rejects with kind `storage`. */
  append(act: Act): Promise<void>;
  /** What can be understood of what any window has written, the newest last. Rejects with kind `storage`. */
  read(): Promise<readonly Act[]>;
  /** Rejects with kind `storage`. */
  clear(): Promise<void>;
}

/** As many as are shown and exported. */
export const mostActs = 1000;

/** So long a result waits until it has been written down. */
const usualLongestWriteMs = 2000;

/** The journal of acts: written by each act, read by the view, the details page and exports. */
export class Activity implements ActRecorder, Disposable {
  readonly #store: ActStore;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #changed = new Emitter<void>();
  /** Fires often while many acts run; listeners coalesce. */
  readonly onDidChange = this.#changed.event;
  readonly #longestWriteMs: number;
  readonly #running = new Set<string>();
  #acts: Promise<Map<string, Act>> | undefined;

  constructor(store: ActStore, clock: Clock, logger: Logger, longestWriteMs = usualLongestWriteMs) {
    this.#store = store;
    this.#longestWriteMs = longestWriteMs;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The newest first, unless told no more than the last {@link mostActs}. Rejects with kind `storage`. */
  async acts(most = mostActs): Promise<readonly Act[]> {
    return newest(await this.#known(), most);
  }

  /** What was done to this row, or to this connection as a whole, the newest first. */
  async of(node: Pick<ActTarget, 'kind' | 'key'>): Promise<readonly Act[]> {
    const key = actRowKey(node);
    return (await this.acts()).filter(({ connection, row }) =>
      node.kind === 'connection' ? connection?.id === node.key && !row : row?.key === key,
    );
  }

  async record<T>(
    subject: ActSubject,
    work: () => Promise<T>,
    resultOf: (value: T) => ActResult = () => ({ kind: 'done' }),
    requestId: () => string | undefined = () => undefined,
  ): Promise<T> {
    const act = this.begin(subject);
    let value: T;
    try {
      value = await work();
    } catch (thrown) {
      await act.end(failedResult(TokenManagerError.from(thrown)), requestId());
      throw thrown;
    }
    await act.end(resultOf(value), requestId());
    return value;
  }

  begin(subject: ActSubject): OpenAct {
    const act: Act = {
      ...subject,
      id: randomUUID(),
      at: this.#clock.now(),
      result: { kind: 'begun' },
    };
    this.#running.add(act.id);
    const begun = this.#append(act);
    this.#note(act);
    return {
      end: async (result, requestId) => {
        const ended: Act = { ...act, result, ...(requestId !== undefined && { requestId }) };
        await this.#inTime(begun.then(() => this.#append(ended)));
        this.#running.delete(act.id);
        this.#note(ended);
      },
    };
  }

  /** Revocations that the service had not carried out when they were last written down, the oldest first. */
  async pendingRevocations(connectionId: string): Promise<readonly PendingAct[]> {
    return [...(await this.#known()).values()]
      .filter(isPending)
      .filter(({ connection }) => connection.id === connectionId);
  }

  /** Writes down how an act ended that was left open; never rejects. */
  async settle(act: Act, result: ActResult): Promise<void> {
    const ended: Act = { ...act, result };
    await this.#inTime(this.#append(ended));
    this.#note(ended);
  }

  /** Whether this window is still at it; what has only begun otherwise may never have ended. */
  isUnderWay({ id }: Act): boolean {
    return this.#running.has(id);
  }

  /** Forgets everything, in all windows. */
  async clear(): Promise<void> {
    await this.#store.clear();
    this.reload();
  }

  /** Another window may have written; what is asked for next is read anew. */
  reload(): void {
    this.#acts = undefined;
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #known(): Promise<Map<string, Act>> {
    if (!this.#acts) {
      const reading = this.#store.read().then((acts) => new Map(acts.map((act) => [act.id, act])));
      this.#acts = reading;
      reading.catch(() => {
        if (this.#acts === reading) {
          this.#acts = undefined;
        }
      });
    }
    return this.#acts;
  }

  /** A full disk must not stop a revocation. */
  async #append(act: Act): Promise<void> {
    try {
      await this.#store.append(act);
    } catch (thrown) {
      this.#logger.warn(`activity ${TokenManagerError.from(thrown).kind}`);
    }
  }

  /** Nor must a disk that never answers keep from the user what became of it. */
  async #inTime(writing: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<void>();
    // Not by the clock of the product: this waits for a disk, whatever the time is.
    const timer = setTimeout(() => {
      this.#logger.warn('activity late');
      late.resolve();
    }, this.#longestWriteMs);
    await Promise.race([writing, late.promise]);
    clearTimeout(timer);
  }

  #note(act: Act): void {
    this.#acts?.then((known) => known.set(act.id, act)).catch(() => undefined);
    this.#changed.fire();
  }
}

function isPending(act: Act): act is PendingAct {
  return (
    act.kind === 'revoke' &&
    'reference' in act.result &&
    act.connection !== undefined &&
    act.row !== undefined
  );
}

/** Without what has since been replaced: the newest first, and no more than are asked for. */
function newest(acts: ReadonlyMap<string, Act>, most: number): readonly Act[] {
  return [...acts.values()]
    .reverse()
    .toSorted((a, b) => b.at - a.at)
    .slice(0, most);
}

export function actConnection({ id, label, serviceName }: Connection): ActConnection {
  return { id, label, serviceName };
}

/** What an act on this row is about. */
export function actSubject(kind: ActKind, node: ActTarget): ActSubject {
  const connection = actConnection(node.connection);
  return node.kind === 'connection'
    ? { kind, connection }
    : { kind, connection, row: { key: actRowKey(node), name: node.item.name } };
}

/** Under what key acts on a row are found; identifiers of a service can be longer than is worth writing down. */
export function actRowKey({ key }: Pick<ActTarget, 'key'>): string {
  return key.slice(0, 500);
}
