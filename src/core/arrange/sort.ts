import type { ItemNode } from '../inventory/tree.ts';
import type { Item } from '../model/item.ts';
import type { Sort, SortKey } from './arrangement.ts';
import { FoldedNames } from './nameOrder.ts';
import { orderOf } from './valueOrder.ts';

/** Up to so many names are compared by the rules of the user's language; 100,000 could not afford it. */
export const collatedUpTo = 5000;

/** Compares names as people read them: without regard to case, and numbers by their value. */
export function nameCollator(locale: string): Intl.Collator {
  return new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
}

/** The order of some rows. What a row does not tell comes last in both directions; equal rows stay as they were. */
export class Ordering {
  readonly nodes: readonly ItemNode[];
  readonly #sort: Sort;
  readonly #collator: Intl.Collator | undefined;

  constructor(nodes: readonly ItemNode[], sort: Sort, locale: string) {
    const { by, descending } = sort;
    this.#sort = sort;
    this.#collator = by === 'name' && nodes.length <= collatedUpTo ? nameCollator(locale) : undefined;
    this.nodes =
      by === 'service'
        ? nodes
        : by === 'name'
          ? orderedByName(nodes, descending, this.#collator)
          : orderedByValue(nodes, by, descending);
  }

  /** Whether two neighbours may stand as they do. */
  mayPrecede({ item: first }: ItemNode, { item: second }: ItemNode): boolean {
    const { by, descending } = this.#sort;
    if (by === 'service') {
      return true;
    }
    if (by === 'name') {
      const order = this.#compareNames(first.name, second.name);
      return descending ? order >= 0 : order <= 0;
    }
    const one = orderValue(first, by);
    const other = orderValue(second, by);
    if (one === undefined || other === undefined) {
      return other === undefined;
    }
    return descending ? one >= other : one <= other;
  }

  #compareNames(first: string, second: string): number {
    return this.#collator?.compare(first, second) ?? new FoldedNames([first, second]).compare(0, 1);
  }
}

/** What a row is ordered by; what never ends ends last, and what was never used was used first. */
export function orderValue(item: Item, by: Exclude<SortKey, 'service' | 'name'>): number | undefined {
  switch (by) {
    case 'expiry':
      return item.lifetime.kind === 'expires'
        ? item.lifetime.at
        : item.lifetime.kind === 'never'
          ? Number.POSITIVE_INFINITY
          : undefined;
    case 'lastUse':
      return item.lastUsedAt === null ? Number.NEGATIVE_INFINITY : item.lastUsedAt;
    case 'created':
      return item.createdAt;
  }
}

function orderedByName(
  nodes: readonly ItemNode[],
  descending: boolean,
  collator: Intl.Collator | undefined,
): readonly ItemNode[] {
  const ordered = collator
    ? nodes.toSorted((one, other) => collator.compare(one.item.name, other.item.name))
    : picked(nodes, new FoldedNames(nodes.map(({ item }) => item.name)).order());
  return descending ? ordered.toReversed() : ordered;
}

function orderedByValue(
  nodes: readonly ItemNode[],
  by: Exclude<SortKey, 'service' | 'name'>,
  descending: boolean,
): readonly ItemNode[] {
  const values = Float64Array.from(nodes, ({ item }) => orderValue(item, by) ?? Number.NaN);
  return picked(nodes, orderOf(descending ? values.map((value) => -value) : values));
}

export function picked<T extends object>(all: readonly T[], indices: Uint32Array): readonly T[] {
  // Not pushed: an array that grows is copied again and again.
  return Array.from(indices, (index) => all[index]).filter((one) => one !== undefined);
}
