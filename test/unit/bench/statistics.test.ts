import assert from 'node:assert/strict';
import { exponent, interleaved, quantile, ratio, shuffled, summary } from '../../../bench/statistics.ts';

describe('the statistics of the benchmarks', () => {
  it('tell the middle and its spread in whatever order things were measured', () => {
    assert.deepEqual(summary([5, 1, 4, 2, 3]), { median: 3, p25: 2, p75: 4 });
    assert.deepEqual(summary([4, 1]), { median: 2.5, p25: 1.75, p75: 3.25 });
    assert.deepEqual(summary([7]), { median: 7, p25: 7, p75: 7 });
    assert.throws(() => quantile([], 0.5), RangeError);
  });

  it('compare medians, with the spread of what was measured in the same round', () => {
    assert.deepEqual(ratio([2, 4, 60], [1, 2, 30]), { median: 2, p25: 2, p75: 2 });
    assert.deepEqual(ratio([1, 2, 3, 4, 5], [1, 1, 1, 1, 1]), { median: 3, p25: 2, p75: 4 });
  });

  it('find the power with which something grows', () => {
    const grown = (power: number) =>
      [1000, 10_000, 100_000].map((size) => ({ size, value: 3 * size ** power }));
    assert(Math.abs(exponent(grown(1)) - 1) < 1e-9);
    assert(Math.abs(exponent(grown(1.5)) - 1.5) < 1e-9);
  });

  it('take each thing once a round, in an order that changes', async () => {
    assert.deepEqual(
      shuffled(['a', 'b', 'c'], () => 0.99),
      ['c', 'b', 'a'],
    );
    const order: string[] = [];
    const measured = await interleaved(2, 1, {
      one: () => order.push('one'),
      two: async () => order.push('two'),
    });
    assert.equal(order.length, 6);
    for (const round of [0, 2, 4]) {
      assert.deepEqual(order.slice(round, round + 2).toSorted(), ['one', 'two']);
    }
    assert.deepEqual([measured.one.length, measured.two.length], [2, 2]);
    assert([...measured.one, ...measured.two].every((value) => value > 2));
  });
});
