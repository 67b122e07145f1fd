import { renewsAhead } from '../adapter/reservedSettings.ts';
import { rowHash } from '../changes/hash.ts';
import type { Disposable } from '../event.ts';
import type { ItemNode } from '../inventory/tree.ts';
import { TokenManagerError, toResult } from '../model/errors.ts';
import { expiringFrom, shortLifeMs } from '../model/state.ts';
import type { Clock, Documents, Leases } from '../ports.ts';
import { countUpTo, type Survey } from '../status/expiryIndex.ts';
import type { StatusTracker } from '../status/status.ts';
import { Timer } from '../time/timer.ts';
import { forEachYielding } from '../yielding.ts';
import { encodeMemory, type Memory, parseMemory } from './warningMemory.ts';

export interface WarningsDeps {
  readonly statusTracker: Pick<StatusTracker, 'surveys' | 'onDidRead'>;
  readonly clock: Clock;
  readonly documents: Documents;
  /** Only one window at a time decides what to warn about. */
  readonly leases: Leases;
  /** How long before their end rows are warned about, in milliseconds, in any order; empty for never. */
  readonly thresholdsMs: () => readonly number[];
  /** Whether the user would see it in this window. */
  readonly isInFront: () => boolean;
  /** Called once for all rows that are due, the soonest first. */
  readonly warn: (rows: readonly ItemNode[]) => void;
}

const documentName = 'warnings';

/** Several connections are read at about the same time; one notification tells of all of them. */
const gatheringMs = 2000;

/**
 * Says that rows come to their end: once for each threshold and row, in one window. A row that is found within
 * several thresholds at once is warned about once; one that has ended is not warned about.
 */
export class Warnings implements Disposable {
  readonly #deps: WarningsDeps;
  readonly #timer: Timer;
  readonly #gathering: Timer;
  readonly #subscription: Disposable;
  /** What this window has settled already, so that it need not be looked up again. */
  #settled = new WeakMap<ItemNode, Settled>();
  #checking: Promise<void> = Promise.resolve();
  /** What a disk that keeps nothing would have kept: it must neither silence a warning nor repeat it. */
  #unwritten: Memory | undefined;

  constructor(deps: WarningsDeps) {
    this.#deps = deps;
    this.#timer = new Timer(deps.clock, () => this.#enqueue());
    this.#gathering = new Timer(deps.clock, () => this.#enqueue());
    this.#subscription = deps.statusTracker.onDidRead(() => {
      if (!this.#gathering.isSet) {
        this.#gathering.set(deps.clock.now() + gatheringMs);
      }
    });
  }

  /**
   * Looks whether anything is due, and what other windows have remembered: when this one has come to the front,
   * or a setting has changed.
   */
  check(): void {
    this.#settled = new WeakMap();
    this.#enqueue();
  }

  /** Says nothing about these until then, and everything in one again afterwards. */
  async snooze(rows: readonly ItemNode[], until: number): Promise<void> {
    await this.#change((memory) => {
      for (const row of rows) {
        memory.told.delete(hashWithEnd(row));
        memory.snoozed.set(hashWithEnd(row), until);
      }
    });
    this.check();
  }

  /** Says nothing about these any more, also when they get another end. */
  async mute(rows: readonly ItemNode[]): Promise<void> {
    await this.#change((memory) => {
      for (const row of rows) {
        memory.muted.add(rowHash(row.key));
      }
    });
  }

  /** Takes back every snoozing and muting, here and in what other windows have written. */
  async resetWarnings(): Promise<void> {
    await this.#change((memory) => {
      memory.told.clear();
      memory.snoozed.clear();
      memory.muted.clear();
    });
    this.check();
  }

  dispose(): void {
    this.#timer.dispose();
    this.#gathering.dispose();
    this.#subscription.dispose();
  }

  #enqueue(): void {
    this.#checking = this.#checking.then(() => toResult(this.#check())).then(() => undefined);
  }

  async #check(): Promise<void> {
    const thresholds = [...this.#deps.thresholdsMs()].sort((one, other) => one - other);
    const longest = thresholds.at(-1);
    if (longest === undefined || !this.#deps.isInFront()) {
      this.#timer.set(undefined);
      return;
    }
    const now = this.#deps.clock.now();
    const surveys = this.#deps.statusTracker.surveys();
    const worthy = surveys
      .flatMap((surveyed) => within(surveyed, now, longest))
      .map((row) => ({ ...row, from: worthFrom(row) }));
    const near = worthy
      .filter(({ from }) => from <= now)
      .map((row) => ({ ...row, threshold: thresholds.find((ms) => row.left <= ms) ?? longest }));
    const candidates = near.filter((candidate) => !this.#isSettled(candidate, now));
    const due = candidates.length === 0 ? [] : await this.#tell(candidates, now);
    const next = surveys.flatMap((surveyed) => thresholds.map((ms) => nextCrossing(surveyed, now, ms)));
    const later = worthy.flatMap(({ from }) => (from > now ? [from] : []));
    this.#timer.set(Math.min(...next, ...later, this.#nextSnoozeEnd(near, now)));
    if (due.length > 0) {
      this.#deps.warn(due);
    }
  }

  #isSettled({ row, end, threshold }: Candidate, now: number): boolean {
    const known = this.#settled.get(row);
    return known !== undefined && known.end === end && known.threshold === threshold && known.until > now;
  }

  #nextSnoozeEnd(near: readonly Candidate[], now: number): number {
    const ends = near.map(({ row }) => this.#settled.get(row)?.until ?? Number.POSITIVE_INFINITY);
    return ends.reduce(
      (soonest, end) => (end > now && end < soonest ? end : soonest),
      Number.POSITIVE_INFINITY,
    );
  }

  /** Which of them are due; from then on they count as told, in every window. */
  async #tell(candidates: readonly Candidate[], now: number): Promise<ItemNode[]> {
    const due: ItemNode[] = [];
    await this.#change(async (memory) => {
      await forEachYielding(candidates, (candidate) => {
        const { row, end, threshold } = candidate;
        const { until, isDue } = verdict(memory, candidate, now);
        this.#settled.set(row, { end, threshold, until });
        if (isDue) {
          const name = hashWithEnd(row);
          memory.told.set(name, { threshold, end });
          memory.snoozed.delete(name);
          due.push(row);
        }
      });
      return due.length > 0;
    });
    return due;
  }

  /** Reads, changes and writes what is remembered, one window after another. `false` leaves it unwritten. */
  async #change(change: (memory: Memory) => unknown): Promise<void> {
    const { documents, leases, clock } = this.#deps;
    await leases.hold(documentName, new AbortController().signal, async () => {
      const stored = await toResult(documents.read(documentName));
      const memory = this.#unwritten ?? parseMemory(stored instanceof TokenManagerError ? undefined : stored);
      if ((await change(memory)) !== false) {
        const written = await toResult(documents.write(documentName, encodeMemory(memory, clock.now())));
        this.#unwritten = written instanceof TokenManagerError ? memory : undefined;
      }
    });
  }
}

