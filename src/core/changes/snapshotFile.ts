import { asArray, isRecord } from '../json.ts';
import { itemKinds } from '../model/item.ts';
import { forEachYielding } from '../yielding.ts';
import type { SeenRow, Snapshot } from './snapshot.ts';

/** What was seen of one list. */
export interface SeenDocument extends Snapshot {
  /** Of the account and of what the connection was set up with; with another one everything starts anew. */
  readonly scope: string;
}

const version = 1;

/** Rows are `[hash, name, kind, end, owner, accesses]`; the last two by their place in `owners` and `lists`. */
export async function encodeSeen({ scope, rows }: SeenDocument): Promise<unknown> {
  const owners = new Numbering<string>();
  const lists = new Numbering<readonly string[]>();
  const encoded: unknown[] = [];
  await forEachYielding(rows, ([hash, { name, kind, end, owner, accesses }]) => {
    encoded.push([hash, name, itemKinds.indexOf(kind), end, owners.of(owner), lists.of(accesses)]);
  });
  return { version, scope, rows: encoded, owners: owners.all, lists: lists.all };
}

/** `undefined` where it was not written by us, or is damaged: then everything is seen for the first time. */
export async function parseSeen(value: unknown): Promise<SeenDocument | undefined> {
  if (!isRecord(value) || value.version !== version || typeof value.scope !== 'string') {
    return undefined;
  }
  const owners = asArray(value.owners).map((owner) => (typeof owner === 'string' ? owner : ''));
  const lists = asArray(value.lists).map((list) => asArray(list).filter((hash) => typeof hash === 'string'));
  const rows = new Map<string, SeenRow>();
  let isWhole = Array.isArray(value.rows);
  await forEachYielding(asArray(value.rows), (row) => {
    const parsed = parseRow(row, owners, lists);
    if (parsed) {
      rows.set(parsed.hash, parsed.row);
    }
    isWhole &&= parsed !== undefined;
  });
  return isWhole ? { scope: value.scope, rows } : undefined;
}

function parseRow(
  value: unknown,
  owners: readonly string[],
  lists: readonly (readonly string[])[],
): { readonly hash: string; readonly row: SeenRow } | undefined {
  const [hash, name, kindNumber, end, ownerNumber, listNumber] = asArray(value);
  const kind = typeof kindNumber === 'number' ? itemKinds[kindNumber] : undefined;
  const owner = typeof ownerNumber === 'number' ? owners[ownerNumber] : undefined;
  const accesses = typeof listNumber === 'number' ? lists[listNumber] : undefined;
  return typeof hash === 'string' &&
    typeof name === 'string' &&
    typeof end === 'number' &&
    kind &&
    owner !== undefined &&
    accesses
    ? { hash, row: { name, kind, end, owner, accesses } }
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
