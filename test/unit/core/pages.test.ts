import assert from 'node:assert/strict';
import type { Page } from '../../../src/core/adapter.ts';
import { TokenManagerError } from '../../../src/core/errors.ts';
import { type Item, noChildren, noLifetime } from '../../../src/core/model.ts';
import { readPages } from '../../../src/core/pages.ts';

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
  } = await readPages({ list }, undefined, pages, { includeExpired: false }, signal);
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
});
