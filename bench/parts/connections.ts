import type { AdapterFactory, Page } from '../../src/core/adapter/contract.ts';
import type { Item } from '../../src/core/model/item.ts';
import { noChildren } from '../../src/core/model/item.ts';
import { openProduct } from '../product.ts';
import { atMost, exactly, known, type Part } from '../row.ts';
import { duration, interleaved, ratio, summary } from '../statistics.ts';

const connections = 200;
const slow = 4;
const answerMs = 20;
const slowMs = 3000;

/** Two hundred connections read at once, four of them slow. */
export const connectionsPart: Part = {
  name: 'connections',
  run: async () => {
    const all = await interleaved(5, 1, {
      fast: () => allButSlow(0).then(({ ms }) => ms),
      withSlow: () => allButSlow(slow).then(({ ms }) => ms),
    });
    const { most } = await allButSlow(slow);
    return [
      known('200 connections refreshed, 20 ms an answer', summary(all.fast), 'ms'),
      atMost(
        '… the 196 fast ones while four others take 3 s',
        1.1,
        ratio(all.withSlow, all.fast),
        'times',
        'none slow',
      ),
      atMost('… connections read at the same time', 20, exactly(most), 'number'),
    ];
  },
};

function row(at: number): Item {
  return {
    id: 'token',
    kind: 'token',
    name: 'token',
    status: 'active',
    lifetime: { kind: 'expires', at },
    fields: [],
    children: noChildren,
    actions: [],
  };
}

/** Until the last one that is not slow has its rows. */
async function allButSlow(slowOnes: number) {
  let running = 0;
  let most = 0;
  const now = Date.now();
  const service: AdapterFactory = () => ({
    id: 'service',
    displayName: 'Service',
    description: '',
    form: [],
    signIn: () => Promise.reject(new Error('not used')),
    open: ({ settings }) => ({
      list: async (): Promise<Page> => {
        running++;
        most = Math.max(most, running);
        const index = Number(settings.index);
        await new Promise((resolve) => setTimeout(resolve, index < slowOnes ? slowMs : answerMs));
        running--;
        return { items: [row(index % 2 === 0 ? now - 1 : now + 1e12)] };
      },
    }),
  });
  const product = await openProduct([service]);
  for (let index = 0; index < connections; index++) {
    await product.connect('service', { index: String(index) }, { value: 'x' });
  }
  const { inventory } = product;
  const fast = inventory.roots.slice(slowOnes);
  const done = Promise.withResolvers<void>();
  inventory.onDidChange(() => {
    if (fast.every(({ branch }) => branch.isLoaded)) {
      done.resolve();
    }
  });
  let refreshing: Promise<void> | undefined;
  const ms = await duration(async () => {
    refreshing = inventory.refreshAll();
    await done.promise;
  });
  await refreshing;
  await product.dispose();
  return { ms, most };
}
