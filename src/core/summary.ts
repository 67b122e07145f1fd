import type { ConnectionNode, ItemNode } from './branch.ts';
import type { TokenManagerError } from './errors.ts';
import type { Connection } from './model.ts';
import { rowState } from './state.ts';
import { nextStep } from './timeSteps.ts';

/** How one connection stands, as far as it has been read. */
export interface ConnectionSummary {
  readonly connection: Connection;
  /** The first failure found, outermost first. */
  readonly error: TokenManagerError | undefined;
  readonly expired: number;
  readonly expiring: number;
  readonly waiting: number;
  /** How many milliseconds the service's clock is ahead of this computer's; 0 when they agree. */
  readonly clockOffset: number;
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

/** One walk through a connection: all that can be told of it at any later moment without another. */
export interface Survey {
  readonly root: ConnectionNode;
  readonly error: TokenManagerError | undefined;
  readonly waiting: number;
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
  let error = root.branch.error ?? root.branch.problems[0];
  let waiting = 0;
  let size = 0;
  let { pages } = root.branch;
  const dated: DatedRow[] = [];
  for (const node of root.branch.descendants()) {
    size++;
    pages += node.branch.pages;
    error ??= node.branch.error ?? node.branch.problems[0];
    waiting += Number(node.pendingReference !== undefined);
    if (node.item.lifetime.kind === 'expires') {
      dated.push({ node, end: node.item.lifetime.at });
    }
  }
  dated.sort((one, other) => one.end - other.end);
  const active = dated.filter(({ node }) => rowState(node.item, Number.NEGATIVE_INFINITY, 0) === 'active');
  return { root, error, waiting, dated: ending(dated), active: ending(active), size, pages };
}

interface DatedRow {
  readonly node: ItemNode;
  readonly end: number;
}

function ending(dated: readonly DatedRow[]): Ending {
  return { rows: dated.map(({ node }) => node), ends: Float64Array.from(dated, ({ end }) => end) };
}

/**
 * @param now epoch milliseconds by this computer
 * @param since likewise, for `expiredSince`
 */
export function judge(survey: Survey, now: number, expiringWithinMs: number, since = now): ConnectionSummary {
  const { error, waiting } = survey;
  const { connection, clockOffset } = survey.root;
  const { ends } = survey.active;
  const expired = countUpTo(ends, now + clockOffset);
  const expiring = countUpTo(ends, now + clockOffset + expiringWithinMs) - expired;
  const next = ends[expired];
  const nextEnd = next === undefined ? undefined : next - clockOffset;
  const expiredSince = expired - countUpTo(ends, Math.min(since, now) + clockOffset);
  return { connection, error, expired, expiring, waiting, clockOffset, nextEnd, expiredSince };
}

export function summarize(root: ConnectionNode, now: number, expiringWithinMs: number): ConnectionSummary {
  return judge(survey(root), now, expiringWithinMs);
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

export function needsAttention({ error, expired, expiring }: ConnectionSummary): boolean {
  return error !== undefined || expired > 0 || expiring > 0;
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
