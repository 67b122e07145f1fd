import type { Branch, ItemNode } from '../inventory/tree.ts';
import { displayText } from '../model/displayText.ts';
import type { Item, ItemKind } from '../model/item.ts';
import { isAlive } from '../model/state.ts';
import { forEachYielding } from '../yielding.ts';
import { rowHash } from './hash.ts';

/**
 * What the rows of one branch looked like, as far as it matters whether they change: hashes, dates and names.
 * Only what is alive is in it, by the hash of its place below the branch.
 */
export interface Snapshot {
  readonly rows: ReadonlyMap<string, SeenRow>;
}

export interface SeenRow {
  /** Empty where the name shows a part of a value; that is kept nowhere. */
  readonly name: string;
  readonly kind: ItemKind;
  /** The service's epoch milliseconds; 0 where no end is known. */
  readonly end: number;
  /** Of its owner; empty where it has none. */
  readonly owner: string;
  /** Of what it may do, in ascending order. Rows that may do the same share one list. */
  readonly accesses: readonly string[];
}

/** What has become of a row since it was last seen. */
export type ChangeKind = 'new' | 'wider' | 'owner' | 'gone';

export interface Difference {
  readonly kind: ChangeKind;
  /** Of the row's place. */
  readonly hash: string;
  readonly name: string;
  readonly itemKind: ItemKind;
  /** Absent where the row has gone. */
  readonly place?: Place;
}

/** Where a row is below the branch: at a node of it, or inside of what came with that node. */
export interface Place {
  readonly node: ItemNode;
  readonly below: readonly Item[];
}

/** What is there now, and where. */
export interface TakenSnapshot extends Snapshot {
  readonly places: ReadonlyMap<string, Place>;
}

export interface Compared {
  readonly differences: readonly Difference[];
  /** Whether what was seen differs in ways that are not worth telling, such as rows that expired. */
  readonly isOutdated: boolean;
}

/** More than this is not followed. */
export const mostRows = 200_000;

const longestName = 60;

/** Whether all rows of the branch are there and none was left out, so that a missing one is gone. */
export function isFullyRead(branch: Branch): boolean {
  return (
    !branch.isInline &&
    branch.loadedAt !== undefined &&
    branch.error === undefined &&
    branch.problems.length === 0 &&
    !branch.hasMore &&
    branch.nodes.length <= mostRows
  );
}

/** @param now the service's epoch milliseconds */
export async function takeSnapshot(branch: Branch, now: number): Promise<TakenSnapshot> {
  const builder = new SnapshotBuilder(now);
  await forEachYielding(branch.nodes, (node) => builder.add(node.item, { node, below: [] }));
  return builder;
}

/** @param own rows that the user has acted on here; that they are gone is no news */
export async function compare(
  seen: Snapshot,
  looked: TakenSnapshot,
  now: number,
  own: ReadonlySet<string>,
): Promise<Compared> {
  const differences: Difference[] = [];
  let isOutdated = false;
  await forEachYielding(looked.rows, ([hash, row]) => {
    const before = seen.rows.get(hash);
    const place = looked.places.get(hash);
    for (const kind of changesOf(before, row)) {
      differences.push({ kind, hash, name: row.name, itemKind: row.kind, ...(place && { place }) });
    }
    isOutdated ||= before !== undefined && !isSubset(before.accesses, row.accesses);
  });
  await forEachYielding(seen.rows, ([hash, { name, kind, end }]) => {
    if (looked.rows.has(hash)) {
      return;
    }
    if (own.has(hash) || (end !== 0 && end <= now)) {
      isOutdated = true;
    } else {
      differences.push({ kind: 'gone', hash, name, itemKind: kind });
    }
  });
  return { differences, isOutdated };
}

/** The hash of a row's place, from the ids below the branch that it was read with. */
export function placeHash(ids: readonly string[]): string {
  return rowHash(ids.join('\0'));
}

function changesOf(before: SeenRow | undefined, row: SeenRow): ChangeKind[] {
  if (!before) {
    return ['new'];
  }
  const isWider = !isSubset(row.accesses, before.accesses);
  return [
    ...(isWider ? (['wider'] as const) : []),
    ...(row.owner === before.owner ? [] : (['owner'] as const)),
  ];
}

/** Both ascending. */
function isSubset(part: readonly string[], whole: readonly string[]): boolean {
  let index = 0;
  return part.every((entry) => {
    while ((whole[index] ?? '~') < entry) {
      index++;
    }
    return whole[index] === entry;
  });
}

class SnapshotBuilder implements TakenSnapshot {
  readonly rows = new Map<string, SeenRow>();
  readonly places = new Map<string, Place>();
  readonly #now: number;
  readonly #hashes = new Map<string, string>();
  readonly #lists = new Map<string, readonly string[]>();

  constructor(now: number) {
    this.#now = now;
  }

  /** A row and those that came with it; what a row may do belongs to the row. */
  add(item: Item, place: Place): void {
    const below = belowOf(item);
    if (item.kind === 'section') {
      this.#addAll(below, place);
      return;
    }
    if (item.kind === 'note' || !isAlive(item, this.#now)) {
      return;
    }
    const hash = placeHash([place.node.item.id, ...place.below.map(({ id }) => id)]);
    const { name, kind, owner = '', lifetime } = item;
    this.rows.set(hash, {
      name: keptName(name),
      kind,
      end: lifetime.kind === 'expires' ? lifetime.at : 0,
      owner: this.#hash(owner),
      accesses: this.#list([...accessesOf(below, '')]),
    });
    this.places.set(hash, place);
    this.#addAll(below, place);
  }

  #addAll(items: readonly Item[], { node, below }: Place): void {
    for (const item of items) {
      if (item.kind !== 'access') {
        this.add(item, { node, below: [...below, item] });
      }
    }
  }

  #hash(text: string): string {
    if (text === '') {
      return '';
    }
    const hash = this.#hashes.get(text) ?? rowHash(text);
    this.#hashes.set(text, hash);
    return hash;
  }

  #list(names: readonly string[]): readonly string[] {
    const hashes = names.map((name) => this.#hash(name)).sort();
    const text = hashes.join();
    const list = this.#lists.get(text) ?? hashes;
    this.#lists.set(text, list);
    return list;
  }
}

function belowOf({ children }: Item): readonly Item[] {
  return children.kind === 'inline' ? children.items : [];
}

function* accessesOf(items: readonly Item[], above: string): Generator<string> {
  for (const item of items) {
    if (item.kind === 'access') {
      yield `${above}\0${item.id}`;
    }
    if (item.kind === 'access' || item.kind === 'section') {
      yield* accessesOf(belowOf(item), `${above}\0${item.id}`);
    }
  }
}

/** A masked name shows the end of a value. */
function keptName(name: string): string {
  return /^[…•*]/u.test(name) ? '' : displayText(name, longestName);
}
