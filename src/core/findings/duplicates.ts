import type { ItemNode } from '../inventory/tree.ts';
import type { Item } from '../model/item.ts';
import { accessesOf } from './subject.ts';

/** What people and programs add to a name when they make another one for the same purpose. */
const addition = /(?:\(\d{1,4}\)|\bcopy(?: \d{1,3})?|(?:19|20)\d\d(?:[-_.]?\d\d){0,2})$/i;
/** Longer than any such addition. */
const longestAddition = 20;

/** What a name says of the purpose. */
function purposeOf(name: string): string {
  let purpose = name;
  // “Deploy copy (2)” has two.
  for (let round = 0; round < 2; round++) {
    const end = purpose.slice(-longestAddition);
    const found = mayBeAdded(end) ? addition.exec(end) : undefined;
    const rest = found ? withoutSeparators(purpose.slice(0, purpose.length - found[0].length)) : '';
    if (rest === '') {
      break;
    }
    purpose = rest;
  }
  return purpose.trim().toLowerCase();
}

/** Most names are ruled out by their last character, and there may be 100,000. */
function mayBeAdded(end: string): boolean {
  const last = end.charCodeAt(end.length - 1);
  const isDigit = last >= 0x30 && last <= 0x39;
  return isDigit ? end.includes('20') || end.includes('19') || /copy/i.test(end) : /[)y]$/i.test(end);
}

function withoutSeparators(name: string): string {
  let { length } = name;
  while (length > 0 && ' _-'.includes(name.charAt(length - 1))) {
    length--;
  }
  return name.slice(0, length);
}

/** Gathers the rows of one list by their purpose. Most have a name of their own, so that nothing else is kept of them. */
export class Namesakes {
  readonly #byPurpose = new Map<string, ItemNode | ItemNode[]>();

  add(node: ItemNode, name: string): void {
    const purpose = purposeOf(name);
    const before = this.#byPurpose.get(purpose);
    if (Array.isArray(before)) {
      before.push(node);
    } else {
      this.#byPurpose.set(purpose, before === undefined ? node : [before, node]);
    }
  }

  /**
   * Of those that are called alike, belong to the same owner and may do the same: all but the one that was used last,
   * or else made last, with their number; or `unknown` where what they may do is not told.
   * @param least how many have to be alike
   */
  likes(least: number): ReadonlyMap<ItemNode, number | 'unknown'> {
    const likes = new Map<ItemNode, number | 'unknown'>();
    for (const nodes of this.#byPurpose.values()) {
      if (Array.isArray(nodes) && nodes.length >= least) {
        compare(nodes, Math.max(2, least), likes);
      }
    }
    return likes;
  }
}

function compare(nodes: readonly ItemNode[], least: number, likes: Map<ItemNode, number | 'unknown'>): void {
  const rows = nodes.map((node) => ({ node, item: node.item }));
  const same = Map.groupBy(rows, ({ item }) => {
    const accesses = accessesOf(item);
    return accesses && JSON.stringify([item.kind, item.owner ?? '', accesses.toSorted()]);
  });
  for (const [key, alike] of same) {
    if (key === undefined) {
      for (const { node } of alike) {
        likes.set(node, 'unknown');
      }
    } else if (alike.length >= least) {
      const [, ...others] = alike.toSorted((one, other) => lastSignOf(other.item) - lastSignOf(one.item));
      for (const { node } of others) {
        likes.set(node, alike.length);
      }
    }
  }
}

function lastSignOf({ lastUsedAt, createdAt }: Item): number {
  return lastUsedAt ?? createdAt ?? 0;
}
