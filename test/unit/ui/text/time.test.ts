import assert from 'node:assert/strict';
import { relativeTimes } from '../../../../src/ui/text/time.ts';
import { day, now } from '../wording.ts';

describe('relativeTimes', () => {
  const hour = day / 24;
  const minute = hour / 60;
  const cases: readonly [number, string][] = [
    [3 * day, 'in 3 days'],
    [3 * day + 5 * hour, 'in 3 days'],
    [3 * day - 1, 'in 3 days'],
    [30_000, 'in 30 seconds'],
    [minute, 'in 1 minute'],
    [59.6 * minute, 'in 60 minutes'],
    [89 * minute, 'in 89 minutes'],
    [90 * minute, 'in 2 hours'],
    [119 * minute, 'in 2 hours'],
    [2.6 * hour, 'in 3 hours'],
    [day, 'in 24 hours'],
    [35 * hour, 'in 35 hours'],
    [36 * hour, 'in 2 days'],
    [47 * hour, 'in 2 days'],
    [59 * day, 'in 59 days'],
    [60 * day, 'in 2 months'],
    [365 * day, 'in 12 months'],
    [400 * day, 'in 13 months'],
    [600 * day, 'in 2 years'],
    [900 * day, 'in 2 years'],
    [-119 * minute, '2 hours ago'],
    [-47 * hour, '2 days ago'],
    [-400 * day, '13 months ago'],
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
