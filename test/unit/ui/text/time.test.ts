import assert from 'node:assert/strict';
import { relativeTimes } from '../../../../src/ui/text/time.ts';
import { day, now } from '../wording.ts';

describe('relativeTimes', () => {
  const hour = day / 24;
  const cases: readonly [number, string][] = [
    [3 * day, 'in 3 days'],
    [3 * day + 5 * hour, 'in 3 days'],
    [47 * hour, 'in 47 hours'],
    [90 * 60_000, 'in 90 minutes'],
    [30_000, 'in 30 seconds'],
    [-2 * day, '2 days ago'],
    [400 * day, 'in 13 months'],
    [800 * day, 'in 2 years'],
  ];
  for (const [distance, words] of cases) {
    it(`says “${words}”`, () => {
      assert.equal(relativeTimes('en')(now + distance, now), words);
    });
  }

  it('speaks the user’s language', () => {
    assert.equal(relativeTimes('de')(now + 3 * day, now), 'in 3 Tagen');
  });
});
