import type { ItemNode } from '../inventory/tree.ts';
import type { Item } from '../model/item.ts';
import { accessesOf } from './subject.ts';

/** What people and programs add to a name when they make another one for the same purpose, besides `(2)`. */
const addition = /(?:\bcopy(?: \d{1,3})?|(?:19|20)\d\d(?:[-_.]?\d\d){0,2})$/i;
/** Longer than any such addition. */
const longestAddition = 20;
const mostDigits = 4;

/** How long the beginning of a name is that says the purpose. */
function purposeLength(name: string): number {
  let { length } = name;
  // “Deploy copy (2)” has two.
  for (let round = 0; round < 2; round++) {
    const added = additionLength(name, length);
    const rest = added === 0 ? 0 : withoutSeparators(name, length - added);
    if (rest === 0) {
      break;
    }
    length = rest;
  }
  return length;
}

const opening = 0x28;
const closing = 0x29;
const separators = [0x20, 0x5f, 0x2d];

/** Most names are ruled out by their last character, and there may be 100,000. */
function additionLength(name: string, length: number): number {
  const last = name.charCodeAt(length - 1);
  if (last === closing) {
    return bracketsLength(name, length);
  }
  // The last letter of “copy”, in either case.
  if (!isDigit(last) && (last | 0x20) !== 0x79) {
    return 0;
  }
  const end = name.slice(Math.max(0, length - longestAddition), length);
  return addition.exec(end)?.[0].length ?? 0;
}

/** Of a number in brackets that the name ends with. */
function bracketsLength(name: string, length: number): number {
  let digits = 0;
  while (digits < mostDigits && isDigit(name.charCodeAt(length - 2 - digits))) {
    digits++;
  }
  return digits > 0 && name.charCodeAt(length - 2 - digits) === opening ? digits + 2 : 0;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function withoutSeparators(name: string, end: number): number {
  let length = end;
  while (length > 0 && separators.includes(name.charCodeAt(length - 1))) {
    length--;
  }
  return length;
}

function purposeOf(name: string): string {
  return name.slice(0, purposeLength(name)).toLowerCase();
}

const sieveBits = 18;
/** The names of fewer rows are compared sooner than the sieve is made. */
const shortestSieved = 1000;
const none = -1;

/** By its last characters, which differ most. */
const longestTail = 16;

/** A number that is the same for names of the same purpose, and for few others; no text is made for it. */
function purposeNumber(name: string): number {
  const length = purposeLength(name);
  let number = 0;
  for (let index = Math.max(0, length - longestTail); index < length; index++) {
    const code = name.charCodeAt(index);
    if (code > 0x7f) {
      // Case is more than one bit there.
      return tailNumber(purposeOf(name));
    }
    number = mixed(number, code >= 0x41 && code <= 0x5a ? code | 0x20 : code);
  }
  return sieved(number);
}

function tailNumber(text: string): number {
  let number = 0;
  for (let index = Math.max(0, text.length - longestTail); index < text.length; index++) {
    number = mixed(number, text.charCodeAt(index));
  }
  return sieved(number);
}

function mixed(number: number, code: number): number {
  return Math.imul(number ^ code, 0x01000193);
}

function sieved(number: number): number {
  return Math.imul(number ^ (number >>> 15), 0x9e3779b1) >>> (32 - sieveBits);
}

/** Tells of a row how many are like it, or `unknown` where that cannot be told. */
type Tell = (index: number, count: number | 'unknown') => void;

/**
 * Finds the rows of one list that serve the same purpose. Most names are of no other row: a count of short numbers
 * rules those out, so that names are compared for the few that are left.
 */
export class Namesakes {
  readonly #numbers: number[] = [];

  /** @param name `undefined` for a row that is not compared */
  add(name: string | undefined): void {
    this.#numbers.push(name === undefined ? none : purposeNumber(name));
  }

  /**
   * Tells of those that are called alike, belong to the same owner and may do the same: all but the one that was used
   * last, or else made last, with their number.
   * @param nodes in the order in which they were added
   * @param least how many have to be alike
   */
  likes(nodes: readonly ItemNode[], least: number, tell: Tell): void {
    for (const indices of this.#byPurpose(nodes, least).values()) {
      if (indices.length >= least) {
        compare(nodes, indices, Math.max(2, least), tell);
      }
    }
  }

  #byPurpose(nodes: readonly ItemNode[], least: number): ReadonlyMap<string, readonly number[]> {
    const byPurpose = new Map<string, number[]>();
    const counts = nodes.length < shortestSieved ? undefined : this.#counted();
    this.#numbers.forEach((number, index) => {
      const node = nodes[index];
      if (node && number !== none && (counts?.[number] ?? least) >= least) {
        const purpose = purposeOf(node.item.name);
        const before = byPurpose.get(purpose);
        if (before) {
          before.push(index);
        } else {
          byPurpose.set(purpose, [index]);
        }
      }
    });
    return byPurpose;
  }

  #counted(): Uint32Array {
    const counts = new Uint32Array(1 << sieveBits);
    for (const number of this.#numbers) {
      if (number !== none) {
        counts[number] = (counts[number] ?? 0) + 1;
      }
    }
    return counts;
  }
}

interface Row {
  readonly index: number;
  readonly item: Item;
}

function compare(nodes: readonly ItemNode[], indices: readonly number[], least: number, tell: Tell): void {
  const rows = indices.flatMap((index): Row[] => {
    const node = nodes[index];
    return node ? [{ index, item: node.item }] : [];
  });
  const same = Map.groupBy(rows, ({ item }) => {
    const accesses = accessesOf(item);
    return accesses && JSON.stringify([item.kind, item.owner ?? '', accesses.toSorted()]);
  });
  for (const [key, alike] of same) {
    if (key === undefined) {
      for (const { index } of alike) {
        tell(index, 'unknown');
      }
    } else if (alike.length >= least) {
      const [, ...others] = alike.toSorted((one, other) => lastSignOf(other.item) - lastSignOf(one.item));
      for (const { index } of others) {
        tell(index, alike.length);
      }
    }
  }
}

function lastSignOf({ lastUsedAt, createdAt }: Item): number {
  return lastUsedAt ?? createdAt ?? 0;
}
