import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { leakTables } from '../../../../src/adapters/leaks/tables.ts';
import { LeakSearch, mostFound } from '../../../../src/core/leaks/search.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { foundTokenWords, searchLimits, searchSummary } from '../../../../src/ui/text/leakSearch.ts';
import { doubtfulGitHubToken, leakedGitHubToken } from '../../../servers/credentials.ts';
import { wording } from '../../ui/wording.ts';
import { connected, token } from '../fakeService.ts';

const signal = new AbortController().signal;
const stored = 'b7c1d0e55fa2994c8d31';

/** @param files by their URI; the patterns decide which of them are read, as ripgrep does */
async function searching(
  files: Record<string, string>,
  find?: (value: Secret) => readonly string[] | undefined,
) {
  const core = await connected([
    { list: async () => ({ items: [token('a', { name: 'Deploy Bot' })] }), ...(find && { find }) },
  ]);
  const patterns: string[] = [];
  const search = new LeakSearch({
    ...core,
    credentials: { read: async () => ({ token: new Secret(stored) }) },
    tables: async () => leakTables,
    files: {
      matching: async (given) => {
        patterns.push(...given);
        const matches = (text: string) => given.some((pattern) => new RegExp(pattern, 'm').test(text));
        return { files: Object.keys(files).filter((file) => matches(files[file] ?? '')), isWhole: true };
      },
      read: async (file) => files[file],
      unsaved: () => [],
    },
  });
  return { search, core, patterns };
}

describe('a search for leaked tokens', () => {
  it('says where each stands and what it looks like, and keeps no value', async () => {
    const { search } = await searching({
      'file:///b.env': `# deploy\nA=1\nTOKEN="${leakedGitHubToken}"\n`,
      'file:///a.md': `Use \`${doubtfulGitHubToken}\`.`,
      'file:///c.txt': 'nothing',
    });
    const result = await search.search({ ignored: false }, signal);
    assert.deepEqual(
      result.found.map((one) => [one.file, one.line, one.character, foundTokenWords(one, false, wording)]),
      [
        [
          'file:///a.md',
          0,
          5,
          {
            label: 'GitHub personal access token (classic)',
            description: 'line 1 · may not be a token',
            icon: 'question',
          },
        ],
        [
          'file:///b.env',
          2,
          7,
          { label: 'GitHub personal access token (classic)', description: 'line 3', icon: 'warning' },
        ],
      ],
    );
    assert(!inspect(result, { depth: 9, showHidden: true }).includes(leakedGitHubToken.slice(4)));
    assert.equal(searchSummary(result, wording), '2 possible tokens were found in 2 files.');
  });

  it('finds a stored credential of no known shape, and gives its value to no search', async () => {
    const { search, core, patterns } = await searching({
      'file:///notes': `${'a'.repeat(20)} ${stored}\n${stored}`,
      'file:///other': 'c'.repeat(20),
    });
    const { found } = await search.search({ ignored: false }, signal);
    assert.deepEqual(
      found.map(({ line, character, holder }) => [line, character, holder?.connection]),
      [
        [0, 21, core.roots[0]?.connection],
        [1, 0, core.roots[0]?.connection],
      ],
    );
    assert(patterns.length > 0 && !patterns.join('\n').includes(stored.slice(0, 4)));
  });

  it('names the row that a value belongs to where its list was read, and reads none', async () => {
    const of = (value: Secret) => (value.reveal() === leakedGitHubToken ? ['a'] : undefined);
    const files = { 'file:///a': leakedGitHubToken };
    const { search, core } = await searching(files, of);
    assert.equal((await search.search({ ignored: false }, signal)).found[0]?.holder, undefined);
    const [root] = core.roots;
    assert(root && !root.branch.isLoaded);
    await core.inventory.open(root.branch);
    const [found] = (await search.search({ ignored: false }, signal)).found;
    assert.equal(found?.holder?.row?.item.name, 'Deploy Bot');
  });

  it('reads the file again before anything is done, and knows a token only where it still stands', async () => {
    const files: Record<string, string> = { 'file:///a': `x ${leakedGitHubToken}` };
    const { search } = await searching(files);
    const [found] = (await search.search({ ignored: false }, signal)).found;
    assert(found);
    const candidate = await search.recall(found, signal);
    assert.equal(candidate?.value.reveal(), leakedGitHubToken);
    assert.equal(candidate.line, 1);
    files['file:///a'] = `xx ${leakedGitHubToken}`;
    assert.equal(await search.recall(found, signal), undefined);
    delete files['file:///a'];
    assert.equal(await search.recall(found, signal), undefined);
  });

  it('stops at a number of tokens that it tells', async () => {
    const many = Array.from({ length: mostFound + 5 }, () => leakedGitHubToken).join('\n');
    const { search } = await searching({ 'file:///a': many });
    const result = await search.search({ ignored: false }, signal);
    assert.equal(result.found.length, mostFound);
    assert.match(searchLimits(result, false, wording), /^The search stopped after 1000 tokens\./);
  });

  it('ends when it is stopped', async () => {
    const { search } = await searching({ 'file:///a': leakedGitHubToken });
    await assert.rejects(
      search.search({ ignored: false }, AbortSignal.abort()),
      (error) => error instanceof TokenManagerError && error.kind === 'cancelled',
    );
  });
});
