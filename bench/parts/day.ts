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

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const connections = 10;
const tokens = 100;
/** That of the setting `oauthTokens.refreshInterval` as it comes. */
const intervalMs = 5 * minute;
/** Of each hour, the window is looked at for so long. */
const focusedMs = 6 * minute;
/** In such steps the clock goes on, while the window is looked at and while it is not. */
const stepMs = { focused: 5 * second, unfocused: minute };
/**
 * A list and its tokens are two requests; a connection is read when the window is looked at again, and once more after
 * the interval, a tenth sooner or later.
 */
const requestsADay = 24 * connections * 2 * 2;

/** A day of a window with ten connections, after two others to warm up. */
export const dayPart: Part = {
  name: 'day',
  run: async () => {
    await using cleanup = new AsyncDisposableStack();
    const service = await startService({ tokens });
    cleanup.defer(() => service.stop());
    const input = { apiUrl: service.apiUrl };
    const { before, after, seconds, looking, hidden } = await inChild<Day>(
      import.meta.filename,
      ['--expose-gc'],
      input,
    );
    const growth = (name: keyof State) => after[name] - before[name];
    const left = growth('timers') + growth('sockets') + growth('listeners');
    const rows: Row[] = [
      atMost(
        'A day with ten connections, looked at a tenth of it: requests',
        requestsADay,
        exactly(looking),
        'number',
      ),
      atMost('… requests while nobody looks', 0, exactly(hidden), 'number'),
      atMost('… processor time, with that of the benchmark', 20, exactly(seconds), 's'),
      atMost('… heap grows by', 200, exactly(growth('heap') / 1000), 'kB'),
      atMost('… timers, sockets and listeners left', 0, exactly(left), 'number'),
      known('… heap after it', exactly(after.heap / 1000), 'kB'),
    ];
    return rows;
  },
};

interface Day {
  readonly before: State;
  readonly after: State;
  readonly seconds: number;
  /** Requests. */
  readonly looking: number;
  readonly hidden: number;
}

interface State {
  readonly heap: number;
  readonly timers: number;
  readonly sockets: number;
  readonly listeners: number;
}

export async function measure({ apiUrl }: { readonly apiUrl: string }): Promise<Day> {
  const clock = new ManualClock(Date.now());
  const product = await openProduct(undefined, clock);
  for (let connection = 0; connection < connections; connection++) {
    const branch = await tokensOf(product, apiUrl);
    await product.inventory.open(branch);
  }
  const watching = watch(product, clock, async () =>
    Number(await (await fetch(new URL('/requests', apiUrl))).text()),
  );
  await watching.hours(48);
  const before = await state();
  const started = process.cpuUsage();
  const { looking, hidden } = await watching.hours(24);
  const { user, system } = process.cpuUsage(started);
  const after = await state();
  const broken = product.inventory.roots.filter(({ branch }) => branch.error);
  if (broken.length > 0) {
    throw new Error(`${broken.length} connections could not be read: ${broken[0]?.branch.error}`);
  }
  watching.dispose();
  await product.dispose();
  return { before, after, seconds: (user + system) / 1e6, looking, hidden };
}

/** Everything that goes on by itself. */
function watch(product: Product, clock: ManualClock, requests: () => Promise<number>) {
  const { activity, inventory } = product;
  let isFocused = false;
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
      refreshIntervalMs: () => intervalMs,
      warningThresholdsMs: () => [24 * hour],
      onDidChange: () => ({ dispose: () => undefined }),
    },
    repaint: () => undefined,
    isFocused: () => isFocused,
    warn: () => undefined,
  });
  const loading = inventory.onDidChangeLoading((is) => {
    isReading = is;
  });
  const pass = async (ms: number, step: number): Promise<number> => {
    const before = await requests();
    for (let passed = 0; passed < ms; passed += step) {
      clock.advance(step);
      await settle();
      while (isReading) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await changes.idle();
      await settle();
    }
    return (await requests()) - before;
  };
  const follow = (looks: boolean) => {
    isFocused = looks;
    background.follow({ isVisible: looks, isFocused: looks });
  };
  return {
    hours: async (count: number) => {
      let looking = 0;
      let hidden = 0;
      for (let passed = 0; passed < count; passed++) {
        follow(true);
        looking += await pass(focusedMs, stepMs.focused);
        follow(false);
        hidden += await pass(hour - focusedMs, stepMs.unfocused);
      }
      return { looking, hidden };
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
