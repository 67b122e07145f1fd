import assert from 'node:assert/strict';
import { sentenceKey, shortened, translationOf } from '../../../../src/ui/text/sentenceKey.ts';
import { translatedTexts } from '../../../l10n/sentences.ts';

describe('the translations as they are published', () => {
  it('hold each translation, found by its English sentence', () => {
    const translations = Object.fromEntries(translatedTexts().map((text, index) => [text, `${index}`]));
    const published = shortened(translations);
    for (const [text, translated] of Object.entries(translations)) {
      assert.equal(translationOf(text, published), translated, text);
    }
  });

  it('leave two sentences with the same key as they are', () => {
    const [one, other] = twoWithTheSameKey();
    const published = shortened({ [one]: 'eins', [other]: 'zwei', Three: 'drei' });
    assert.deepEqual(published, { [one]: 'eins', [other]: 'zwei', [sentenceKey('Three')]: 'drei' });
    assert.equal(translationOf(other, published), 'zwei');
  });

  it('leave English where there is no translation', () => {
    assert.equal(translationOf('Revoke'), 'Revoke');
    assert.equal(translationOf('Revoke', shortened({ Renew: 'Erneuern' })), 'Revoke');
  });
});

function twoWithTheSameKey(): [string, string] {
  const seen = new Map<string, string>();
  for (let number = 0; ; number++) {
    const sentence = `Sentence ${number}`;
    const key = sentenceKey(sentence);
    const other = seen.get(key);
    if (other !== undefined) {
      return [other, sentence];
    }
    seen.set(key, sentence);
  }
}
