import assert from 'node:assert/strict';
import { labelText, markdownText } from '../../../../src/ui/text/escape.ts';
import { anyText, property } from '../../property.ts';

describe('properties of escape', () => {
  property(
    'markdownText escapes each character that Markdown could read, and adds nothing else',
    (text: string) => {
      const escaped = markdownText(text);
      assert.doesNotMatch(escaped.replace(/\\[!-/:-@[-`{-~]/g, ''), /[!-/:-@[-`{-~]/);
      assert.equal(escaped.replace(/\\([!-/:-@[-`{-~])/g, '$1'), text);
    },
    anyText,
  );

  property(
    'labelText leaves no icon and no link, and reads the same',
    (text: string) => {
      const label = labelText(text);
      assert(!label.includes('$(') && !label.includes(']('));
      assert.equal(label.replaceAll('\u2060', ''), text.replaceAll('\u2060', ''));
    },
    anyText,
  );
});
