import assert from 'node:assert/strict';
import fc from 'fast-check';
import { absoluteTimes, relativeTimes } from '../../../../src/ui/text/time.ts';
import { locale, moment, property } from '../../property.ts';

const anyMoment = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 });

describe('properties of time', () => {
  property(
    'relativeTimes never throws, and never says that the future is past',
    (at: number, now: number) => {
      const words = relativeTimes('en')(at, now);
      assert.match(words, at >= now ? /^in [\d,]+ \w+$/ : /^[\d,]+ \w+ ago$/);
    },
    anyMoment,
    moment,
  );

  property(
    'relativeTimes is a third off at most',
    (distance: number) => {
      const words = relativeTimes('en')(Date.UTC(2026, 0) + distance, Date.UTC(2026, 0));
      const [, amount = '', unit = ''] = /^in ([\d,]+) (\w+?)s?$/.exec(words) ?? [];
      const sizes: Readonly<Record<string, number>> = {
        second: 1,
        minute: 60,
        hour: 3600,
        day: 86_400,
        month: 30 * 86_400,
        year: 365 * 86_400,
      };
      const said = Number(amount.replaceAll(',', '')) * (sizes[unit] ?? Number.NaN) * 1000;
      assert(Math.abs(said - distance) <= said / 3 + 1000, `${words} for ${distance}`);
    },
    fc.integer({ min: 0, max: 1e14 }),
  );

  property(
    'absoluteTimes words every moment that a date can hold',
    (at: number, language: string) => assert.notEqual(absoluteTimes(language)(at), ''),
    anyMoment,
    locale,
  );
});
