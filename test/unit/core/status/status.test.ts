import assert from 'node:assert/strict';
import { day, ends, hour, minute, second, settle, token, Watched } from '../watched.ts';

describe('StatusTracker', () => {
  it('tells of time passing without anything being read or walked through', async () => {
    const watched = new Watched();
    const statusTracker = watched.statusTracker();
    const root = watched.connect();
    const now = watched.clock.now();
    watched.show(root, [token('soon', ends(now + 2.7 * hour)), token('later', ends(now + 7 * day + hour))]);
    await watched.pass(1000);
    assert.equal(statusTracker.summaries()[0]?.expiring, 1);
    root.branch.descendants = () => assert.fail('walked through again');
    const told: string[] = [];
    statusTracker.onDidChange(() => {
      const [summary] = statusTracker.summaries();
      told.push(`${summary?.expired} expired, ${summary?.expiring} expiring`);
    });
    await watched.pass(3 * hour);
    assert.deepEqual(
      [...new Set(told)],
      ['0 expired, 1 expiring', '0 expired, 2 expiring', '1 expired, 1 expiring'],
    );
    assert.equal(statusTracker.summaries()[0]?.expiredSince, 1);
    // Once when the hours left change, once when the other one begins to count, and minute by minute to the end.
    assert(told.length <= 125, `${told.length} times`);
    statusTracker.dispose();
    await settle();
    assert.equal(watched.clock.sleeping, 0);
  });

  it('does not count as just expired what was dead at the start', async () => {
    const watched = new Watched();
    const statusTracker = watched.statusTracker();
    const root = watched.connect();
    watched.show(root, [token('dead', ends(watched.clock.now() - day))]);
    const [summary] = statusTracker.summaries();
    assert.deepEqual([summary?.expired, summary?.expiredSince], [1, 0]);
  });

  it('walks through a connection once for many changes', async () => {
    const watched = new Watched();
    const statusTracker = watched.statusTracker();
    const root = watched.connect();
    let walks = 0;
    const { descendants } = root.branch;
    root.branch.descendants = function* () {
      walks++;
      yield* descendants.call(this);
    };
    for (let change = 0; change < 1000; change++) {
      watched.show(root, [token('a', ends(watched.clock.now() + 30 * minute))]);
    }
    await watched.pass(minute);
    // A thousand milliseconds in which something changes, ten looks a second.
    assert(walks <= 12, `${walks} walks`);
    statusTracker.dispose();
  });

  it('tells when a token that lives for an hour begins to expire, which is in its last quarter', async () => {
    const watched = new Watched();
    const statusTracker = watched.statusTracker();
    const root = watched.connect();
    const now = watched.clock.now();
    watched.show(root, [token('brief', { createdAt: now, ...ends(now + hour + 30 * second) })]);
    await watched.pass(second, second);
    const told: [number, number | undefined][] = [];
    statusTracker.onDidChange(() =>
      told.push([watched.clock.now() - now, statusTracker.summaries()[0]?.expiring]),
    );
    await watched.pass(hour, second);
    const began = told.find(([, expiring]) => expiring === 1);
    assert(began);
    assert(Math.abs(began[0] - 0.75 * (hour + 30 * second)) <= 2 * second, `after ${began[0] / minute} min`);
    statusTracker.dispose();
  });
});
