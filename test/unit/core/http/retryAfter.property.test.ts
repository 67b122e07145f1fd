import assert from 'node:assert/strict';
import fc from 'fast-check';
import { retryAfter } from '../../../../src/core/http/retryAfter.ts';
import { anyText, moment, property, wholeSecond } from '../../property.ts';

describe('properties of retryAfter', () => {
  property(
    'retryAfter is a moment that a date can hold, or nothing',
    (header: string, now: number) => {
      const at = retryAfter(header, now);
      assert(at === undefined || !Number.isNaN(new Date(at).getTime()), String(at));
    },
    fc.oneof(
      anyText,
      fc.integer({ min: 1, max: 400 }).map((digits) => '9'.repeat(digits)),
      moment.map((at) => new Date(at).toUTCString()),
    ),
    moment,
  );

  property(
    'retryAfter adds up to a day of seconds to now, and reads the date of any second within it',
    (seconds: number, now: number) => {
      const at = now + Math.min(seconds, 86_400) * 1000;
      const wait = at > now ? at : undefined;
      assert.equal(retryAfter(String(seconds), now), wait);
      assert.equal(retryAfter(new Date(at).toUTCString(), now), wait);
    },
    fc.integer({ min: 0, max: 100_000 }),
    wholeSecond,
  );
});
