import type { ConnectionNode, ItemNode } from './branch.ts';
import { rowState } from './state.ts';
import { type ConnectionSummary, summarize } from './summary.ts';
import { nextStep } from './timeSteps.ts';

/** How one connection stands at a moment, and what time does to it next. */
export interface TimedSummary extends ConnectionSummary {
  /** When the next of those that have not expired does, in epoch milliseconds by this computer. */
  readonly nextEnd: number | undefined;
  /** How many of the expired ones have expired since the moment that was asked about. */
  readonly expiredSince: number;
}

/** Rows that end, the soonest first; `ends` are the service's epoch milliseconds, one a row. */
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
  /** How many rows there are. */
  readonly size: number;
  /** How many pages they were read from. */
  readonly pages: number;
}

export function survey(root: ConnectionNode): Survey {
  let size = 0;
  const found: DatedRow[] = [];
  for (const node of root.branch.descendants()) {
    size++;
    const { item } = node;
    if (item.lifetime.kind === 'expires') {
      const isActive = rowState(item, Number.NEGATIVE_INFINITY, 0) === 'active';
      found.push({ node, end: item.lifetime.at, isActive });
    }
  }
  found.sort((one, other) => one.end - other.end);
  let pages = 0;
  for (const branch of root.branch.opened()) {
    pages += branch.pages;
  }
  const dated = ending(found);
  const active = found.every(({ isActive }) => isActive)
    ? dated
    : ending(found.filter(({ isActive }) => isActive));
  return { root, dated, active, size, pages };
}

interface DatedRow {
  readonly node: ItemNode;
  readonly end: number;
  readonly isActive: boolean;
}

function ending(dated: readonly DatedRow[]): Ending {
  return { rows: dated.map(({ node }) => node), ends: Float64Array.from(dated, ({ end }) => end) };
}

/**
 * @param now epoch milliseconds by this computer
 * @param since likewise, for `expiredSince`
 */
export function judge(
  { root, active: { ends } }: Survey,
  now: number,
  expiringWithinMs: number,
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
export function nextChange(
  { active: { ends }, root }: Survey,
  now: number,
  expiringWithinMs: number,
): number {
  const serviceNow = now + root.clockOffset;
  const next = ends[countUpTo(ends, serviceNow)];
  const laterOn = ends[countUpTo(ends, serviceNow + expiringWithinMs)];
  const change = Math.min(
    next === undefined ? Number.POSITIVE_INFINITY : nextStep(next, serviceNow),
    laterOn === undefined ? Number.POSITIVE_INFINITY : laterOn - expiringWithinMs,
  );
  return change - root.clockOffset;
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
