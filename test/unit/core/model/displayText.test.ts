import assert from 'node:assert/strict';
import { displayText } from '../../../../src/core/model/displayText.ts';

describe('displayText', () => {
  it('keeps ordinary text of any script, and emoji', () => {
    for (const text of ['GitHub Actions', 'Привет', '日本語', 'שלום', '👩‍💻 laptop']) {
      assert.equal(displayText(text), text);
    }
  });

  it('takes out what hides or reorders text', () => {
    assert.equal(displayText('a\u202eb\u200bc\u2066d\ufeffe\u0000f\u001bg'), 'abcdefg');
  });

  it('makes one line of many', () => {
    assert.equal(displayText(' a\r\n\tb \n c '), 'a b c');
  });

  it('leaves one space where a control character stood between two', () => {
    assert.equal(displayText('a \u0001 b'), 'a b');
  });

  it('cuts what is too long, by whole characters', () => {
    const cut = displayText('😀'.repeat(1000), 10);
    assert.equal([...cut].length, 10);
    assert(cut.endsWith('…') && cut.isWellFormed());
  });

  it('survives lone surrogates', () => {
    assert(displayText('a\ud800b').isWellFormed());
  });
});