interface Settled {
  readonly end: number;
  readonly threshold: number;
  /** When it has to be looked at again, in epoch milliseconds. */
  readonly until: number;
}

interface Candidate {
  readonly row: ItemNode;
  /** The service's epoch milliseconds. */
  readonly end: number;
  readonly left: number;
  /** The shortest one it is within. */
  readonly threshold: number;
}

function within({ active, root }: Survey, now: number, longest: number): Omit<Candidate, 'threshold'>[] {
  const serviceNow = now + root.clockOffset;
  const from = countUpTo(active.ends, serviceNow);
  const to = countUpTo(active.ends, serviceNow + longest);
  return active.rows.slice(from, to).map((row, index) => {
    const end = active.ends[from + index] ?? serviceNow;
    return { row, end, left: end - serviceNow };
  });
}

/**
 * From when on it is worth a warning, in epoch milliseconds by this computer. Never where it renews itself, or is
 * short-lived and a click renews it: each renewal would bring another warning. One that has only just been issued for a
 * short time is warned of in its last quarter.
 */
function worthFrom({ row, end }: Omit<Candidate, 'threshold'>): number {
  const { item, root, connection } = row;
  const isShort = item.createdAt !== undefined && end - item.createdAt <= shortLifeMs;
  if (item.actions.includes('renew') && (isShort || renewsAhead(connection.settings))) {
    return Number.POSITIVE_INFINITY;
  }
  return expiringFrom(item, end, Number.POSITIVE_INFINITY) - root.clockOffset;
}

/** When the next row comes within this threshold, in epoch milliseconds by this computer. */
function nextCrossing({ active: { ends }, root }: Survey, now: number, threshold: number): number {
  const next = ends[countUpTo(ends, now + root.clockOffset + threshold)];
  return next === undefined ? Number.POSITIVE_INFINITY : next - threshold - root.clockOffset;
}

function verdict(
  memory: Memory,
  { row, threshold }: Candidate,
  now: number,
): { readonly isDue: boolean; readonly until: number } {
  const forever = Number.POSITIVE_INFINITY;
  if (memory.muted.has(rowHash(row.key))) {
    return { isDue: false, until: forever };
  }
  const name = hashWithEnd(row);
  const snoozedUntil = memory.snoozed.get(name);
  if (snoozedUntil !== undefined) {
    return { isDue: snoozedUntil <= now, until: snoozedUntil <= now ? forever : snoozedUntil };
  }
  const told = memory.told.get(name);
  return { isDue: told === undefined || told.threshold > threshold, until: forever };
}

/** A renewed row has another end, and is warned about anew when that comes near. */
function hashWithEnd({ key, item }: ItemNode): string {
  return rowHash(`${key} ${item.lifetime.kind === 'expires' ? item.lifetime.at : ''}`);
}
