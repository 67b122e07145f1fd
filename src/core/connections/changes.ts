import type { Connection } from '../model/item.ts';

export type ConnectionChange =
  | { readonly kind: 'added' | 'removed' | 'relabelled'; readonly id: string }
  /**
   * Sessions opened with the old credentials or settings are worth nothing any more, or another window has
   * changed something at the service.
   */
  | { readonly kind: 'reconnected'; readonly id: string }
  /** The credentials are kept for this session only, or no longer so. */
  | { readonly kind: 'keptOtherwise'; readonly id: string }
  /** They stand in another order. `id` is the first that has another place. */
  | { readonly kind: 'reordered'; readonly id: string };

/** How a connection differs from what was told of it last. */
export function changeOf(
  before: Connection | undefined,
  now: Connection,
): ConnectionChange['kind'] | undefined {
  if (!before) {
    return 'added';
  }
  if (before.revision !== now.revision) {
    return 'reconnected';
  }
  return before.label === now.label ? undefined : 'relabelled';
}

/** The first connection whose place among those known before and now is another. */
export function firstDisplaced(
  before: readonly Connection[],
  now: readonly Connection[],
): string | undefined {
  const known = new Set(before.map(({ id }) => id));
  const here = new Set(now.map(({ id }) => id));
  const stayed = before.filter(({ id }) => here.has(id));
  return now.filter(({ id }) => known.has(id)).find(({ id }, place) => id !== stayed[place]?.id)?.id;
}
