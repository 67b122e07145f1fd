import assert from 'node:assert/strict';
import { Warnings } from '../../../../src/core/expiry/warnings.ts';
import type { ItemNode } from '../../../../src/core/inventory/tree.ts';
import { ManualClock } from '../../fakes.ts';
import {
  day,
  ends,
  hour,
  MemoryDocuments,
  MemoryLeases,
  minute,
  nodeOf,
  second,
  settle,
  token,
  Watched,
} from '../watched.ts';

interface Shared {
  readonly clock: ManualClock;
  readonly documents: MemoryDocuments;
  readonly leases: MemoryLeases;
}

function shared(): Shared {
  return { clock: new ManualClock(), documents: new MemoryDocuments(), leases: new MemoryLeases() };
}

/** One window; several may share what is on disk. */
function openWindow({ clock, documents, leases } = shared(), thresholdsMs = [7 * day, day]) {
  const watched = new Watched(clock);
  const statusTracker = watched.statusTracker();
  const warned: (readonly ItemNode[])[] = [];
  const state = { isInFront: true };
  const warnings = new Warnings({
    statusTracker,
    clock,
    documents,
    leases,
    thresholdsMs: () => thresholdsMs,
    isInFront: () => state.isInFront,
    warn: (rows) => warned.push(rows),
  });
  const names = () => warned.map((rows) => rows.map(({ item }) => item.id).join(' '));
  return { watched, statusTracker, warnings, warned, names, state, documents, now: () => clock.now() };
}

