import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Quotations } from '../../../../src/core/model/quotations.ts';
import { writtenForms } from '../../../../src/core/model/writtenForms.ts';

/** Few letters, so that values are parts of each other and overlap. */
const value = fc.stringMatching(/^[abAB/é]{4,24}$/);
const around = fc.stringMatching(/^[abAB/é]{0,30}$/);

/** The same, found by trying each form at each place. */
function masked(values: readonly string[], text: string): string {
  const lower = (letters: string) => letters.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const forms = values.flatMap((one) => [...writtenForms(one)].map(lower));
  const small = lower(text);
  let result = '';
  for (let at = 0; at < text.length; ) {
    const lengths = forms.filter((form) => small.startsWith(form, at)).map(({ length }) => length);
    result += lengths.length > 0 ? '*' : text[at];
    at += Math.max(1, ...lengths);
  }
  return result;
}

describe('Quotations', () => {
  it('finds what a search at every place finds, whatever was added in which order', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(around, fc.nat()), { minLength: 1, maxLength: 5 }),
        (values, parts) => {
          const quotations = new Quotations();
          for (const one of values) {
            quotations.add(one);
          }
          const forms = values.flatMap((one) => [...writtenForms(one)]);
          const text = parts.map(([before, index]) => before + (forms[index % forms.length] ?? '')).join('');
          const expected = masked(values, text);
          assert.equal(quotations.mask(text, text.length, '*'), expected);
          assert.equal(quotations.isIn(text), text !== expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('finds a value at every place, whatever the steps are', () => {
    for (let length = 4; length < 40; length++) {
      const one = 'qwertzuiopasdfghjklyxcvbnm0123456789QWERTZ'.slice(0, length);
      const quotations = new Quotations();
      quotations.add(one);
      for (let before = 0; before < 40; before++) {
        assert(quotations.isIn('-'.repeat(before) + one), `${length} at ${before}`);
        assert(!quotations.isIn('-'.repeat(before) + one.slice(1)), `${length} at ${before}`);
      }
    }
  });

  it('knows nothing before something is added', () => {
    assert(!new Quotations().isIn('anything'));
    assert.equal(new Quotations().mask('anything', 3, '*'), 'any');
  });
});
