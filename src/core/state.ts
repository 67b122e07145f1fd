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

/** What {@link nodeState} looks at. */
export interface Stateful {
  readonly item: Item;
  readonly pendingReference: string | undefined;
}

/**
 * The state of a row, whatever the service lists while an act on it waits for somebody else.
 * @param now epoch milliseconds by the service's clock
 */
export function nodeState({ item, pendingReference }: Stateful, now: number, soonMs: number): RowState {
  return pendingReference === undefined ? rowState(item, now, soonMs) : 'waiting';
}

/** When time alone changes the state next, in epoch milliseconds; infinite when it never does. */
export function stateChangesAt(item: Item, now: number, soonMs: number): number {
  if (item.status !== 'active' || item.lifetime.kind !== 'expires') {
    return Number.POSITIVE_INFINITY;
  }
  const { at } = item.lifetime;
  return at - soonMs > now ? at - soonMs : at > now ? at : Number.POSITIVE_INFINITY;
}