describe('Warnings', () => {
  it('come once for all that are within a threshold, the soonest first, also from several connections', async () => {
    const { watched, names, now } = openWindow();
    const [one, two] = [watched.connect('one'), watched.connect('two')];
    watched.show(one, [token('c', ends(now() + 6 * day)), token('a', ends(now() + hour)), token('never')]);
    await watched.pass(second, second);
    watched.show(two, [token('b', ends(now() + 3 * day)), token('later', ends(now() + 8 * day))]);
    await watched.pass(10 * second, second);
    assert.deepEqual(names(), ['a c b']);
  });

  it('say nothing about what renews itself, nor about what is short-lived and renewed by a click', async () => {
    const { watched, names, now } = openWindow();
    watched.show(watched.connect(), [
      token('hourly', { createdAt: now(), actions: ['renew'], ...ends(now() + hour) }),
      token('weekly', { actions: ['renew'], ...ends(now() + 3 * day) }),
    ]);
    await watched.pass(10 * second, second);
    assert.deepEqual(names(), ['weekly']);
  });

  it('come for one of a short life in its last quarter, not when it is issued', async () => {
    const { watched, names, now } = openWindow();
    watched.show(watched.connect(), [token('a', { createdAt: now(), ...ends(now() + hour) })]);
    await watched.pass(40 * minute, minute);
    assert.deepEqual(names(), []);
    await watched.pass(10 * minute, minute);
    assert.deepEqual(names(), ['a']);
  });

  it('say nothing about what was already dead, revoked or inactive', async () => {
    const { watched, names, now } = openWindow();
    watched.show(watched.connect(), [
      token('dead', ends(now() - hour)),
      token('revoked', { status: 'revoked', ...ends(now() + hour) }),
      token('inactive', { status: 'inactive', ...ends(now() + hour) }),
    ]);
    await watched.pass(2 * hour);
    assert.deepEqual(names(), []);
  });

  it('come once for each threshold, when it is crossed, and never again', async () => {
    const { watched, warnings, names, now } = openWindow();
    const root = watched.connect();
    watched.show(root, [token('a', ends(now() + 8 * day))]);
    await watched.pass(23 * hour, minute);
    assert.deepEqual(names(), []);
    await watched.pass(2 * hour, minute);
    assert.deepEqual(names(), ['a']);
    await watched.pass(5.8 * day, 10 * minute);
    assert.deepEqual(names(), ['a']);
    await watched.pass(5 * hour, minute);
    assert.deepEqual(names(), ['a', 'a']);
    watched.show(root, [token('a', ends(now() + 20 * hour - 2 * hour))]);
    warnings.check();
    await watched.pass(2 * day, 10 * minute);
    assert.deepEqual(names().length, 3, 'another end is another warning, and that is all');
  });

  it('come once only where several thresholds are crossed at first sight', async () => {
    const { watched, names, now } = openWindow();
    watched.show(watched.connect(), [token('a', ends(now() + hour))]);
    await watched.pass(2 * hour);
    assert.deepEqual(names(), ['a']);
  });

  it('go by the clock of the service', async () => {
    const { watched, names, now } = openWindow();
    const root = watched.connect();
    root.clockOffset = 30 * day;
    watched.show(root, [token('a', ends(now() + 30 * day + hour)), token('dead', ends(now() + day))]);
    await watched.pass(minute);
    assert.deepEqual(names(), ['a']);
  });

  it('are not repeated by a window that is opened later', async () => {
    const disk = shared();
    const first = openWindow(disk);
    const show = (window: typeof first) =>
      window.watched.show(window.watched.connect(), [token('a', ends(end))]);
    const end = first.now() + 3 * day;
    show(first);
    await first.watched.pass(minute);
    const second = openWindow(disk);
    show(second);
    await second.watched.pass(minute);
    assert.deepEqual([first.names(), second.names()], [['a'], []]);
  });

  it('come in one of two windows only, and only in one that is in front', async () => {
    const disk = shared();
    const windows = [openWindow(disk), openWindow(disk)] as const;
    const [back, front] = windows;
    back.state.isInFront = false;
    const end = back.now() + 3 * day;
    for (const { watched } of windows) {
      watched.show(watched.connect(), [token('a', ends(end))]);
    }
    await front.watched.pass(minute);
    assert.deepEqual([back.names(), front.names()], [[], ['a']]);
    back.state.isInFront = true;
    back.warnings.check();
    await settle();
    assert.deepEqual(back.names(), []);
  });

  it('do not come twice from two windows that look at the same moment', async () => {
    const disk = shared();
    const windows = [openWindow(disk), openWindow(disk)];
    const end = disk.clock.now() + 3 * day;
    for (const { watched } of windows) {
      watched.show(watched.connect(), [token('a', ends(end))]);
    }
    await windows[0]?.watched.pass(minute);
    assert.equal(windows.flatMap(({ names }) => names()).length, 1);
  });

  it('wait until a window is in front', async () => {
    const { watched, warnings, names, state, now } = openWindow();
    state.isInFront = false;
    watched.show(watched.connect(), [token('a', ends(now() + 3 * day))]);
    await watched.pass(hour);
    assert.deepEqual(names(), []);
    state.isInFront = true;
    warnings.check();
    await settle();
    assert.deepEqual(names(), ['a']);
  });

  it('that are snoozed come back together when the time is over, and not for what ended meanwhile', async () => {
    const { watched, warnings, warned, names, now } = openWindow();
    watched.show(watched.connect(), [
      token('a', ends(now() + 3 * hour)),
      token('b', ends(now() + 3 * day)),
      token('c', ends(now() + 2 * day)),
    ]);
    await watched.pass(minute);
    await warnings.snooze(warned[0] ?? [], now() + 4 * hour);
    await watched.pass(3.9 * hour, minute);
    assert.deepEqual(names(), ['a c b']);
    await watched.pass(0.2 * hour, minute);
    assert.deepEqual(names(), ['a c b', 'c b']);
    warnings.check();
    await watched.pass(hour, minute);
    assert.equal(names().length, 2);
  });

  it('that are snoozed stay so in another window', async () => {
    const disk = shared();
    const first = openWindow(disk);
    const end = first.now() + 3 * day;
    first.watched.show(first.watched.connect(), [token('a', ends(end))]);
    await first.watched.pass(minute);
    await first.warnings.snooze(first.warned[0] ?? [], first.now() + hour);
    first.state.isInFront = false;
    const second = openWindow(disk);
    second.watched.show(second.watched.connect(), [token('a', ends(end))]);
    await second.watched.pass(50 * minute);
    assert.deepEqual(second.names(), []);
    await second.watched.pass(20 * minute);
    assert.deepEqual(second.names(), ['a']);
  });

  it('that are switched off for a row stay off when it is renewed, but not for others', async () => {
    const { watched, warnings, warned, names, now } = openWindow();
    const root = watched.connect();
    watched.show(root, [token('a', ends(now() + 3 * day))]);
    await watched.pass(minute);
    await warnings.mute(warned[0] ?? []);
    watched.show(root, [token('a', ends(now() + 6 * day)), token('b', ends(now() + 6 * day))]);
    await watched.pass(5.5 * day, 10 * minute);
    assert.deepEqual(names(), ['a', 'b', 'b']);
  });

  it('are taken back to how they were on request', async () => {
    const { watched, warnings, warned, names, now } = openWindow();
    const root = watched.connect();
    watched.show(root, [token('a', ends(now() + 3 * day)), token('b', ends(now() + 3 * day))]);
    await watched.pass(minute);
    await warnings.mute([nodeOf(root, 'a')]);
    await warnings.snooze([nodeOf(root, 'b')], now() + day);
    await warnings.resetWarnings();
    await settle();
    assert.deepEqual(names(), ['a b', 'a b']);
    assert.equal(warned.length, 2);
  });

  it('come all the same, and once, where the disk keeps nothing', async () => {
    const disk = shared();
    disk.documents.isBroken = true;
    const { watched, warnings, names, now } = openWindow(disk);
    watched.show(watched.connect(), [token('a', ends(now() + 3 * day))]);
    await watched.pass(minute);
    warnings.check();
    await watched.pass(hour);
    assert.deepEqual(names(), ['a']);
  });

  it('take fractions of a day, and are off with an empty list', async () => {
    const off = openWindow(shared(), []);
    off.watched.show(off.watched.connect(), [token('a', ends(off.now() + minute))]);
    await off.watched.pass(hour);
    assert.deepEqual(off.names(), []);
    const half = openWindow(shared(), [0.5 * day]);
    half.watched.show(half.watched.connect(), [token('a', ends(half.now() + 13 * hour))]);
    await half.watched.pass(0.9 * hour);
    assert.deepEqual(half.names(), []);
    await half.watched.pass(0.2 * hour);
    assert.deepEqual(half.names(), ['a']);
  });

  it('are kept as hashes: neither names nor identifiers are on disk', async () => {
    const { watched, warnings, warned, documents, now } = openWindow();
    watched.show(watched.connect('boutique'), [token('secretish', { name: 'Deploy', ...ends(now() + day) })]);
    await watched.pass(minute);
    await warnings.mute(warned[0] ?? []);
    assert.doesNotMatch([...documents.files.values()].join(), /secretish|Deploy|boutique/);
  });

  it('leave no timer behind', async () => {
    const { watched, statusTracker, warnings, now } = openWindow();
    watched.show(watched.connect(), [token('a', ends(now() + 9 * day))]);
    await watched.pass(minute);
    warnings.dispose();
    statusTracker.dispose();
    await settle();
    assert.equal(watched.clock.sleeping, 0);
  });
});
