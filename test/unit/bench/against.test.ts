import assert from 'node:assert/strict';
import { compared } from '../../../bench/against.ts';
import { exactly, known } from '../../../bench/row.ts';

describe('the comparison of two commits', () => {
  const runs = (...values: number[]) =>
    values.map((value) => [known('Read', exactly(1), 'ms'), known('… a page', exactly(value), 'ms')]);
  const change = (before: readonly number[], now: readonly number[]) =>
    compared(runs(...before), runs(...now)).find(({ what }) => what === 'Read … a page')?.change;

  it('tells what takes longer by more than a tenth, in every run', () => {
    assert.equal(change([10, 11, 12, 10], [13, 14, 13, 15]), 'slower');
    assert.equal(change([13, 14, 13, 15], [10, 11, 12, 10]), 'faster');
  });

  it('tells noise from it', () => {
    assert.equal(change([10, 11, 15, 10], [13, 14, 13, 15]), 'as before');
    assert.equal(change([100, 100, 100, 100], [105, 105, 105, 105]), 'as before');
  });

  it('says nothing of a row that one side does not have', () => {
    assert.deepEqual(compared([[known('Old', exactly(1), 'ms')]], [[known('New', exactly(1), 'ms')]]), []);
  });
});
