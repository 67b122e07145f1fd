import type { Item } from './item.ts';

/** What a row says about itself; `none` for rows that have no state. */
export type RowState =
  | 'active'
  | 'expiring'
  | 'expired'
  | 'inactive'
  | 'revoked'
  | 'waiting'
  | 'unknown'
  | 'none';

/** One that lives no longer comes and goes within a day, as access tokens do. */
export const shortLifeMs = 24 * 60 * 60_000;

/**
 * @param now epoch milliseconds
 * @param soonMs how long before its end a token counts as expiring; one that lives for a day at most, in its last quarter
 */
export function rowState(item: Item, now: number, soonMs: number): RowState {
  const { status } = item;
  if (status === undefined) {
    return 'none';
  }
  if (status !== 'active') {
    return status;
  }
  const { lifetime } = item;
  if (lifetime.kind !== 'expires') {
    return 'active';
  }
  const { at } = lifetime;
  return now >= at ? 'expired' : now >= expiringFrom(item, at, soonMs) ? 'expiring' : 'active';
}

/**
 * Epoch milliseconds from which a row counts as expiring.
 * @param at its end
 */
export function expiringFrom({ createdAt }: Item, at: number, soonMs: number): number {
  const life = createdAt === undefined ? Number.POSITIVE_INFINITY : at - createdAt;
  // One that lives for an hour, as access tokens do, would be expiring from its first minute on.
  return at - (life <= shortLifeMs ? Math.min(soonMs, life / 4) : soonMs);
}

/** What {@link nodeState} looks at. */
export interface Stateful {
  readonly item: Item;
  readonly pendingReference: string | undefined;
}

/**
 * The state of a row, whatever the service lists while an act on it waits for approval.
 * @param now epoch milliseconds by the service's clock
 */
export function nodeState({ item, pendingReference }: Stateful, now: number, soonMs: number): RowState {
  return pendingReference === undefined ? rowState(item, now, soonMs) : 'waiting';
}

/** When time alone changes the state next, in epoch milliseconds; infinite when it never does. */
export function stateChangesAt(item: Item, now: number, soonMs: number): number {
  const { status, lifetime } = item;
  if (status !== 'active' || lifetime.kind !== 'expires') {
    return Number.POSITIVE_INFINITY;
  }
  const { at } = lifetime;
  const from = expiringFrom(item, at, soonMs);
  return from > now ? from : at > now ? at : Number.POSITIVE_INFINITY;
}

/** Whether it may still be used, as far as its service says. */
export function isAlive(item: Item, now: number): boolean {
  if (item.status === 'revoked' || item.status === 'inactive') {
    return false;
  }
  return item.lifetime.kind !== 'expires' || item.lifetime.at > now;
}
