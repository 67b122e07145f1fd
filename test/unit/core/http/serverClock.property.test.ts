import assert from 'node:assert/strict';
import fc from 'fast-check';
import { httpDate, ServerClock } from '../../../../src/core/http/serverClock.ts';
import { ManualClock } from '../../fakes.ts';
import { anyText, property, wholeSecond } from '../../property.ts';

describe('properties of serverClock', () => {
  property(
    'httpDate reads the date of any second, and nothing that is not one',
    (at: number, text: string) => {
      assert.equal(httpDate(new Date(at).toUTCString()), at);
      assert.equal(httpDate(text), undefined);
    },
    wholeSecond,
    anyText,
  );

  property(
    'ServerClock finds how far a clock is off, to within the time an answer takes, and lets minutes pass',
    (off: number, way: number) => {
      const local = new ManualClock();
      const clock = new ServerClock(local);
      const sentAt = local.now();
      const date = new Date(sentAt + way / 2 + off).toUTCString();
      local.advance(way);
      clock.observe({ date }, sentAt);
      if (Math.abs(off) <= 4 * 60_000) {
        assert.equal(clock.offsetMs, 0);
      } else if (Math.abs(off) >= 6 * 60_000 + way) {
        assert(Math.abs(clock.offsetMs - off) <= way / 2 + 1000, `${clock.offsetMs} for ${off}`);
      }
    },
    fc.oneof(fc.integer({ min: -600_000, max: 600_000 }), fc.integer({ min: -1e11, max: 1e11 })),
    fc.integer({ min: 0, max: 30_000 }),
  );

  property(
    'ServerClock takes no cached, missing or odd date for the time',
    (date: string, age: number) => {
      const clock = new ServerClock(new ManualClock());
      clock.observe({}, 0);
      clock.observe({ date }, 0);
      clock.observe({ date: 'Sun, 06 Nov 1994 08:49:37 GMT', age: String(age) }, 0);
      assert.equal(clock.offsetMs, 0);
    },
    anyText,
    fc.integer({ min: 1 }),
  );
});
