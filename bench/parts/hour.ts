import { getEventListeners } from 'node:events';
import { createBackground } from '../../src/compose/background.ts';
import { ChangeTracker } from '../../src/core/changes/changes.ts';
import { MemoryDocuments, MemoryLeases, settle } from '../../test/unit/core/watched.ts';
import { ManualClock } from '../../test/unit/fakes.ts';
import { inChild } from '../child.ts';
import { heapSettled } from '../heap.ts';
import { logger, openProduct, type Product, tokensOf } from '../product.ts';
import { atMost, exactly, known, type Part, type Row } from '../row.ts';
import { startService } from '../service.ts';

const minute = 60_000;
const hour = 60 * minute;
const tokens = 1000;
/** In such steps the clock goes on. */
const stepMs = 10_000;

/** An hour in which everything is read again each minute by itself, two to warm up before and one unseen after it. */
export const hourPart: Part = {
  name: 'hour',
  run: async () => {
    await using cleanup = new AsyncDisposableStack();
    const service = await startService({ tokens, changes: true });
    cleanup.defer(() => service.stop());
    const { before, after, warmUp, seen, hidden } = await inChild<Hours>(
      import.meta.filename,
      ['--expose-gc'],
      {
        apiUrl: service.apiUrl,
      },
    );
    const growth = (name: keyof State) => exactly(after[name] - before[name]);
    const rows: Row[] = [
      known('An hour of refreshing each minute by itself: lists read', exactly(seen.reads), 'number'),
      atMost('… heap grows by', 200, exactly((after.heap - before.heap) / 1000), 'kB'),
      atMost('… timers left', 0, growth('timers'), 'number'),
      atMost('… moments waited for left', 0, exactly(seen.sleeping - warmUp.sleeping), 'number'),
      atMost('… sockets left', 0, growth('sockets'), 'number'),
      atMost('… listeners left', 0, growth('listeners'), 'number'),
      atMost('An hour while the view is hidden: lists read', 0, exactly(hidden.reads), 'number'),
      atMost('… rows drawn anew', 0, exactly(hidden.repainted), 'number'),
      atMost(
        '… moments waited for, but for the next one that the status bar tells of',
        0,
        exactly(hidden.sleeping - 1),
        'number',
      ),
    ];
    return rows;
  },
};

interface Hours {
  readonly before: State;
  readonly after: State;
  readonly warmUp: Doings;
  readonly seen: Doings;
  readonly hidden: Doings;
}

interface State {
  readonly heap: number;
  readonly timers: number;
  readonly sockets: number;
  readonly listeners: number;
}

/** What was done within an hour. */
interface Doings {
  readonly reads: number;
  readonly repainted: number;
  /** How many wait for the injected clock at least, within its last ten minutes: the status bar's next moment comes and goes. */
  readonly sleeping: number;
}

export async function measure({ apiUrl }: { readonly apiUrl: string }): Promise<Hours> {
  const clock = new ManualClock(Date.now());
  const product = await openProduct(undefined, clock);
  const branch = await tokensOf(product, apiUrl);
  await product.inventory.loadAll(branch);
  const watching = watch(product, clock);
  // What the first hour leaves to be collected would hide what the second one keeps.
  await watching.hour();
  const warmUp = await watching.hour();
  const before = await state();
  const seen = await watching.hour();
  const after = await state();
  watching.hide();
  const hidden = await watching.hour();
  if (branch.error || branch.nodes.length < tokens) {
    throw new Error(`Read ${branch.nodes.length}: ${branch.error}`);
  }
  watching.dispose();
  await product.dispose();
  return { before, after, warmUp, seen, hidden };
}

/** Everything that goes on by itself while the view and the window are looked at. */
function watch(product: Product, clock: ManualClock) {
  const { activity, inventory } = product;
  let repainted = 0;
  let reads = 0;
  let isFocused = true;
  let isReading = false;
  const documents = new MemoryDocuments();
  const changes = new ChangeTracker({ inventory, activity, clock, documents });
  const background = createBackground(product, {
    clock,
    logger,
    documents,
    leases: new MemoryLeases(),
    changes,
    settings: {
      expiringWithinMs: () => 7 * 24 * hour,
      // What is left over or short of a minute is the scheduler's tenth to either side.
      refreshIntervalMs: () => minute,
      warningThresholdsMs: () => [24 * hour],
      onDidChange: () => ({ dispose: () => undefined }),
    },
    repaint: (nodes) => {
      repainted += nodes.length;
    },
    isFocused: () => isFocused,
    warn: () => undefined,
  });
  const loading = inventory.onDidChangeLoading((is) => {
    reads += Number(is);
    isReading = is;
  });
  background.follow({ isVisible: true, isFocused });
  return {
    hour: async (): Promise<Doings> => {
      const at = { reads, repainted };
      let sleeping = Number.POSITIVE_INFINITY;
      for (let passed = 0; passed < hour; passed += stepMs) {
        clock.advance(stepMs);
        await settle();
        while (isReading) {
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        await changes.idle();
        await settle();
        if (passed >= hour - 10 * minute) {
          sleeping = Math.min(sleeping, clock.sleeping);
        }
      }
      return { reads: reads - at.reads, repainted: repainted - at.repainted, sleeping };
    },
    hide: () => {
      isFocused = false;
      background.follow({ isVisible: false, isFocused });
    },
    dispose: () => {
      for (const part of [background, changes, loading]) {
        part.dispose();
      }
    },
  };
}

async function state(): Promise<State> {
  const heap = await heapSettled();
  const resources = process.getActiveResourcesInfo();
  return {
    heap,
    timers: resources.filter((name) => name === 'Timeout').length,
    sockets: resources.filter((name) => name === 'TCPSocketWrap').length,
    listeners: process.eventNames().reduce((sum, name) => sum + getEventListeners(process, name).length, 0),
  };
}
