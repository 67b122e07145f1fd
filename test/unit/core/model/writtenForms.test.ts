import assert from 'node:assert/strict';
import { writtenForms } from '../../../../src/core/model/writtenForms.ts';
import { anyText, property } from '../../property.ts';

describe('writtenForms', () => {
  property(
    'are never shorter than the value, so that a text that is shorter holds none',
    (text: string) => {
      const shorter = [...writtenForms(text)].filter(({ length }) => length < text.length);
      assert.deepEqual(shorter, []);
    },
    anyText,
  );
});
