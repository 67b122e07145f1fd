import assert from 'node:assert/strict';
import { nextStep } from '../../../../src/core/time/units.ts';
import { timeLeft } from '../../../../src/ui/text/states.ts';
import { wording } from '../../ui/wording.ts';
import { day, hour, minute } from '../watched.ts';

const start = Date.UTC(2026, 10, 20, 12);

function words(at: number, now: number): string {
  return timeLeft(at, { ...wording, now: () => now });
}

describe('the next moment at which time left is told in other words', () => {
  const distances = [
    1,
    59_999,
    minute,
    90 * minute,
    89.9 * minute,
    119.5 * minute,
    2 * hour,
    2.5 * hour,
    36 * hour,
    47.9 * hour,
    2 * day,
    2.5 * day,
    3 * day + 1,
    59.99 * day,
    60 * day,
    400 * day,
    547.5 * day,
    730 * day,
    1100 * day,
  ];
  for (const distance of [...distances, ...distances.map((ahead) => -ahead), 0]) {
    it(`is exact ${distance} ms away from the end`, () => {
      const at = start + distance;
      const next = nextStep(at, start);
      assert(next > start);
      assert.equal(words(at, next - 1), words(at, start));
      assert.notEqual(words(at, next), words(at, start));
    });
  }

  it('comes once a minute in the last hour and a half, and twice in the last two minutes', () => {
    const at = start + 2 * hour;
    const told: string[] = [];
    for (let now = start; now <= at + minute; now = nextStep(at, now)) {
      told.push(words(at, now));
    }
    assert.equal(told.length, 94);
    assert.deepEqual(told.slice(0, 2), ['in 2 hours', 'in 90 minutes']);
    assert.deepEqual(told.slice(-4), [
      'in 1 minute',
      'in less than a minute',
      'less than a minute ago',
      '1 minute ago',
    ]);
  });
});
