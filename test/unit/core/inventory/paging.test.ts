import assert from 'node:assert/strict';
import type { Page } from '../../../../src/core/adapter/contract.ts';
import { readNextPage, readPages } from '../../../../src/core/inventory/paging.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { type Item, noChildren, noLifetime } from '../../../../src/core/model/item.ts';
import { SkippingClock } from '../../fakes.ts';

function item(id: string, name = id): Item {
  return { id, name, kind: 'token', lifetime: noLifetime, fields: [], children: noChildren, actions: [] };
}

function ids(text: string): Item[] {
  return [...text].map((id) => item(id));
}

/** Reads up to `pages` pages of a service that answers by cursor, the first page being `''`. */
async function read(answer: (cursor: string) => Page, pages = 100) {
  const asked: string[] = [];
  const list = async (_: unknown, cursor = '') => {
    asked.push(cursor);
    return answer(cursor);
  };
  const signal = new AbortController().signal;
  const {
    items,
    problems = [],
    next,
  } = await readPages({ list }, undefined, pages, { includeExpired: false }, new SkippingClock(), signal);
  return {
    ids: items.map(({ id }) => id).join(''),
    problems: problems.map((problem) => (problem instanceof TokenManagerError ? problem.code : problem)),
    asked,
    next,
    items,
  };
}

describe('pages', () => {
  it('come one after another until there is no more, or as many as asked for', async () => {
    const answer = (cursor: string): Page =>
      cursor === '' ? { items: ids('ab'), next: '2' } : { items: ids('cd') };
    assert.deepEqual(await read(answer), {
      ...(await read(answer)),
      ids: 'abcd',
      problems: [],
      next: undefined,
    });
    const first = await read(answer, 1);
    assert.deepEqual([first.ids, first.next, first.problems], ['ab', '2', []]);
  });

  it('that name themselves as the next one are read once more at most', async () => {
    const { ids: shown, asked, problems } = await read(() => ({ items: ids('ab'), next: '1' }));
    assert.deepEqual([shown, asked, problems], ['ab', ['', '1'], ['repeated-page']]);
  });

  it('that point backwards end the reading, with a row that says so', async () => {
    const next: Record<string, string> = { '': '2', '2': '3', '3': '2' };
    const {
      ids: shown,
      asked,
      problems,
    } = await read((cursor) => ({
      items: ids({ '': 'ab', '2': 'cd', '3': 'ef' }[cursor] ?? ''),
      next: next[cursor] ?? '',
    }));
    assert.deepEqual([shown, asked, problems], ['abcdef', ['', '2', '3'], ['repeated-page']]);
  });

  it('that bring the same rows under ever new names come to an end', async () => {
    let page = 0;
    const { ids: shown, asked, problems } = await read(() => ({ items: ids('ab'), next: String(++page) }));
    assert.deepEqual([shown, asked.length, problems], ['ab', 2, ['repeated-page']]);
  });

  it('may be empty on the way', async () => {
    const { ids: shown, problems } = await read((cursor) =>
      cursor === '' ? { items: [], next: '2' } : { items: ids('a') },
    );
    assert.deepEqual([shown, problems], ['a', []]);
  });

  it('of a list that becomes shorter meanwhile say that something may be missing', async () => {
    const { ids: shown, problems } = await read((cursor) =>
      cursor === '' ? { items: ids('ab'), next: '2', total: 4 } : { items: ids('d'), total: 3 },
    );
    assert.deepEqual([shown, problems], ['abd', ['list-changed']]);
  });

  it('of a list that becomes longer meanwhile double no row', async () => {
    const { ids: shown, problems } = await read((cursor) =>
      cursor === '' ? { items: ids('ab'), next: '2', total: 3 } : { items: ids('bc'), total: 4 },
    );
    assert.deepEqual([shown, problems], ['abc', []]);
  });

  it('with different rows under one identifier show one of them and say so', async () => {
    const { ids: shown, problems } = await read(() => ({ items: [item('a', 'one'), item('a', 'two')] }));
    assert.deepEqual([shown, problems], ['a', ['repeated-id']]);
  });

  it('keep the problems that each of them brought', async () => {
    const problem = new TokenManagerError('forbidden', '', { code: 'part' });
    const { problems } = await read((cursor) =>
      cursor === ''
        ? { items: ids('a'), next: '2', problems: [problem] }
        : { items: ids('b'), problems: [problem] },
    );
    assert.deepEqual(problems, ['part', 'part']);
  });

  it('that are known by number are asked for several at a time, and come in order all the same', async () => {
    const service = numbered(30);
    const reading = service.readAll();
    await eventually(() => service.waiting.length > 1);
    const together = service.waiting.length;
    // The last one asked for is answered first.
    while (service.waiting.length > 0) {
      service.waiting.pop()?.resolve();
      await settledDown();
    }
    const { items, problems = [], pages } = await reading;
    assert.deepEqual(
      items.map(({ id }) => id),
      Array.from({ length: 30 }, (_, index) => `row ${index + 1}`),
    );
    assert.deepEqual([problems, pages, together], [[], 30, 13]);
  });

  it('that are known by number are asked for as many as wanted, and no more', async () => {
    const service = numbered(30);
    const reading = service.read(3);
    await service.answerAll();
    const { items, next, pages } = await reading;
    assert.deepEqual([items.length, next, pages, service.asked], [3, '4', 3, ['1', '2', '3']]);
  });

  it('that were asked for ahead are cancelled when one before them fails', async () => {
    const service = numbered(30);
    const reading = service.readAll();
    const failed = assert.rejects(reading, { kind: 'forbidden' });
    await eventually(() => service.waiting.length > 1);
    service.waiting.shift()?.reject(new TokenManagerError('forbidden'));
    await failed;
    assert(service.waiting.every(({ signal }) => signal.aborted));
  });

  it('that were asked for ahead are cancelled with the whole', async () => {
    const service = numbered(30);
    const controller = new AbortController();
    const cancelled = assert.rejects(service.readAll(controller.signal), { kind: 'cancelled' });
    await eventually(() => service.waiting.length > 1);
    controller.abort();
    assert(service.waiting.every(({ signal }) => signal.aborted));
    await service.answerAll();
    await cancelled;
  });

  it('that were asked for ahead and are gone meanwhile end the list, which says that some may be missing', async () => {
    const service = numbered(30);
    const reading = service.readAll();
    await eventually(() => service.waiting.length > 1);
    service.last = 5;
    await service.answerAll();
    const { items, problems = [], next } = await reading;
    assert.deepEqual([items.length, next], [5, undefined]);
    assert.deepEqual(
      problems.map((problem) => TokenManagerError.from(problem).code),
      ['list-changed'],
    );
  });

  it('that are added meanwhile are read as well', async () => {
    const service = numbered(5);
    const reading = service.readAll();
    await eventually(() => service.waiting.length > 1);
    service.last = 7;
    await service.answerAll();
    assert.equal((await reading).items.length, 7);
  });

  it('keep to the number that a service takes in a minute', async () => {
    const service = numbered(30, 10);
    const reading = service.readAll();
    await service.answerAll();
    assert.equal((await reading).items.length, 30);
    assert.deepEqual(service.clock.sleeps, [60_000, 60_000]);
  });
});

