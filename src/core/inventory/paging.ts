import type { AdapterSession, ListOptions, Page } from '../adapter/contract.ts';
import { TokenManagerError, throwIfCancelled } from '../model/errors.ts';
import type { Item, ItemPath } from '../model/item.ts';
import { plainItem } from '../model/plainItem.ts';
import type { Clock } from '../ports.ts';
import { PageReader } from './pageReader.ts';

export interface ReadPages extends Page {
  /** How many were read. */
  readonly pages: number;
}

/** More than anybody looks through; a service that makes up page after page has an end here. */
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

async function readInOrder(reader: PageReader, pages: number, signal: AbortSignal): Promise<ReadPages> {
  const rows = new Rows();
  const problems: Error[] = [];
  const cursors = new Set<string | undefined>();
  let last: Page = { items: [] };
  let cursor: string | undefined;
  do {
    throwIfCancelled(signal);
    cursors.add(cursor);
    const page = await reader.page(cursor);
    if (page.later && cursor === undefined) {
      reader.expect(page.later, pages - 1);
    }
    if (shrank(last.total, page.total)) {
      problems.push(new TokenManagerError('protocol', '', { code: 'list-changed' }));
    }
    const brought = rows.add(page.items);
    problems.push(...(page.problems ?? []));
    last = page;
    cursor = page.next;
    if (cursor !== undefined && (cursors.has(cursor) || (page.items.length > 0 && brought === 0))) {
      problems.push(new TokenManagerError('protocol', '', { code: 'repeated-page' }));
      cursor = undefined;
    }
  } while (cursor !== undefined && cursors.size < pages);
  if (rows.differ) {
    problems.push(new TokenManagerError('protocol', '', { code: 'repeated-id' }));
  }
  if (cursor !== undefined && cursors.size === mostPages) {
    problems.push(new TokenManagerError('protocol', '', { code: 'endless-list' }));
  }
  const { next: _, later: __, ...rest } = last;
  return {
    ...rest,
    ...(cursor !== undefined && { next: cursor }),
    items: rows.items,
    problems,
    pages: cursors.size,
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
  add(items: readonly Item[]): number {
    const before = this.items.length;
    for (const item of items) {
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
    return this.items.length - before;
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
