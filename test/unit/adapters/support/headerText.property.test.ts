import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isHeaderText } from '../../../../src/adapters/support/headerText.ts';
import { anyText, property } from '../../property.ts';

describe('properties of headerText', () => {
  property(
    'a header text has no character that a header could break at',
    (text: string) => {
      if (isHeaderText(text)) {
        assert.doesNotThrow(() => new Headers({ authorization: text }));
        assert.equal(new Headers({ authorization: text }).get('authorization'), text);
      }
    },
    fc.oneof(anyText, fc.stringMatching(/^[\x20-\x7f]{1,20}$/)),
  );
});
