import type { ConnectionNode, ItemNode } from '../inventory/tree.ts';
import type { TokenManagerError } from '../model/errors.ts';
import type { Connection } from '../model/item.ts';
import { expiringFrom, nodeState, type RowState } from '../model/state.ts';
import { nextStep } from '../time/units.ts';

/** How one connection stands, as far as it has been read. */
export interface ConnectionSummary {
  readonly connection: Connection;
  /** The first failure found, outermost first. */
  readonly error: TokenManagerError | undefined;
  readonly expired: number;
  readonly expiring: number;
  readonly waiting: number;
  /** Whether a list has more pages than were read, so that there may be more of each. */
  readonly isPartial: boolean;
  /** How many milliseconds the service's clock is ahead of this computer's; 0 when they agree. */
  readonly clockOffset: number;
}

/** How one connection stands at a moment, and what time does to it next. */
export interface TimedSummary extends ConnectionSummary {
  readonly root: ConnectionNode;
  /** The first of those that are expiring or have expired since the moment that was asked about. */
  readonly urgent: readonly ItemNode[];
  /** When the next of those that have not expired does, in epoch milliseconds by this computer. */
  readonly nextEnd: number | undefined;
  /** How many of the expired ones have expired since the moment that was asked about. */
  readonly expiredSince: number;
}

export function summarize(root: ConnectionNode, now: number, expiringWithinMs: number): ConnectionSummary {
  let error: TokenManagerError | undefined;
  let expired = 0;
  let expiring = 0;
  let waiting = 0;
  let isPartial = false;
  const serviceNow = now + root.clockOffset;
  for (const branch of root.branch.opened()) {
    error ??= branch.error ?? branch.problems[0];
    const counts = branch.countStates(serviceNow, expiringWithinMs);
    expired += counts.expired;
    expiring += counts.expiring;
    waiting += counts.waiting;
    isPartial ||= branch.hasMore;
  }
  const { connection, clockOffset } = root;
  return { connection, error, expired, expiring, waiting, isPartial, clockOffset };
}

/** What had expired before it was first looked at is old news. */
export function needsAttention({ error, expiring, expiredSince }: TimedSummary): boolean {
  return error !== undefined || expiring > 0 || expiredSince > 0;
}

/** Rows that end, the soonest first; the service's epoch milliseconds, one a row. */
export interface Ending {
  readonly rows: readonly ItemNode[];
  readonly ends: Float64Array;
}

/** One walk through a connection: what time does to it can be told at any later moment without another. */
export interface Survey {
  readonly root: ConnectionNode;
  /** Every row that says when it ends, whatever else is true of it. */
  readonly dated: Ending;
  /** Those of them that the service calls active. */
  readonly active: Ending;
  /**
   * For how many milliseconds each of the dated ones is expiring, where that is not as set, else 0: one that lives
   * for an hour begins to expire long after others that end with it.
   */
  readonly leads: Uint32Array;
  /** When those of the active ones begin to expire, the soonest first. */
  readonly starts: Float64Array;
  /** How long before its end a token counted as expiring then. */
  readonly expiringWithinMs: number;
  /** How many rows there are. */
  readonly size: number;
  /** How many pages they were read from. */
  readonly pages: number;
}

export function survey(root: ConnectionNode, expiringWithinMs: number): Survey {
  let size = 0;
  const dated: ItemNode[] = [];
  const ends: number[] = [];
  const leads: number[] = [];
  const isActive: boolean[] = [];
  const starts: number[] = [];
  for (const node of root.branch.descendants()) {
    size++;
    const { item } = node;
    if (item.lifetime.kind === 'expires') {
      const { at } = item.lifetime;
      const lead = at - expiringFrom(item, at, expiringWithinMs);
      const isAlive = item.status === 'active';
      const isOwn = lead !== expiringWithinMs && lead > 0;
      dated.push(node);
      ends.push(at);
      leads.push(isOwn ? lead : 0);
      isActive.push(isAlive);
      if (isOwn && isAlive) {
        starts.push(at - lead);
      }
    }
  }
  const endOf = (index: number) => ends[index] ?? 0;
  const order = Uint32Array.from(ends.keys()).sort((one, other) => endOf(one) - endOf(other) || one - other);
  const pick = (chosen: Uint32Array): Ending => ({
    // Not pushed: an array that grows is copied again and again.
    rows: Array.from(chosen, (index) => dated[index]).filter((node) => node !== undefined),
    ends: Float64Array.from(chosen, endOf),
  });
  const all = pick(order);
  const alive = isActive.every(Boolean) ? all : pick(order.filter((index) => isActive[index] === true));
  let pages = 0;
  for (const branch of root.branch.opened()) {
    pages += branch.pages;
  }
  return {
    root,
    dated: all,
    active: alive,
    // Of a fraction of a millisecond no clock tells.
    leads: Uint32Array.from(order, (index) => leads[index] ?? 0),
    starts: Float64Array.from(starts).sort(),
    expiringWithinMs,
    size,
    pages,
  };
}

/** So many rows of a connection are named where it is said what needs attention. */
const mostUrgent = 5;

const urgentStates: readonly RowState[] = ['expiring', 'expired'];

/**
 * @param now epoch milliseconds by this computer
 * @param since likewise, for `expiredSince`
 */
export function judge(
  { root, active: { rows, ends }, expiringWithinMs }: Survey,
  now: number,
  since = now,
): TimedSummary {
  const serviceNow = now + root.clockOffset;
  const expired = countUpTo(ends, serviceNow);
  const next = ends[expired];
  const old = countUpTo(ends, Math.min(since, now) + root.clockOffset);
  const ending = rows.slice(old, old + mostUrgent);
  const isUrgent = (node: ItemNode) => urgentStates.includes(nodeState(node, serviceNow, expiringWithinMs));
  return {
    ...summarize(root, now, expiringWithinMs),
    nextEnd: next === undefined ? undefined : next - root.clockOffset,
    expiredSince: expired - old,
    root,
    urgent: ending.filter(isUrgent),
  };
}

/** The first moment after `now` at which anything that is told of this connection may change by itself. */
export function nextChange(
  { active: { ends }, starts, expiringWithinMs, root }: Survey,
  now: number,
): number {
  const serviceNow = now + root.clockOffset;
  const end = after(ends, serviceNow);
  const step = end === Number.POSITIVE_INFINITY ? end : nextStep(end, serviceNow);
  return (
    Math.min(step, after(ends, serviceNow + expiringWithinMs) - expiringWithinMs, after(starts, serviceNow)) -
    root.clockOffset
  );
}

/** The first of the ascending numbers that is greater; infinite where there is none. */
function after(ascending: Float64Array, limit: number): number {
  return ascending[countUpTo(ascending, limit)] ?? Number.POSITIVE_INFINITY;
}

/** How many of the ascending numbers are at most this. */
export function countUpTo(ascending: Float64Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Number.POSITIVE_INFINITY) <= limit) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
