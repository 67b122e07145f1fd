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
  const life = item.createdAt === undefined ? Number.POSITIVE_INFINITY : at - item.createdAt;
  // One that lives for an hour would be expiring from its first minute on.
  const soon = life < soonMs ? life / 4 : soonMs;
  const left = at - now;
  return left <= 0 ? 'expired' : left <= soon ? 'expiring' : 'active';
}
