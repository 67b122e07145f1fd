import { join } from 'node:path';
import { networkHalf, plainBundle, scratchFolder } from '../bundles.ts';
import { inChild } from '../child.ts';
import type { Cold } from '../children/cold.ts';
import { atMost, known, type Part } from '../row.ts';
import { interleaved, ratio, summary } from '../statistics.ts';

const rounds = 15;

/** What it costs to load the network half, in fresh processes. */
export const networkPart: Part = {
  name: 'network',
  run: async () => {
    await using cleanup = new AsyncDisposableStack();
    const folder = scratchFolder(cleanup);
    const ours = await networkHalf(folder);
    const plain = await plainBundle('bench/children/plainNetwork.ts', folder, 'plainNetwork');
    const measured = await interleaved(rounds, 1, {
      ours: () => load(ours),
      plain: () => load(plain.file),
    });
    return [
      known('The network half, loaded on first use', summary(measured.ours), 'ms'),
      atMost('… beside plain undici + zod + one schema', 0.5, ratio(measured.ours, measured.plain), 'times'),
    ];
  },
};

async function load(file: string): Promise<number> {
  const cold = join(import.meta.dirname, '..', 'children', 'cold.ts');
  return (await inChild<Cold>(cold, [], { file })).loadMs;
}
