import type { ItemNode } from '../inventory/tree.ts';
import type { Item } from '../model/item.ts';
import type { Sort, SortKey } from './arrangement.ts';

/** Up to so many names are compared by the rules of the user's language; 100,000 could not afford it. */
export const collatedUpTo = 5000;

/** Compares names as people read them: without regard to case, and numbers by their value. */
export function nameCollator(locale: string): Intl.Collator {
  return new Intl.Collator(locale, { numeric: true, sensitivity: 'base' });
}

/** A text whose order is nearly that of {@link nameCollator} without a language's own rules, at a fifth of its time. */
export function naturalKey(name: string): string {
  const plain = /^[ -~]*$/.test(name) ? name : name.normalize('NFKD').replace(/\p{M}/gu, '');
  const text = plain.toLowerCase();
  // By hand: a replacement that calls a function takes as long as all the comparing.
  let key = '';
  let done = 0;
  for (let at = 0; at < text.length; at++) {
    if (isDigit(text, at)) {
      key += text.slice(done, at);
      while (text[at] === '0' && isDigit(text, at + 1)) {
        at++;
      }
      done = at;
      while (isDigit(text, at + 1)) {
        at++;
      }
      // A number has its length before it, so that a longer one is greater; lengths stand where digits do.
      key += Math.min(at + 1 - done, 9);
    }
  }
  return key + text.slice(done);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

/**
 * Each once more, in the order of the characters of a text that is told of it; equal ones stay as they were. The engine
 * sorts texts alone sooner, because it compares them by itself: so each has its place at its end.
 */
export function sortedByCharacters<T extends object>(
  all: readonly T[],
  textOf: (one: T) => string,
  descending = false,
): readonly T[] {
  const placeOf = (at: number) => (descending ? all.length - at : at);
  const texts = all.map((one, at) => textOf(one) + placeText(placeOf(at))).sort();
  return picked(
    all,
    (descending ? texts.reverse() : texts).map((text) => placeOf(placeAtEnd(text))),
  );
}

/** Three characters after one that is in no name, so that a name comes before one that it begins. */
function placeText(place: number): string {
  return String.fromCharCode(0, place >>> 16, (place >>> 8) & 0xff, place & 0xff);
}

function placeAtEnd(text: string): number {
  const at = text.length - 3;
  return (text.charCodeAt(at) << 16) | (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2);
}

/** The same by how texts compare in a language. */
function sortedByText<T extends object>(
  all: readonly T[],
  textOf: (one: T) => string,
  compare: (one: string, other: string) => number,
): readonly T[] {
  const texts = all.map(textOf);
  return sorted(all, (one, other) => compare(texts[one] ?? '', texts[other] ?? ''));
}

/** The same by a number; `NaN` comes last. */
function sortedByNumber<T extends object>(
  all: readonly T[],
  numberOf: (one: T) => number,
  compare: (one: number, other: number) => number,
): readonly T[] {
  const numbers = new Float64Array(all.length);
  all.forEach((one, place) => {
    numbers[place] = numberOf(one);
  });
  return sorted(all, (one, other) => compare(numbers[one] ?? 0, numbers[other] ?? 0));
}

/** Moves places in one block of memory, not objects: of 100,000 that takes a third less. */
function sorted<T extends object>(
  all: readonly T[],
  compare: (place: number, other: number) => number,
): readonly T[] {
  return picked(all, new Uint32Array(all.length).map((_, place) => place).sort(compare));
}

function picked<T extends object>(all: readonly T[], places: Iterable<number>): readonly T[] {
  const found: T[] = [];
  for (const place of places) {
    const one = all[place];
    if (one) {
      found.push(one);
    }
  }
  return found;
}

/** Ascending; for texts by their characters. */
export function ascending<T extends string | number>(one: T, other: T): number {
  return one < other ? -1 : one === other ? 0 : 1;
}

/** The order of some rows. What a row does not tell comes last in both directions; equal rows stay as they were. */
export class Ordering {
  readonly nodes: readonly ItemNode[];
  readonly #compare: (one: ItemNode, other: ItemNode) => number;

  constructor(nodes: readonly ItemNode[], sort: Sort, locale: string) {
    const order = orderOf(sort, nodes.length, locale);
    this.nodes = order.sorted(nodes);
    this.#compare = order.compare;
  }

  /** Whether a row belongs between two others, as far as there are any. */
  fits(node: ItemNode, before: ItemNode | undefined, after: ItemNode | undefined): boolean {
    return (!before || this.#compare(before, node) <= 0) && (!after || this.#compare(node, after) <= 0);
  }
}

/** What a row is ordered by; what never ends ends last, and what was never used was used first. */
export function orderValue(item: Item, by: Exclude<SortKey, 'service' | 'name'>): number | undefined {
  switch (by) {
    case 'expiry': {
      const { lifetime } = item;
      return lifetime.kind === 'expires'
        ? lifetime.at
        : lifetime.kind === 'never'
          ? Number.POSITIVE_INFINITY
          : undefined;
    }
    case 'lastUse':
      return item.lastUsedAt === null ? Number.NEGATIVE_INFINITY : item.lastUsedAt;
    case 'created':
      return item.createdAt;
  }
}

interface Order {
  readonly compare: (one: ItemNode, other: ItemNode) => number;
  readonly sorted: (nodes: readonly ItemNode[]) => readonly ItemNode[];
}

function orderOf({ by, descending }: Sort, count: number, locale: string): Order {
  const sign = descending ? -1 : 1;
  if (by === 'service') {
    return { compare: () => 0, sorted: (nodes) => nodes };
  }
  if (by !== 'name') {
    const numberOf = ({ item }: ItemNode) => orderValue(item, by) ?? Number.NaN;
    const compare = (one: number, other: number) =>
      Number.isNaN(one) || Number.isNaN(other)
        ? Number(Number.isNaN(one)) - Number(Number.isNaN(other))
        : sign * ascending(one, other);
    return {
      compare: (one, other) => compare(numberOf(one), numberOf(other)),
      sorted: (nodes) => sortedByNumber(nodes, numberOf, compare),
    };
  }
  if (count > collatedUpTo) {
    const keyOf = ({ item }: ItemNode) => naturalKey(item.name);
    return {
      compare: (one, other) => sign * ascending(keyOf(one), keyOf(other)),
      sorted: (nodes) => sortedByCharacters(nodes, keyOf, descending),
    };
  }
  const nameOf = ({ item }: ItemNode) => item.name;
  const collator = nameCollator(locale);
  const compare = (one: string, other: string) => sign * collator.compare(one, other);
  return {
    compare: (one, other) => compare(nameOf(one), nameOf(other)),
    sorted: (nodes) => sortedByText(nodes, nameOf, compare),
  };
}
