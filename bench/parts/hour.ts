import { getEventListeners } from 'node:events';
import { SkippingClock } from '../../test/unit/fakes.ts';
import { inChild } from '../child.ts';
import { openProduct, tokensOf } from '../product.ts';
import { atMost, exactly, type Part, type Row } from '../row.ts';
import { startService } from '../service.ts';

const refreshesInAnHour = 60;
const tokens = 1000;

/** An hour of refreshing every minute by an injected clock, first to warm up and then to see what grows. */
export const hourPart: Part = {
  name: 'hour',
  run: async () => {
    await using cleanup = new AsyncDisposableStack();
    const service = await startService({ tokens, changes: true });
    cleanup.defer(() => service.stop());
    const { before, after } = await inChild<{ before: State; after: State }>(
      import.meta.filename,
      ['--expose-gc'],
      { apiUrl: service.apiUrl },
    );
    const growth = (name: keyof State) => exactly(after[name] - before[name]);
    const rows: Row[] = [
      atMost(
        'An hour of refreshing each minute: heap grows by',
        200,
        exactly((after.heap - before.heap) / 1000),
        'kB',
      ),
      atMost('… timers left', 0, growth('timers'), 'number'),
      atMost('… sockets left', 0, growth('sockets'), 'number'),
      atMost('… listeners left', 0, growth('listeners'), 'number'),
    ];
    return rows;
  },
};

interface State {
  readonly heap: number;
  readonly timers: number;
  readonly sockets: number;
  readonly listeners: number;
}

export async function measure({
  apiUrl,
}: {
  readonly apiUrl: string;
}): Promise<{ before: State; after: State }> {
  const clock = new SkippingClock();
  const product = await openProduct(undefined, clock);
  const branch = await tokensOf(product, apiUrl);
  await product.inventory.loadAll(branch);
  const hour = async () => {
    for (let minute = 0; minute < refreshesInAnHour; minute++) {
      clock.advance(60_000);
      await product.inventory.refreshAll();
    }
    clock.sleeps.length = 0;
  };
  await hour();
  const before = await state();
  await hour();
  const after = await state();
  if (branch.error || branch.nodes.length < tokens) {
    throw new Error(`Read ${branch.nodes.length}: ${branch.error}`);
  }
  await product.dispose();
  return { before, after };
}

async function state(): Promise<State> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  return {
    heap: heapUsed + arrayBuffers,
    timers: resources.filter((name) => name === 'Timeout').length,
    sockets: resources.filter((name) => name === 'TCPSocketWrap').length,
    listeners: process.eventNames().reduce((sum, name) => sum + getEventListeners(process, name).length, 0),
  };
}
