import { type ItemKind, itemKinds } from './model.ts';
import type { SeenRow, Sight } from './sight.ts';

/** What was seen of one connection, by the hash of a branch's key. */
export interface SeenDocument {
  /** Of the account and of what the connection was set up with; another one makes everything new. */
  readonly scope: string;
  readonly branches: ReadonlyMap<string, SeenBranch>;
}

export interface SeenBranch extends Sight {
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The longest unseen go first. */
const mostBranches = 2000;

const version = 1;

/** Rows are lists of `[name, kind, end, owner, accesses]`, the last two by their place in `texts` and `lists`. */
export function encodeSeen({ scope, branches }: SeenDocument): unknown {
  const newest = [...branches].sort(([, one], [, other]) => other.at - one.at).slice(0, mostBranches);
  return {
    version,
    scope,
    branches: Object.fromEntries(newest.map(([hash, branch]) => [hash, encodeBranch(branch)])),
  };
}

function encodeBranch({ at, rows }: SeenBranch): unknown {
  const owners = new Numbering<string>();
  const lists = new Numbering<readonly string[]>();
  const encoded = [...rows].map(([hash, { name, kind, end, owner, accesses }]) => [
    hash,
    [name, itemKinds.indexOf(kind), end, owners.of(owner), lists.of(accesses)],
  ]);
  return { at, rows: Object.fromEntries(encoded), owners: owners.all, lists: lists.all };
}

/** `undefined` where it was written by nobody we know, or damaged: then everything is seen for the first time. */
export function parseSeen(value: unknown): SeenDocument | undefined {
  if (!isRecord(value) || value.version !== version || typeof value.scope !== 'string') {
    return undefined;
  }
  const branches = new Map<string, SeenBranch>();
  for (const [hash, branch] of Object.entries(isRecord(value.branches) ? value.branches : {})) {
    const parsed = parseBranch(branch);
    if (parsed) {
      branches.set(hash, parsed);
    }
  }
  return { scope: value.scope, branches };
}

function parseBranch(value: unknown): SeenBranch | undefined {
  if (!isRecord(value) || typeof value.at !== 'number' || !isRecord(value.rows)) {
    return undefined;
  }
  const owners = asArray(value.owners).map((owner) => (typeof owner === 'string' ? owner : ''));
  const lists = asArray(value.lists).map((list) => asArray(list).filter((hash) => typeof hash === 'string'));
  const rows = new Map<string, SeenRow>();
  for (const [hash, row] of Object.entries(value.rows)) {
    const parsed = parseRow(row, owners, lists);
    if (!parsed) {
      return undefined;
    }
    rows.set(hash, parsed);
  }
  return { at: value.at, rows };
}

function parseRow(
  value: unknown,
  owners: readonly string[],
  lists: readonly (readonly string[])[],
): SeenRow | undefined {
  const [name, kind, end, owner, list] = asArray(value);
  const itemKind: ItemKind | undefined = typeof kind === 'number' ? itemKinds[kind] : undefined;
  const accesses = typeof list === 'number' ? lists[list] : undefined;
  const ownerHash = typeof owner === 'number' ? owners[owner] : undefined;
  return typeof name === 'string' &&
    itemKind &&
    typeof end === 'number' &&
    accesses &&
    ownerHash !== undefined
    ? { name, kind: itemKind, end, owner: ownerHash, accesses }
    : undefined;
}

class Numbering<T> {
  readonly #numbers = new Map<T, number>();

  get all(): readonly T[] {
    return [...this.#numbers.keys()];
  }

  of(value: T): number {
    const number = this.#numbers.get(value) ?? this.#numbers.size;
    this.#numbers.set(value, number);
    return number;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
