import assert from 'node:assert/strict';
import fc from 'fast-check';
import { clockWords } from '../../../../src/ui/text/clock.ts';
import { locale, property } from '../../property.ts';
import { wording } from '../wording.ts';

describe('properties of clock', () => {
  property(
    'clockWords names every difference in words that hold no number too long to say',
    (off: number, language: string) => {
      const words = clockWords(off, { ...wording, locale: language });
      assert.equal(words === undefined, off === 0);
      assert(words === undefined || words.length < 100, words);
    },
    fc.integer({ min: -1e14, max: 1e14 }),
    locale,
  );
});
