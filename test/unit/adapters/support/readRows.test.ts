import assert from 'node:assert/strict';
import * as z from 'zod';
import { readRows } from '../../../../src/adapters/support/restClient.ts';
import { Slices } from '../../../../src/core/yielding.ts';
import { localize } from '../../fakes.ts';

describe('The rows of an answer', () => {
  const schema = z.object({ id: z.number() });

  it('are those that can be read, and the others are counted with their members named', async () => {
    const entries = [{ id: 1 }, {}, { id: 'x' }, 5, { id: 2 }];
    const { rows, problems } = await readRows(schema, entries, localize, new Slices());
    assert.deepEqual(rows, [{ id: 1 }, { id: 2 }]);
    assert.deepEqual(
      problems.map(({ code, detail }) => [code, detail]),
      [['unexpected-shape', 'Entries of the list that could not be read: 3 (id)']],
    );
  });

  it('are as many as can be shown, and it is said that there were more', async () => {
    const entries = Array.from({ length: 100_001 }, (_, id) => ({ id }));
    const { rows, problems } = await readRows(z.object({ id: z.number() }), entries, localize, new Slices());
    assert.equal(rows.length, 100_000);
    assert.deepEqual(
      problems.map(({ kind, code }) => [kind, code]),
      [['protocol', 'endless-list']],
    );
  });
});
