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
 * @param soonMs how long before its end a token counts as expiring
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
  const left = item.lifetime.at - now;
  return left <= 0 ? 'expired' : left <= soonMs ? 'expiring' : 'active';
}
