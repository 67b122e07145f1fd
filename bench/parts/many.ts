import { inChild } from '../child.ts';
import { openProduct, readAll, tokensOf } from '../product.ts';
import { atMost, exactly, known, type Part, type Row } from '../row.ts';
import { startService } from '../service.ts';
import { duration, exponent, summary } from '../statistics.ts';

const sizes = [1000, 10_000, 100_000] as const;
/** The smaller ones more often, because they are over sooner than the machine's moods. */
const rounds: Readonly<Record<(typeof sizes)[number], number>> = { 1000: 15, 10000: 7, 100000: 3 };

/** 100,000 tokens in one connection, all fetched because the user asked; and how time and memory grow. */
export const manyPart: Part = {
  name: 'many',
  run: async () => {
    const results: { readonly size: number; readonly time: number; readonly bytes: number }[] = [];
    for (const size of sizes) {
      await using cleanup = new AsyncDisposableStack();
      const service = await startService({ tokens: size });
      cleanup.defer(() => service.stop());
      const runs: Kept[] = [];
      // The first one makes the service write its pages.
      for (let round = -1; round < rounds[size]; round++) {
        const run = await inChild<Kept>(import.meta.filename, ['--expose-gc'], {
          size,
          apiUrl: service.apiUrl,
        });
        if (round >= 0) {
          runs.push(run);
        }
      }
      results.push({
        size,
        time: summary(runs.map(({ ms }) => ms)).median,
        bytes: summary(runs.map(({ bytes }) => bytes)).median,
      });
    }
    return rowsOf(results);
  },
};

function rowsOf(
  results: readonly { readonly size: number; readonly time: number; readonly bytes: number }[],
): Row[] {
  const most = results.at(-1);
  const perToken = (most?.bytes ?? 0) / (most?.size ?? 1);
  return [
    atMost('100,000 tokens in one connection: kept a token', 400, exactly(perToken), 'bytes'),
    ...results.map(({ size, time, bytes }) =>
      known(
        `${size} tokens read over loopback: ms a thousand; bytes kept a token ${(bytes / size).toFixed(0)}`,
        exactly((time / size) * 1000),
        'ms',
      ),
    ),
    atMost(
      'From 1,000 to 100,000: time grows with the power',
      1.05,
      exactly(exponent(results.map(({ size, time }) => ({ size, value: time })))),
      'number',
    ),
    atMost(
      'From 1,000 to 100,000: memory grows with the power',
      1.05,
      exactly(exponent(results.map(({ size, bytes }) => ({ size, value: bytes })))),
      'number',
    ),
  ];
}

interface Kept {
  readonly ms: number;
  readonly bytes: number;
}

/** In a fresh process: everything that the product keeps once a list has been read to its end. */
export async function measure({
  size,
  apiUrl,
}: {
  readonly size: number;
  readonly apiUrl: string;
}): Promise<Kept> {
  const product = await openProduct();
  const branch = await tokensOf(product, apiUrl);
  // So that connections are open and code is warm.
  await product.inventory.open(branch);
  const warm = await tokensOf(product, apiUrl);
  await product.inventory.open(warm);
  const before = await heapUsed();
  const ms = await duration(() => readAll(product, branch, size));
  // As the status bar and the badge do.
  product.standing.summaries();
  const bytes = (await heapUsed()) - before;
  await product.dispose();
  return { ms, bytes };
}

async function heapUsed(): Promise<number> {
  // What was put off is done first.
  await new Promise((resolve) => setTimeout(resolve, 20));
  globalThis.gc?.();
  const { heapUsed: heap, arrayBuffers } = process.memoryUsage();
  return heap + arrayBuffers;
}
