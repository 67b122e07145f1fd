import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TokenManagerError } from '../../../src/core/model/errors.ts';
import { mapYielding, Slices } from '../../../src/core/yielding.ts';

function spin(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; ) {}
}

describe('Work on many rows', () => {
  it('goes on for a few milliseconds at most before everything else has its turn', async () => {
    let turns = 0;
    let isDone = false;
    const counting = (async () => {
      for (; !isDone; turns++) {
        await nextTurn();
      }
    })();
    const madeIn: number[] = [];
    const made = await mapYielding(Array(40).keys(), (value) => {
      spin(2);
      madeIn[turns] = (madeIn[turns] ?? 0) + 1;
      return value;
    });
    isDone = true;
    await counting;
    assert.deepEqual(made, [...Array(40).keys()]);
    assert(
      madeIn.every((count) => count <= 4),
      `rows in a turn: ${madeIn}`,
    );
  });

  it('ends where it is cancelled', async () => {
    const controller = new AbortController();
    let made = 0;
    const work = mapYielding(
      Array(100).keys(),
      () => {
        spin(10);
        made++;
        controller.abort();
      },
      new Slices(controller.signal),
    );
    await assert.rejects(
      work,
      (thrown) => thrown instanceof TokenManagerError && thrown.kind === 'cancelled',
    );
    assert.equal(made, 1);
  });
});
