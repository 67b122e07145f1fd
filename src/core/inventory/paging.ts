import type { AdapterSession, ListOptions, Page } from '../adapter/contract.ts';
import { TokenManagerError, throwIfCancelled } from '../model/errors.ts';
import type { Item, ItemPath } from '../model/item.ts';
import { plainItem } from '../model/plainItem.ts';
import type { Clock } from '../ports.ts';
import { forEachYielding, Slices } from '../yielding.ts';
import { PageReader } from './pageReader.ts';

export interface ReadPages extends Page {
  /** How many the rows came from. */
  readonly pages: number;
  /** Where reading can go on; absent at the end of the list. */
  readonly end?: PageEnd;
}

/** The last page that was read of a list that goes on. */
export interface PageEnd {
  /** What that page was asked for by. */
  readonly cursor: string | undefined;
  readonly ids: readonly string[];
  readonly total: number | undefined;
  readonly next: string;
}

/** The rows that were read before, from the first page on. */
export interface HeldPages extends Pick<ReadPages, 'items' | 'problems' | 'pages'> {
  readonly end: PageEnd;
}

/** More than can be looked through; a service that makes up page after page has an end here. */
const mostPages = 20_000;

/**
 * The first pages of a listing as one. Whatever the service does with its pages there is an end, each row
 * comes once, and where a row may be missing there is a problem that says so: `repeated-page` when a page
 * leads back to one that was read, `list-changed` when the list became shorter meanwhile, `repeated-id` when
 * different rows share an identifier, `endless-list` when there were too many to go on.
 */
export async function readPages(
  session: Pick<AdapterSession, 'list'>,
  parent: ItemPath | undefined,
  pages: number,
  options: ListOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<ReadPages> {
  const reader = new PageReader((cursor, each) => session.list(parent, cursor, options, each), clock, signal);
  try {
    return await readInOrder(reader, Math.min(pages, mostPages), signal);
  } finally {
    reader.end();
  }
}

/**
 * One page more than before. The page that was read last is read again: where it is another, rows have moved, and all
 * pages are read from the first one on.
 */
export async function readNextPage(
  session: Pick<AdapterSession, 'list'>,
  parent: ItemPath | undefined,
  held: HeldPages,
  options: ListOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<ReadPages> {
  const list = (cursor: string | undefined, each: AbortSignal) => session.list(parent, cursor, options, each);
  const last = await list(held.end.cursor, signal);
  if (!isStill(held.end, last)) {
    return readPages(session, parent, held.pages + 1, options, clock, signal);
  }
  return readInOrder(new PageReader(list, clock, signal), 1, signal, held);
}

function isStill(end: PageEnd, page: Page): boolean {
  const { ids } = end;
  return (
    page.next === end.next &&
    page.total === end.total &&
    page.items.length === ids.length &&
    page.items.every(({ id }, index) => id === ids[index])
  );
}

async function readInOrder(
  reader: PageReader,
  pages: number,
  signal: AbortSignal,
  held?: HeldPages,
): Promise<ReadPages> {
  const rows = new Rows();
  await rows.add(held?.items ?? [], new Slices(signal));
  const problems: Error[] = [...(held?.problems ?? [])];
  const cursors = new Set<string | undefined>(held && [held.end.cursor]);
  const most = cursors.size + pages;
  let last: Page = { items: [] };
  let total = held?.end.total;
  let cursor: string | undefined = held?.end.next;
  let asked: string | undefined;
  do {
    throwIfCancelled(signal);
    cursors.add(cursor);
    asked = cursor;
    const page = await reader.page(cursor);
    if (page.later && cursor === undefined) {
      reader.expect(page.later, pages - 1);
    }
    if (shrank(total, page.total)) {
      problems.push(new TokenManagerError('protocol', '', { code: 'list-changed' }));
    }
    const brought = await rows.add(page.items, new Slices(signal));
    problems.push(...(page.problems ?? []));
    last = page;
    total = page.total;
    cursor = page.next;
    if (cursor !== undefined && (cursors.has(cursor) || (page.items.length > 0 && brought === 0))) {
      problems.push(new TokenManagerError('protocol', '', { code: 'repeated-page' }));
      cursor = undefined;
    }
  } while (cursor !== undefined && cursors.size < most);
  if (rows.differ) {
    problems.push(new TokenManagerError('protocol', '', { code: 'repeated-id' }));
  }
  if (cursor !== undefined && cursors.size === mostPages) {
    problems.push(new TokenManagerError('protocol', '', { code: 'endless-list' }));
  }
  const { next: _, later: __, ...rest } = last;
  const end = { cursor: asked, ids: last.items.map(({ id }) => id), total };
  return {
    ...rest,
    ...(cursor !== undefined && { next: cursor, end: { ...end, next: cursor } }),
    items: rows.items,
    problems,
    pages: held ? held.pages + 1 : cursors.size,
  };
}

/** Pages are cut anew at each request: when rows before the cut have gone, rows after it move up unseen. */
function shrank(before: number | undefined, after: number | undefined): boolean {
  return before !== undefined && after !== undefined && after < before;
}

/** Rows by identifier, in the order in which they first came. */
class Rows {
  readonly items: Item[] = [];
  readonly #ids = new Set<string>();
  /** Where each stands, from the moment that one has come twice. */
  #places: Map<string, number> | undefined;
  /** Whether one identifier came with different rows. */
  differ = false;

  /** @returns how many were new */
  async add(items: readonly Item[], slices: Slices): Promise<number> {
    const before = this.items.length;
    await forEachYielding(items, (item) => this.#add(item), slices);
    return this.items.length - before;
  }

  #add(item: Item): void {
    const { id } = item;
    this.#ids.add(id);
    // One look-up a row: there may be 100,000, and none of them twice.
    if (this.#ids.size > this.items.length) {
      this.#places?.set(id, this.items.length);
      this.items.push(item);
    } else {
      this.#replace(id, item);
    }
  }

  #replace(id: string, item: Item): void {
    this.#places ??= new Map(this.items.map((known, place) => [known.id, place]));
    const place = this.#places.get(id) ?? 0;
    const known = this.items[place];
    this.differ ||= known !== undefined && differs(known, item);
    this.items[place] = item;
  }
}

function differs(a: Item, b: Item): boolean {
  return JSON.stringify(plainItem(a)) !== JSON.stringify(plainItem(b));
}
