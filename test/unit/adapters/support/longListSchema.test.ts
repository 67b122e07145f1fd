import assert from 'node:assert/strict';
import { LongListSchema } from '../../../../src/adapters/support/longListSchema.ts';
import * as z from '../../../../src/adapters/support/schema.ts';
import { nextTurn } from '../../../../src/core/yielding.ts';

describe('The schema of a long list', () => {
  const schema = z.object({ id: z.string(), tags: z.array(z.object({ name: z.string() })) });

  it('is the schema itself for the first fifteen pages, and the same compiled for those after', async () => {
    const list = new LongListSchema(() => schema);
    for (let page = 1; page <= 15; page++) {
      assert.equal(list.forPage(), schema);
    }
    const compiled = await whenCompiled(list);
    const entry = { id: 'a', secret: 'dropped', tags: [{ name: 'b', more: 1 }] };
    assert.deepEqual(compiled.parse(entry), schema.parse(entry));
    assert.deepEqual(compiled.parse(entry), { id: 'a', tags: [{ name: 'b' }] });
  });

  it('says of an entry that does not fit what the schema itself says', async () => {
    const list = new LongListSchema(() => schema);
    for (let page = 1; page <= 15; page++) {
      list.forPage();
    }
    const compiled = await whenCompiled(list);
    for (const entry of [{}, { id: 1, tags: [] }, { id: 'a', tags: [{ name: 1 }] }, null, 'text']) {
      const { error } = compiled.safeParse(entry);
      assert.deepEqual(error?.issues, schema.safeParse(entry).error?.issues);
      assert(error);
    }
  });

  async function whenCompiled<T>(list: LongListSchema<T>) {
    for (let page = list.forPage(); ; page = list.forPage()) {
      if (!Object.is(page, schema)) {
        return page;
      }
      await nextTurn();
    }
  }
});
