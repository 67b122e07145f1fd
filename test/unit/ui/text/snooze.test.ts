import assert from 'node:assert/strict';
import { snoozeTimes } from '../../../../src/ui/text/snooze.ts';
import { day, wording } from '../wording.ts';

describe('the times for which a warning can be put off', () => {
  const now = new Date(2026, 2, 28, 17, 30).getTime();
  const at = { ...wording, now: () => now };

  it('are of hours, until a morning by the calendar, and of a week', () => {
    assert.deepEqual(
      snoozeTimes(now + 30 * day, at).map(({ label, until }) => [
        label,
        new Date(until).toString().slice(0, 21),
      ]),
      [
        ['For 1 hour', 'Sat Mar 28 2026 18:30'],
        ['For 4 hours', 'Sat Mar 28 2026 21:30'],
        ['Until tomorrow morning', 'Sun Mar 29 2026 08:00'],
        ['For 3 days', 'Tue Mar 31 2026 08:00'],
        ['For 1 week', 'Sat Apr 04 2026 08:00'],
      ],
    );
  });

  it('are before the last end, but for the shortest', () => {
    const labels = (left: number) => snoozeTimes(now + left, at).map(({ label }) => label);
    assert.deepEqual(labels(2 * day), ['For 1 hour', 'For 4 hours', 'Until tomorrow morning']);
    assert.deepEqual(labels(1000), ['For 1 hour']);
  });
});
