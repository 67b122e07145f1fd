import assert from 'node:assert/strict';
import { Pace } from '../../../../src/ui/tree/throttle.ts';
import { ManualClock } from '../../fakes.ts';

function happened(): Promise<void> {
  // Either may come first; what was asked for before comes before the second of them.
  return new Promise((resolve) => setTimeout(() => setImmediate(resolve)));
}

/** A pace, and how often VS Code would have been told by it. */
function paced() {
  const clock = new ManualClock();
  const pace = new Pace(clock);
  const told: number[] = [];
  const soon = () =>
    pace.soon(() => {
      told.push(clock.now());
      pace.note();
    });
  return { clock, pace, told, soon };
}

describe('the pace of the tree', () => {
  it('tells VS Code of a change in the next turn, once for all of this one', async () => {
    const { clock, told, soon } = paced();
    soon();
    soon();
    assert.deepEqual(told, []);
    await happened();
    assert.deepEqual(told, [clock.now()]);
  });

  it('tells it of the next ones when it would draw them at once, however many there are until then', async () => {
    const { clock, told, soon } = paced();
    soon();
    await happened();
    const first = clock.now();
    for (let change = 0; change < 20; change++) {
      clock.advance(10);
      soon();
      await happened();
    }
    assert.deepEqual(told, [first]);
    clock.advance(10);
    await happened();
    assert.deepEqual(told, [first, first + 210]);
  });

  it('tells nothing more when everything has been told, or nobody wants to know', async () => {
    const { clock, pace, told, soon } = paced();
    soon();
    pace.cancel();
    await happened();
    assert.deepEqual(told, []);
    pace.note();
    soon();
    pace.dispose();
    clock.advance(1000);
    await happened();
    assert.deepEqual(told, []);
    assert.equal(clock.sleeping, 0);
  });

  it('is not upset by a clock that is set back', async () => {
    const { clock, pace, told, soon } = paced();
    pace.note();
    clock.advance(-3_600_000);
    soon();
    clock.advance(210);
    await happened();
    assert.equal(told.length, 1);
  });

  it('waits for an answer while a change is being drawn, and for nothing at any other time', async () => {
    const { clock, pace } = paced();
    const answer = Promise.withResolvers<void>();
    await pace.inTime(answer.promise);
    pace.note();
    let isDrawn = false;
    const drawing = pace.inTime(answer.promise).then(() => {
      isDrawn = true;
    });
    clock.advance(99);
    await happened();
    assert.equal(isDrawn, false);
    answer.resolve();
    await drawing;
    assert.equal(clock.sleeping, 0);
  });

  it('waits a tenth of a second in all, however many answers are late', async () => {
    const { clock, pace } = paced();
    const never = new Promise<void>(() => undefined);
    pace.note();
    clock.advance(60);
    const first = pace.inTime(never);
    clock.advance(40);
    await first;
    await pace.inTime(never);
    assert.equal(clock.sleeping, 0);
  });
});
