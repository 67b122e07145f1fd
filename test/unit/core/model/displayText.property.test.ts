import assert from 'node:assert/strict';
import fc from 'fast-check';
import { displayText } from '../../../../src/core/model/displayText.ts';
import { anyText, property } from '../../property.ts';

describe('properties of displayText', () => {
  property(
    'displayText gives one well-formed line without anything that hides, and no more than asked for',
    (text: string, maxLength: number) => {
      const shown = displayText(text, maxLength);
      assert(shown.isWellFormed());
      assert([...shown].length <= maxLength);
      assert.doesNotMatch(shown, /[\p{Cc}\p{Co}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u);
      assert.doesNotMatch(shown, /[^\S ]|^ | $| {2}/);
    },
    anyText,
    fc.integer({ min: 1, max: 50 }),
  );

  property(
    'displayText leaves alone what it has cleaned',
    (text: string) => assert.equal(displayText(displayText(text)), displayText(text)),
    anyText,
  );
});
