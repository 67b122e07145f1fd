import type { ConnectionNode, ItemNode } from './branch.ts';
import { orderOf, picked } from './ordering.ts';
import { expiringFrom } from './state.ts';
import { type ConnectionSummary, summarize } from './summary.ts';
import { nextStep } from './timeSteps.ts';

/** How one connection stands at a moment, and what time does to it next. */
export interface TimedSummary extends ConnectionSummary {
  /** When the next of those that have not expired does, in epoch milliseconds by this computer. */
  readonly nextEnd: number | undefined;
  /** How many of the expired ones have expired since the moment that was asked about. */
  readonly expiredSince: number;
}

/** Rows that end, the soonest first; the service's epoch milliseconds, one a row. */
export interface Ending {
  readonly rows: readonly ItemNode[];
  readonly ends: Float64Array;
  /** From when each of them counts as expiring. */
  readonly starts: Float64Array;
}

/** One walk through a connection: what time does to it can be told at any later moment without another. */
export interface Survey {
  readonly root: ConnectionNode;
  /** Every row that says when it ends, whatever else is true of it. */
  readonly dated: Ending;
  /** Those of them that the service calls active. */
  readonly active: Ending;
  /** When these begin to expire, the soonest first: one that lives for an hour does so long after others that end with it. */
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
  const starts: number[] = [];
  const isActive: boolean[] = [];
  for (const node of root.branch.descendants()) {
    size++;
    const { item } = node;
    if (item.lifetime.kind === 'expires') {
      dated.push(node);
      isActive.push(item.status === 'active');
      ends.push(item.lifetime.at);
      starts.push(expiringFrom(item, item.lifetime.at, expiringWithinMs));
    }
  }
  const order = orderOf(Float64Array.from(ends));
  const pick = (chosen: Uint32Array): Ending => ({
    rows: picked(dated, chosen),
    ends: Float64Array.from(chosen, (index) => ends[index] ?? 0),
    starts: Float64Array.from(chosen, (index) => starts[index] ?? 0),
  });
  const all = pick(order);
  const alive = isActive.every(Boolean) ? all : pick(order.filter((index) => isActive[index] === true));
  let pages = 0;
  for (const branch of root.branch.opened()) {
    pages += branch.pages;
  }
  return { root, dated: all, active: alive, starts: ascending(alive.starts), expiringWithinMs, size, pages };
}

/** The same array where it is in order already, as it is unless some tokens live for a day at most. */
function ascending(values: Float64Array): Float64Array {
  const isInOrder = values.every((value, index) => index === 0 || (values[index - 1] ?? 0) <= value);
  return isInOrder ? values : values.toSorted();
}

/**
 * @param now epoch milliseconds by this computer
 * @param since likewise, for `expiredSince`
 */
export function judge(
  { root, active: { ends }, expiringWithinMs }: Survey,
  now: number,
  since = now,
): TimedSummary {
  const expired = countUpTo(ends, now + root.clockOffset);
  const next = ends[expired];
  return {
    ...summarize(root, now, expiringWithinMs),
    nextEnd: next === undefined ? undefined : next - root.clockOffset,
    expiredSince: expired - countUpTo(ends, Math.min(since, now) + root.clockOffset),
  };
}

/** The first moment after `now` at which anything that is told of this connection changes by itself. */
export function nextChange({ active: { ends }, starts, root }: Survey, now: number): number {
  const serviceNow = now + root.clockOffset;
  const next = ends[countUpTo(ends, serviceNow)];
  const start = starts[countUpTo(starts, serviceNow)] ?? Number.POSITIVE_INFINITY;
  const step = next === undefined ? Number.POSITIVE_INFINITY : nextStep(next, serviceNow);
  return Math.min(step, start) - root.clockOffset;
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