interface Waiting {
  readonly cursor: string;
  readonly signal: AbortSignal;
  resolve(): void;
  reject(error: Error): void;
}

/** A service with one row a page whose pages are known by number; each answer but the first waits to be let go. */
function numbered(count: number, perMinute?: number) {
  const waiting: Waiting[] = [];
  const asked: string[] = [];
  const clock = new SkippingClock();
  const service = { last: count, waiting, asked, clock, read, readAll, answerAll };
  return service;

  function page(number: number): Page {
    const total = service.last;
    const isBeyond = number > total;
    const cursor = (index: number) => String(index + 2);
    return {
      items: isBeyond ? [] : [item(`row ${number}`)],
      total,
      ...(number < total && { next: String(number + 1) }),
      ...(number === 1 && {
        later: { count: total - 1, cursor, ...(perMinute !== undefined && { perMinute }) },
      }),
    };
  }

  function list(_parent: unknown, cursor = '1', _options: unknown, signal: AbortSignal): Promise<Page> {
    asked.push(cursor);
    const { promise, resolve, reject } = Promise.withResolvers<Page>();
    if (cursor === '1') {
      return Promise.resolve(page(1));
    }
    waiting.push({ cursor, signal, resolve: () => resolve(page(Number(cursor))), reject });
    return promise;
  }

  function read(pages: number, signal: AbortSignal = new AbortController().signal) {
    return readPages({ list }, undefined, pages, { includeExpired: false }, clock, signal);
  }

  function readAll(signal?: AbortSignal) {
    return read(Number.POSITIVE_INFINITY, signal);
  }

  async function answerAll(): Promise<void> {
    await settledDown();
    while (waiting.length > 0) {
      waiting.shift()?.resolve();
      await settledDown();
    }
  }
}

/** Everything that can happen by itself has happened. */
function settledDown(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function eventually(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    await settledDown();
  }
}

describe('one page more', () => {
  const options = { includeExpired: false };
  const { signal } = new AbortController();
  const clock = new SkippingClock();

  /** A list in pages of two by number, whose rows a test may change. */
  function numbered(rows: string) {
    const service = { rows, asked: [] as string[] };
    const list = async (_: unknown, cursor = '0'): Promise<Page> => {
      service.asked.push(cursor);
      const at = Number(cursor) * 2;
      const items = ids(service.rows.slice(at, at + 2));
      return { items, ...(at + 2 < service.rows.length && { next: String(Number(cursor) + 1) }) };
    };
    return { service, session: { list } };
  }

  async function grown(session: Parameters<typeof readPages>[0], times: number) {
    let read = await readPages(session, undefined, 1, options, clock, signal);
    for (let time = 0; time < times; time++) {
      const { end } = read;
      assert(end);
      read = await readNextPage(session, undefined, { ...read, end }, options, clock, signal);
    }
    return read;
  }

  const shown = (items: readonly Item[]) => items.map(({ id }) => id).join('');

  it('costs two requests, however many pages there are already', async () => {
    const { service, session } = numbered('abcdefgh');
    const read = await grown(session, 3);
    assert.equal(shown(read.items), 'abcdefgh');
    assert.deepEqual([read.pages, read.next, read.end], [4, undefined, undefined]);
    assert.deepEqual(service.asked, ['0', '0', '1', '1', '2', '2', '3']);
  });

  it('reads all from the first page on when rows before it have gone', async () => {
    const { service, session } = numbered('abcdefgh');
    const read = await grown(session, 1);
    service.rows = 'acdefgh';
    service.asked.length = 0;
    const { end } = read;
    assert(end);
    const more = await readNextPage(session, undefined, { ...read, end }, options, clock, signal);
    assert.equal(shown(more.items), 'acdefg');
    assert.deepEqual(service.asked, ['1', '0', '1', '2']);
  });

  it('keeps the problems of the pages before it', async () => {
    const { session } = numbered('abcd');
    const read = await readPages(session, undefined, 1, options, clock, signal);
    const { end } = read;
    assert(end);
    const problem = new TokenManagerError('protocol', '', { code: 'unexpected-shape' });
    const held = { ...read, problems: [problem], end };
    const more = await readNextPage(session, undefined, held, options, clock, signal);
    assert.deepEqual(more.problems, [problem]);
  });
});
