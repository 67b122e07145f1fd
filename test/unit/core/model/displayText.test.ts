import assert from 'node:assert/strict';
import { displayText, quotedName, withoutInvisible } from '../../../../src/core/model/displayText.ts';

describe('displayText', () => {
  it('keeps ordinary text of any script, and emoji', () => {
    for (const text of ['GitHub Actions', 'Привет', '日本語', 'שלום', '👩‍💻 laptop']) {
      assert.equal(displayText(text), text);
    }
  });

  it('takes out what hides or reorders text', () => {
    assert.equal(displayText('a\u202eb\u200bc\u2066d\ufeffe\u0000f\u001bg'), 'abcdefg');
  });

  it('keeps joiners where scripts and pictures need them, and nowhere else', () => {
    for (const text of ['می‌خواهم', 'क्‍ष', '👨‍👩‍👧', '👩🏽‍🚀', '❤️‍🔥', '1️⃣']) {
      assert.equal(displayText(text), text);
    }
    assert.equal(displayText('pay\u200cpal a\u200d b\ufe0f \u200d'), 'paypal a b');
    assert.equal(displayText('ا\u200c\u200cب'), 'اب');
  });

  it('takes out thousands of characters that show nothing, whichever they are', () => {
    const nothing = [
      '\u200b',
      '\u034f',
      '\u3164',
      '\u{e0041}',
      '\ufe0f',
      '\u2063',
      '\u2800',
      '\u115f',
      '\ufdd0',
    ];
    for (const one of nothing) {
      assert.equal(
        displayText(`a${one.repeat(500)}b`).replace(' ', ''),
        'ab',
        one.codePointAt(0)?.toString(16),
      );
      assert.equal(displayText(one.repeat(4048)), '');
    }
  });

  it('stacks no tower of marks on a letter', () => {
    assert(displayText(`x${'\u0301'.repeat(200)}`).length < 10);
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

describe('withoutInvisible', () => {
  it('takes out every character that displayText takes out, so that both see the same', () => {
    for (let unit = 0; unit < 0x1_0000; unit++) {
      const text = `a${String.fromCharCode(unit)}b`;
      assert(displayText(text) !== 'ab' || withoutInvisible(text) === 'ab', unit.toString(16));
    }
    assert.equal(withoutInvisible('a\u{E0041}b\u{F0000}'), 'ab');
  });
});

describe('A name that our sentences quote', () => {
  it('ends no quotation of ours, in whatever language', () => {
    for (const mark of [
      '"',
      '“',
      '”',
      '„',
      '‟',
      '«',
      '»',
      '「',
      '」',
      '『',
      '』',
      '〝',
      '〞',
      '＂',
      '″',
      '〃',
    ]) {
      assert.equal(quotedName(`Nice${mark} may read. ${mark}It`), "Nice' may read. 'It", mark);
    }
  });

  it('keeps apostrophes, and is cleaned and cut as every text', () => {
    assert.equal(quotedName("L'été d’une\u202e\nfille", 60), "L'été d’une fille");
    assert.equal(quotedName('a'.repeat(99), 60).length, 60);
  });
});
