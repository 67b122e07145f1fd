import { pageSchema, tokenSchema } from '../../src/adapters/planetscale/schemas.ts';
import { ActorPool, TokenRows } from '../../src/adapters/planetscale/tokenRows.ts';
import { readRows } from '../../src/adapters/support/restClient.ts';
import * as z from '../../src/adapters/support/schema.ts';
import { parseJsonExactly } from '../../src/core/json.ts';
import type { Item } from '../../src/core/model/item.ts';
import { mapYielding, Slices } from '../../src/core/yielding.ts';
import { localize } from '../../test/unit/fakes.ts';
import { inChild } from '../child.ts';
import { heapUsed } from '../heap.ts';
import { atMost, exactly, known, type Part, type Row } from '../row.ts';
import { duration, interleaved, ratio, summary } from '../statistics.ts';
import { page } from '../tokens.ts';

const perPage = 100;
const repeats = 5;
const texts = 40;

/** One answer: parsed, validated, mapped to rows. */
export const pagePart: Part = {
  name: 'page',
  run: async () => {
    const { time, zod, heap } = await inChild<Result>(import.meta.filename, ['--expose-gc']);
    return [...time, zod, heap];
  },
};

interface Result {
  readonly time: readonly Row[];
  readonly zod: Row;
  readonly heap: Row;
}

export async function measure(): Promise<Result> {
  const now = Date.now();
  const answers = Array.from({ length: texts }, (_, index) =>
    JSON.stringify(page(index + 1, perPage, perPage * texts, now)),
  );
  const schema = z.object({ data: z.array(tokenSchema()) });
  const compiled = z.compile(schema);
  let next = 0;
  const each = (work: (text: string) => unknown) => async () => {
    const took = await duration(async () => {
      for (let repeat = 0; repeat < repeats; repeat++) {
        await work(answers[next++ % texts] ?? '');
      }
    });
    return took / repeats;
  };
  const measured = await interleaved(300, 150, {
    parse: each((text) => JSON.parse(text)),
    product: each(mapped),
    zod: each((text) => schema.safeParse(JSON.parse(text))),
    compiled: each((text) => compiled.safeParse(JSON.parse(text))),
  });
  return {
    time: [
      known('A page of 100: JSON.parse alone', summary(measured.parse), 'ms'),
      atMost(
        'A page of 100: parsed, validated, mapped',
        3.5,
        ratio(measured.product, measured.parse),
        'times',
        'JSON.parse',
      ),
      known('… by the schema instead, zod as it is', ratio(measured.zod, measured.parse), 'times'),
    ],
    zod: known('… by the schema instead, compiled by zod', ratio(measured.compiled, measured.parse), 'times'),
    heap: await heapKept(answers),
  };
}

async function mapped(text: string): Promise<Item[]> {
  const { data } = pageSchema().parse(parseJsonExactly(text));
  const slices = new Slices();
  const { rows, problems } = await readRows(tokenSchema(), data, localize, slices);
  if (problems.length > 0) {
    throw new Error('The page has rows that cannot be read.');
  }
  const options = { grantOf: () => undefined, keepsAccesses: false, actors: new ActorPool(), localize };
  const made = new TokenRows(rows.length, options);
  return mapYielding(rows, (row) => made.add(row), slices);
}

async function heapKept(answers: readonly string[]): Promise<Row> {
  const parsed = await kept(() => answers.map((text) => JSON.parse(text)));
  const rows = await kept(() => Promise.all(answers.map(mapped)));
  return atMost('A page of 100: kept heap', 0.3, exactly(rows / parsed), 'times', 'the parsed page');
}

async function kept(make: () => unknown): Promise<number> {
  const before = heapUsed();
  const made = await make();
  const after = heapUsed();
  return made ? after - before : 0;
}
