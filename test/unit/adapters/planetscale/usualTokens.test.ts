import assert from 'node:assert/strict';
import { page } from '../../../../bench/tokens.ts';
import { tokenSchema } from '../../../../src/adapters/planetscale/api.ts';
import { type TokenList, tokenList } from '../../../../src/adapters/planetscale/tokenList.ts';
import { tokenRows } from '../../../../src/adapters/planetscale/tokenRows.ts';
import { usualTokens } from '../../../../src/adapters/planetscale/usualTokens.ts';
import { localize } from '../../fakes.ts';

const now = Date.UTC(2026, 10, 22);

/** Everything that JSON can put in a place, and nothing at all. */
const substitutes: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  1.5,
  '',
  'text',
  '2026-02-31T00:00:00.000Z',
  '2026-11-22T10:15:00+02:00',
  [],
  [null],
  [{}],
  {},
];

type Container = Record<string | number, unknown>;

/** Puts each substitute into each place of a value, and takes it out again. */
function* changes(value: unknown, place = ''): Generator<string> {
  if (!isContainer(value)) {
    return;
  }
  for (const key of Object.keys(value)) {
    const before = value[key];
    for (const substitute of substitutes) {
      value[key] = substitute;
      yield `${place}.${key} = ${JSON.stringify(substitute)}`;
    }
    value[key] = before;
    yield* changes(before, `${place}.${key}`);
  }
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** Everything that is shown of the tokens. */
function shown(list: TokenList): unknown {
  const options = { grantOf: () => undefined, keepsAccesses: true, localize };
  return JSON.parse(JSON.stringify(tokenRows(list, options)));
}

describe('the short cut for usual token lists', () => {
  it('takes a usual list', () => {
    assert.equal(usualTokens(page(1, 100, 1000, now))?.tokens.length, 100);
  });

  it('takes nothing that the schema refuses, and the rest for the same', () => {
    const answer = page(1, 2, 1000, now);
    let taken = 0;
    for (const change of changes(answer.data, 'data')) {
      const usual = usualTokens(answer);
      if (usual) {
        taken++;
        const bySchema = tokenSchema().array().safeParse(answer.data);
        assert(bySchema.success, change);
        assert.deepEqual(shown(usual), shown(tokenList(bySchema.data)), change);
      }
    }
    assert(taken > 100);
  });
});
