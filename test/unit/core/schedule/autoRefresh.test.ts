import assert from 'node:assert/strict';
import type { Branch } from '../../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { AutoRefresh } from '../../../../src/core/schedule/autoRefresh.ts';
import { day, hour, minute, second, settle, token, Watched } from '../watched.ts';

interface Read {
  readonly key: string;
  /** Milliseconds since the start. */
  readonly at: number;
}

function setUp(random = () => 0.5) {
  const watched = new Watched();
  const statusTracker = watched.statusTracker();
  const reads: Read[] = [];
  const start = watched.clock.now();
  let intervalMs = 10 * minute;
  let answer = (branch: Branch) => watched.show(branch.owner, [token('a')]);
  const refresh = new AutoRefresh({
    clock: watched.clock,
    random,
    intervalMs: () => intervalMs,
    statusTracker,
    refresh: async (branch, isDue) => {
      if (isDue(branch)) {
        reads.push({ key: branch.owner.key, at: watched.clock.now() - start });
        answer(branch);
      }
    },
  });
  return {
    watched,
    statusTracker,
    refresh,
    reads,
    answerWith: (how: typeof answer) => {
      answer = how;
    },
    setInterval: (ms: number) => {
      intervalMs = ms;
      refresh.replan();
    },
    minutes: () => reads.map(({ at }) => Math.round(at / minute)),
  };
}

describe('AutoRefresh', () => {
  it('reads a connection once an interval while somebody looks', async () => {
    const { watched, refresh, minutes } = setUp();
    watched.show(watched.connect(), [token('a')]);
    refresh.setActive(true);
    await watched.pass(hour + minute);
    assert.deepEqual(minutes(), [10, 20, 30, 40, 50, 60]);
  });

  it('spreads connections by a tenth to either side', async () => {
    for (const [random, first] of [
      [0, 9],
      [1, 11],
    ] as const) {
      const { watched, refresh, minutes } = setUp(() => random);
      watched.show(watched.connect(), [token('a')]);
      refresh.setActive(true);
      await watched.pass(12 * minute);
      assert.deepEqual(minutes(), [first]);
    }
  });

  it('does nothing at all for a day while nobody looks, then reads once', async () => {
    const { watched, statusTracker, refresh, reads } = setUp();
    watched.show(watched.connect(), [token('a')]);
    refresh.setActive(true);
    refresh.setActive(false);
    statusTracker.dispose();
    await settle();
    assert.equal(watched.clock.sleeping, 0);
    await watched.pass(day, minute);
    assert.deepEqual(reads, []);
    refresh.setActive(true);
    await settle();
    assert.equal(reads.length, 1);
    await watched.pass(5 * minute);
    assert.equal(reads.length, 1);
  });

  it('lets the user’s own refresh put the next one off', async () => {
    const { watched, refresh, minutes } = setUp();
    const root = watched.connect();
    watched.show(root, [token('a')]);
    refresh.setActive(true);
    await watched.pass(8 * minute);
    watched.show(root, [token('a')]);
    await watched.pass(12 * minute);
    assert.deepEqual(minutes(), [18]);
  });

  it('reads once after a sleep of hours, when the network is likely back', async () => {
    const { watched, refresh, reads } = setUp();
    watched.show(watched.connect(), [token('a')]);
    refresh.setActive(true);
    await watched.pass(minute);
    await watched.sleep(7 * hour);
    assert.deepEqual(reads, []);
    await watched.pass(9 * second, second);
    assert.deepEqual(reads, []);
    await watched.pass(2 * second, second);
    assert.equal(reads.length, 1);
    await watched.pass(9 * minute);
    assert.equal(reads.length, 1);
  });

  it('asks less and less often where reading fails, and as before once it does not', async () => {
    const { watched, refresh, minutes, answerWith } = setUp();
    const root = watched.connect();
    watched.show(root, [token('a')]);
    answerWith(() => watched.fail(root));
    refresh.setActive(true);
    await watched.pass(5 * hour);
    assert.deepEqual(minutes(), [10, 30, 70, 150, 230]);
    answerWith(() => watched.show(root, [token('a')]));
    await watched.pass(40 * minute);
    assert.deepEqual(minutes().slice(5), [310, 320, 330, 340]);
  });

  it('does not ask before the service said it may', async () => {
    const { watched, refresh, minutes, answerWith } = setUp();
    const root = watched.connect();
    watched.show(root, [token('a')]);
    const retryAt = watched.clock.now() + 100 * minute;
    answerWith(() => watched.fail(root, new TokenManagerError('rateLimited', '', { retryAt })));
    refresh.setActive(true);
    await watched.pass(2 * hour);
    assert.deepEqual(minutes(), [10, 100]);
  });

  it('never tries a refused credential again by itself', async () => {
    const { watched, refresh, reads } = setUp();
    const root = watched.connect();
    watched.show(root, [token('a')]);
    watched.fail(root, new TokenManagerError('unauthorized'));
    refresh.setActive(true);
    await watched.pass(day, minute);
    assert.deepEqual(reads, []);
  });

  it('never reads what has not been opened', async () => {
    const { watched, refresh, reads } = setUp();
    watched.connect('unopened');
    watched.show(watched.connect(), [token('a')]);
    refresh.setActive(true);
    await watched.pass(hour);
    assert(reads.length > 0);
    assert(reads.every(({ key }) => key === 'work'));
  });

  it('reads a list of a hundred pages five times less often', async () => {
    const { watched, refresh, minutes } = setUp();
    const root = watched.connect();
    root.branch.show({ items: [token('a')], pages: 100 }, watched.clock.now());
    watched.connect();
    refresh.setActive(true);
    await watched.pass(55 * minute);
    assert.deepEqual(minutes(), [50]);
  });

  it('is off with an interval of 0, and follows the setting', async () => {
    const { watched, refresh, minutes, setInterval } = setUp();
    watched.show(watched.connect(), [token('a')]);
    setInterval(0);
    refresh.setActive(true);
    await watched.pass(hour);
    assert.deepEqual(minutes(), []);
    setInterval(90 * minute);
    await watched.pass(31 * minute);
    assert.deepEqual(minutes(), [90]);
  });

  it('reads four connections at a time at most, and a slow one does not hold up the others', async () => {
    const watched = new Watched();
    const statusTracker = watched.statusTracker();
    const { promise, resolve } = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    const done: string[] = [];
    const refresh = new AutoRefresh({
      clock: watched.clock,
      random: () => 0.5,
      intervalMs: () => 10 * minute,
      statusTracker,
      refresh: async ({ owner }) => {
        running++;
        most = Math.max(most, running);
        await (owner.key === 'c0' ? promise : Promise.resolve());
        running--;
        done.push(owner.key);
        watched.show(owner, [token('a')]);
      },
    });
    for (let index = 0; index < 20; index++) {
      watched.show(watched.connect(`c${index}`), [token('a')]);
    }
    refresh.setActive(true);
    await watched.pass(11 * minute);
    assert.equal(most, 4);
    assert.equal(done.length, 19);
    resolve();
    await settle();
    assert.equal(done.length, 20);
    refresh.dispose();
    statusTracker.dispose();
    await settle();
    assert.equal(watched.clock.sleeping, 0);
  });
});
