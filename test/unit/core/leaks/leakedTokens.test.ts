import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { leakTables } from '../../../../src/adapters/leaks/tables.ts';
import { RequestIds } from '../../../../src/core/http/requestIds.ts';
import { LeakedTokens, type LeakTables } from '../../../../src/core/leaks/leakedTokens.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { candidateWords, doubtWords, outcomeSentence } from '../../../../src/ui/text/leaks.ts';
import { doubtfulGitHubToken, leakedGitHubToken } from '../../../servers/credentials.ts';
import { wording } from '../../ui/wording.ts';
import { connected, token } from '../fakeService.ts';

const signal = new AbortController().signal;

async function leaks(
  find?: (value: Secret) => readonly string[] | undefined,
  tables: LeakTables = leakTables,
) {
  const core = await connected([
    { list: async () => ({ items: [token('a', { name: 'Deploy Bot' })] }), ...(find && { find }) },
  ]);
  const of = new LeakedTokens({
    ...core,
    clock: { now: () => 0, sleep: async () => undefined },
    requestIds: new RequestIds(),
    credentials: { read: async () => ({ token: new Secret('stored-value') }) },
    tables: async () => tables,
    http: () => assert.fail('nothing is sent here'),
  });
  return { of, core };
}

describe('a text with leaked tokens', () => {
  it('gives each token once, with its kind and its line, and shows no value', async () => {
    const { of } = await leaks();
    const text = `A=${leakedGitHubToken}\nB=${doubtfulGitHubToken}\nC=${leakedGitHubToken}`;
    const found = await of.candidates(text);
    assert.deepEqual(
      found.map((one) => candidateWords(one, wording)),
      [
        { label: 'GitHub personal access token (classic)', description: 'line 1' },
        { label: 'GitHub personal access token (classic)', description: 'line 2 · may not be a token' },
      ],
    );
    assert(!inspect(found, { depth: 9, showHidden: true }).includes(leakedGitHubToken.slice(4)));
  });

  it('of one word may be a token of an unknown kind; prose is none', async () => {
    const { of } = await leaks();
    assert.deepEqual(
      (await of.candidates(' "stored-value" ')).map(({ value, kind }) => [value.reveal(), kind]),
      [['stored-value', undefined]],
    );
    for (const text of ['', 'two words', 'short', 'x'.repeat(20_000)]) {
      assert.deepEqual(await of.candidates(text), [], text.slice(0, 20));
    }
  });
});

describe('a leaked token that a connection holds', () => {
  it('is the row that the connection says, whose list is read when it was not', async () => {
    const { of } = await leaks((value) => (value.reveal() === 'stored-value' ? ['a'] : undefined));
    const [candidate] = await of.candidates('stored-value');
    assert(candidate);
    const { way } = await of.examine(candidate, signal);
    assert(way.kind === 'row');
    assert.equal(way.row.item.name, 'Deploy Bot');
  });

  it('of a connection that cannot tell is a credential without a row', async () => {
    const { of, core } = await leaks();
    const [candidate] = await of.candidates('stored-value');
    assert(candidate);
    const { way, holders } = await of.examine(candidate, signal);
    assert.equal(way.kind, 'none');
    assert.deepEqual(holders.found, [{ connection: core.roots[0]?.connection, row: undefined }]);
    assert.equal(core.roots[0]?.branch.isLoaded, false);
  });

  it('that begins or ends alike is no match', async () => {
    const { of } = await leaks();
    for (const text of ['stored-valu', 'stored-value2', 'Stored-value']) {
      const [candidate] = await of.candidates(text);
      assert(candidate);
      assert.deepEqual((await of.examine(candidate, signal)).holders.found, []);
    }
  });
});

describe('every kind of leaked token', () => {
  it('has a way: by value, or a page of its service over https', async () => {
    const services = new Set(leakTables.shapes.map(({ service }) => service));
    assert.deepEqual(
      [...services].filter((service) => !leakTables.pages[service]),
      [],
    );
    assert.deepEqual(
      Object.keys(leakTables.pages).filter((service) => !services.has(service)),
      [],
    );
    for (const page of Object.values(leakTables.pages)) {
      assert.equal(new URL(page).protocol, 'https:');
    }
  });

  it('has its doubts in words', () => {
    for (const shape of leakTables.shapes) {
      assert(doubtWords(shape, wording).includes(`${shape.service} ${shape.kind}`));
    }
  });
});

describe('what became of a leaked token', () => {
  it('is said apart for each outcome, and only a token seen dead is called revoked', () => {
    const how = leakTables.revocations[0];
    const shape = leakTables.shapes.find(({ id }) => id === how?.shapes[0]);
    assert(how && shape);
    const { probe: _, ...unprobed } = how;
    const say = (outcome: Parameters<typeof outcomeSentence>[0], way = how) =>
      outcomeSentence(outcome, { kind: 'value', how: way, shape }, wording);
    const told = [
      say({ kind: 'dead' }),
      say({ kind: 'deadBefore' }),
      say({ kind: 'accepted' }),
      say({ kind: 'accepted' }, unprobed),
      say({ kind: 'refused', status: 403, words: 'Too many' }),
      say({ kind: 'refused', status: 500, words: '' }),
      say({ kind: 'unknown', error: new TokenManagerError('timeout') }),
      say({ kind: 'unknown', error: new TokenManagerError('cancelled') }),
    ];
    assert.equal(new Set(told.map(({ sentence }) => sentence)).size, told.length);
    assert.deepEqual(
      told.map(({ severity }) => severity),
      ['info', ...told.slice(1).map(() => 'warning')],
    );
    assert(told[4]?.sentence.endsWith('refused (HTTP 403). Too many'));
    assert.match(told[5]?.sentence ?? '', /\(HTTP 500\)\.$/);
  });
});
