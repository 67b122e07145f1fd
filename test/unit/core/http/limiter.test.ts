import assert from 'node:assert/strict';
import { Limiter } from '../../../../src/core/http/limiter.ts';
import { ManualClock } from '../../fakes.ts';

const signal = new AbortController().signal;

function happened(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Work that goes on until it is told to stop; `started` says in which order each began. */
function works() {
  const started: string[] = [];
  const stops = new Map<string, () => void>();
  return {
    started,
    stop: (name: string) => stops.get(name)?.(),
    work: (name: string) => () => {
      started.push(name);
      return new Promise<string>((resolve) => stops.set(name, () => resolve(name)));
    },
  };
}

describe('a limiter’s fair turns', () => {
  it('let so many work at once, and the next one when one has ended', async () => {
    const turns = new Limiter(2, { longestPatienceMs: 1000, clock: new ManualClock() });
    const { started, stop, work } = works();
    for (const name of ['a', 'b', 'c', 'd']) {
      void turns.run(signal, work(name));
    }
    await happened();
    assert.deepEqual(started, ['a', 'b']);
    stop('b');
    await happened();
    assert.deepEqual(started, ['a', 'b', 'c']);
  });

  it('are taken from those who are slow while somebody waits', async () => {
    const clock = new ManualClock();
    const turns = new Limiter(2, { longestPatienceMs: 1000, clock });
    const { started, stop, work } = works();
    const slow = turns.run(signal, work('slow'));
    clock.advance(500);
    void turns.run(signal, work('slower'));
    void turns.run(signal, work('fast'));
    clock.advance(499);
    await happened();
    assert.deepEqual(started, ['slow', 'slower']);
    clock.advance(1);
    await happened();
    assert.deepEqual(started, ['slow', 'slower', 'fast']);
    stop('slow');
    assert.equal(await slow, 'slow');
    void turns.run(signal, work('next'));
    await happened();
    assert(!started.includes('next'), 'the end of work without a turn let another one begin');
    stop('fast');
    await happened();
    assert(started.includes('next'));
  });

  it('are taken sooner from those who take much longer than the others did', async () => {
    const clock = new ManualClock();
    const turns = new Limiter(2, { longestPatienceMs: 1000, clock });
    const { started, stop, work } = works();
    void turns.run(signal, work('slow'));
    void turns.run(signal, work('fast'));
    void turns.run(signal, work('next'));
    void turns.run(signal, work('last'));
    clock.advance(50);
    stop('fast');
    await happened();
    assert.deepEqual(started, ['slow', 'fast', 'next']);
    clock.advance(100);
    await happened();
    assert.deepEqual(started, ['slow', 'fast', 'next']);
    clock.advance(50);
    await happened();
    assert.deepEqual(started, ['slow', 'fast', 'next', 'last']);
  });

  it('are kept longer when half as many as there are turns go on without one', async () => {
    const clock = new ManualClock();
    const turns = new Limiter(2, { longestPatienceMs: 1000, clock });
    const { started, stop, work } = works();
    void turns.run(signal, work('fast'));
    stop('fast');
    await happened();
    for (const name of ['slow', 'slower', 'next', 'last']) {
      void turns.run(signal, work(name));
    }
    clock.advance(100);
    await happened();
    assert.deepEqual(started, ['fast', 'slow', 'slower', 'next']);
    clock.advance(899);
    await happened();
    assert.deepEqual(started, ['fast', 'slow', 'slower', 'next']);
    stop('slow');
    await happened();
    assert.deepEqual(started, ['fast', 'slow', 'slower', 'next'], 'the end of work without a turn is none');
    clock.advance(1);
    await happened();
    assert.deepEqual(started, ['fast', 'slow', 'slower', 'next', 'last']);
  });

  it('leave no timer when nobody waits', async () => {
    const clock = new ManualClock();
    const turns = new Limiter(1, { longestPatienceMs: 1000, clock });
    assert.equal(await turns.run(signal, async () => 'done'), 'done');
    assert.equal(clock.sleeping, 0);
  });

  it('are not waited for by what is cancelled, and go on after what fails', async () => {
    const turns = new Limiter(1, { longestPatienceMs: 1000, clock: new ManualClock() });
    const { started, stop, work } = works();
    void turns.run(signal, work('first'));
    const controller = new AbortController();
    const cancelled = assert.rejects(turns.run(controller.signal, work('cancelled')), { kind: 'cancelled' });
    const failing = assert.rejects(
      turns.run(signal, async () => {
        throw new Error('on purpose');
      }),
      { message: 'on purpose' },
    );
    void turns.run(signal, work('last'));
    controller.abort();
    await cancelled;
    stop('first');
    await failing;
    await happened();
    assert.deepEqual(started, ['first', 'last']);
  });
});
