import assert from 'node:assert/strict';
import { Coalescer } from '../../../src/core/coalescer.ts';
import { ManualClock } from '../fakes.ts';

function happened(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('Coalescer', () => {
  it('works once for many requests, and again for later ones', async () => {
    const clock = new ManualClock();
    let worked = 0;
    const coalescer = new Coalescer(clock, 100, () => worked++);
    coalescer.request();
    coalescer.request();
    assert.equal(worked, 0);
    clock.advance(100);
    await happened();
    assert.equal(worked, 1);
    coalescer.request();
    clock.advance(100);
    await happened();
    assert.equal(worked, 2);
  });

  it('leaves nothing waiting when it is disposed', async () => {
    const clock = new ManualClock();
    const coalescer = new Coalescer(clock, 100, () => assert.fail('it worked'));
    coalescer.request();
    coalescer.dispose();
    assert.equal(clock.sleeping, 0);
    clock.advance(100);
    await happened();
  });
});
