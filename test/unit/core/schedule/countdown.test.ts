import assert from 'node:assert/strict';
import type { Node } from '../../../../src/core/inventory/tree.ts';
import { Countdown } from '../../../../src/core/schedule/countdown.ts';
import { day, ends, hour, minute, nodeOf, settle, token, Watched } from '../watched.ts';

function setUp(expiringWithinMs = 7 * day) {
  const watched = new Watched();
  const statusTracker = watched.statusTracker(() => expiringWithinMs);
  const repainted: string[] = [];
  const countdown = new Countdown({
    statusTracker,
    clock: watched.clock,
    repaint: (nodes: readonly Node[]) => repainted.push(...nodes.map(({ key }) => key)),
  });
  return { watched, statusTracker, countdown, repainted, now: () => watched.clock.now() };
}

describe('Countdown', () => {
  it('shows in an hour just those rows anew whose words change, when they change', async () => {
    const { watched, countdown, repainted, now } = setUp();
    const root = watched.connect();
    watched.show(root, [
      token('hours', ends(now() + 6 * hour)),
      token('days', ends(now() + 20.5 * day + 30 * minute + 5000)),
      token('months', ends(now() + 200 * day)),
      token('never'),
    ]);
    countdown.setVisible(true);
    await watched.pass(29 * minute);
    assert.deepEqual(repainted, []);
    await watched.pass(31 * minute);
    assert.deepEqual(repainted, ['work/hours', 'work/days']);
  });

  it('counts a day down to the end of a token, and has its parent hide it then', async () => {
    const { watched, countdown, repainted, now } = setUp();
    const root = watched.connect();
    watched.show(root, [token('a', ends(now() + 23.5 * hour))]);
    countdown.setVisible(true);
    await watched.pass(day);
    // From 24 hours to 2, to 90 minutes, to 1, to less than one; then the half hour after the end.
    const before = repainted.indexOf('work');
    assert.equal(before, 22 + 1 + 89 + 1);
    assert(repainted.slice(0, before).every((key) => key === 'work/a'));
    assert.equal(repainted.length, before + 1 + 30);
  });

  it('shows a row anew when it begins to count as expiring', async () => {
    const { watched, countdown, repainted, now } = setUp(7.5 * day);
    const root = watched.connect();
    watched.show(root, [token('a', ends(now() + 7.5 * day + 10 * minute))]);
    countdown.setVisible(true);
    await watched.pass(9 * minute);
    assert.deepEqual(repainted, []);
    await watched.pass(2 * minute);
    assert.deepEqual([...new Set(repainted)], ['work/a']);
  });

  it('shows one that lives for an hour anew in its last quarter, from which it counts as expiring', async () => {
    const { watched, countdown, repainted, now } = setUp();
    const root = watched.connect();
    const start = now();
    watched.show(root, [token('a', { createdAt: start, ...ends(start + 70 * minute) })]);
    countdown.setVisible(true);
    await watched.pass(52 * minute + 20_000);
    const before = repainted.length;
    await watched.pass(20_000, 1000);
    // 17 minutes and a half before its end, between two minutes.
    assert.equal(repainted.length, before + 1);
  });

  it('goes by the clock of the service', async () => {
    const { watched, countdown, repainted, now } = setUp();
    const root = watched.connect();
    root.clockOffset = -9 * day;
    watched.show(root, [token('a', ends(now() - 9 * day + 3 * minute))]);
    countdown.setVisible(true);
    await watched.pass(minute);
    assert.deepEqual(repainted, ['work/a']);
  });

  it('does nothing while nothing can be seen, and is right at once when it can', async () => {
    const { watched, statusTracker, countdown, repainted, now } = setUp();
    const root = watched.connect();
    watched.show(root, [token('a', ends(now() + 20 * day + hour)), token('b', ends(now() + 400 * day))]);
    countdown.setVisible(true);
    countdown.setVisible(false);
    statusTracker.dispose();
    await settle();
    assert.equal(watched.clock.sleeping, 0);
    watched.clock.advance(2 * day);
    await settle();
    assert.deepEqual(repainted, []);
    countdown.setVisible(true);
    assert.deepEqual(repainted, ['work/a']);
    countdown.dispose();
    await settle();
    assert.equal(watched.clock.sleeping, 0);
  });

  it('shows everything anew when the clock was set back', async () => {
    const { watched, countdown, repainted, now } = setUp();
    const root = watched.connect();
    watched.show(root, [token('a', ends(now() + 20 * day + hour))]);
    countdown.setVisible(true);
    countdown.setVisible(false);
    watched.clock.advance(-3 * day);
    countdown.setVisible(true);
    assert.deepEqual(repainted, ['work']);
  });

  it('keeps a hundred thousand tokens right without a walk through them at each step', async () => {
    const { watched, statusTracker, countdown, repainted, now } = setUp();
    const root = watched.connect();
    const start = now();
    watched.show(
      root,
      Array.from({ length: 100_000 }, (_, index) =>
        token(`t${index}`, ends(start + (index + 1) * 10 * minute)),
      ),
    );
    countdown.setVisible(true);
    await watched.pass(2000);
    assert.equal(statusTracker.surveys()[0]?.dated.rows.length, 100_000);
    let walks = 0;
    const { descendants } = root.branch;
    root.branch.descendants = function* () {
      walks++;
      yield* descendants.call(this);
    };
    await watched.pass(minute);
    assert.equal(walks, 0);
    assert(repainted.length > 0);
    // They end ten minutes apart, so that this is all that happens within ten minutes.
    assert(repainted.length < 200, `${repainted.length} rows`);
  });

  it('shows a connection anew as a whole when hundreds of its rows change at once', async () => {
    const { watched, countdown, repainted, now } = setUp();
    const root = watched.connect();
    const at = now() + 3.5 * day + minute;
    watched.show(
      root,
      Array.from({ length: 600 }, (_, index) => token(`t${index}`, ends(at))),
    );
    assert(nodeOf(root, 't0'));
    countdown.setVisible(true);
    await watched.pass(2 * minute);
    assert.deepEqual(repainted, ['work']);
  });
});
