import type { Item } from './model.ts';

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

/**
 * @param now epoch milliseconds
 * @param soonMs how long before its end a token counts as expiring, where it lives longer than that
 */
export function rowState(item: Item, now: number, soonMs: number): RowState {
  if (item.status === undefined) {
    return 'none';
  }
  if (item.status !== 'active') {
    return item.status;
  }
  if (item.lifetime.kind !== 'expires') {
    return 'active';
  }
  const { at } = item.lifetime;
  return now >= at ? 'expired' : now >= expiringFrom(item, at, soonMs) ? 'expiring' : 'active';
}

/**
 * Epoch milliseconds from which a row counts as expiring.
 * @param at its end
 */
export function expiringFrom({ createdAt }: Item, at: number, soonMs: number): number {
  const life = createdAt === undefined ? Number.POSITIVE_INFINITY : at - createdAt;
  // One that lives for an hour would be expiring from its first minute on.
  return at - (life < soonMs ? life / 4 : soonMs);
}
