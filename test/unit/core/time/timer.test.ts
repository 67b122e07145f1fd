import assert from 'node:assert/strict';
import { type Tick, Timer } from '../../../../src/core/time/timer.ts';
import { ManualClock, SkippingClock } from '../../fakes.ts';
import { hour, minute, second, settle, Watched } from '../watched.ts';

function setUp() {
  const clock = new ManualClock();
  const rings: Tick[] = [];
  return {
    clock,
    rings,
    alarm: new Timer(clock, (ringing) => rings.push(ringing)),
    watched: new Watched(clock),
  };
}

describe('Timer', () => {
  it('rings once, at its moment', async () => {
    const { clock, rings, alarm, watched } = setUp();
    alarm.set(clock.now() + hour);
    await watched.pass(hour - second);
    assert.deepEqual(rings, []);
    await watched.pass(2 * hour);
    assert.deepEqual(rings, [{ resumedAfterSleep: false }]);
    assert.equal(alarm.isSet, false);
    assert.equal(clock.sleeping, 0);
  });

  it('is replaced by what is set later, and rings no more once it is disposed of', async () => {
    const { clock, rings, alarm, watched } = setUp();
    alarm.set(clock.now() + minute);
    alarm.set(clock.now() + 2 * minute);
    assert.equal(clock.sleeping, 1);
    await watched.pass(90 * second);
    assert.deepEqual(rings, []);
    alarm.dispose();
    await watched.pass(hour);
    assert.deepEqual(rings, []);
    assert.equal(clock.sleeping, 0);
  });

  it('rings for a moment that has passed, after it was set', async () => {
    const { clock, rings, alarm } = setUp();
    alarm.set(clock.now() - hour);
    assert.deepEqual(rings, []);
    await settle();
    assert.equal(rings.length, 1);
  });

  it('says when the computer slept', async () => {
    const { clock, rings, alarm, watched } = setUp();
    alarm.set(clock.now() + 10 * minute);
    await watched.pass(minute);
    await watched.sleep(8 * hour);
    assert.deepEqual(rings, [{ resumedAfterSleep: true }]);
  });

  it('is at most a minute late on a timer that stood still during a sleep', async () => {
    const clock = new SkippingClock();
    const { promise, resolve } = Promise.withResolvers<void>();
    const alarm = new Timer(clock, () => resolve());
    alarm.set(clock.now() + 150 * second);
    await promise;
    assert.deepEqual(clock.sleeps, [minute, minute, 30 * second]);
  });
});
