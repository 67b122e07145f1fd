import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { descriptionSchema, sectionsOf } from '../../src/adapters/declarative/description.ts';
import { shelfEntry, shelfIds } from '../documents/shelf.ts';
import { projectRoot } from '../host/places.ts';
import { bundleFile, sentences, sentencesIn, translatedTexts } from '../l10n/sentences.ts';

/** Each complete, beside English. */
const languages = ['de', 'zh-cn'] as const;

/** Characters that a line of VS Code’s quick pick shows, about, in the width it has at most. */
const pickerLine = 85;

const manifestTexts = join(projectRoot, 'package.nls.json');

function texts(file: string): Record<string, string> {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  assert(typeof value === 'object' && value !== null);
  return Object.fromEntries(
    Object.entries(value).map(([key, text]: [string, unknown]) => {
      assert(typeof text === 'string', `${key} in ${file} is no text`);
      return [key, text];
    }),
  );
}

function keysOf(file: string): string[] {
  return Object.keys(texts(file)).sort();
}

/** What the rows of a service's longest list are labelled with. */
function labelsOf(id: string): string[] {
  const sections = sectionsOf(descriptionSchema().parse(shelfEntry(id).description));
  const labels = sections.map(({ token }) => Object.keys(token.fields));
  return labels.reduce((one, other) => (one.length < other.length ? other : one), []);
}

/** A button or a command: a name and not a sentence, in title case. */
function isName(text: string): boolean {
  const words = text.replace('…', '').split(' ');
  return words.length > 1 && words.every((word) => /^(?:[A-Z]|\p{Ll}{1,4}$)/u.test(word));
}

/** Without what tells only a menu entry from a title, or one from several. */
function bareName(text: string): string {
  return text.replace('…', '').toLowerCase().replaceAll(/s\b/g, '');
}

/** What a translation must keep: places for values, product names in code style, and what a click runs. */
function fixedParts(text: string): string[] {
  return (text.match(/\{\d+\}|\(command:[\w.]+\)|`[^`]+`/g) ?? []).sort();
}

describe('localization', () => {
  it('hands every sentence to the translator as a literal', () => {
    const unreadable = sentences().filter(({ text }) => text === undefined);
    assert.deepEqual(unreadable, []);
    assert.deepEqual(
      sentencesIn('x', 'localize(variable)').map(({ text }) => text),
      [undefined],
    );
  });

  it('hands over whole sentences, none that is a piece to be put together', () => {
    const pieces = sentences().filter(({ text }) => text !== undefined && /^[\s,;.:]|[\s,;]$/.test(text));
    assert.deepEqual(pieces, []);
  });

  it('has just the sentences of the code and of the shelf in l10n/bundle.l10n.json (npm run l10n writes it)', () => {
    assert.deepEqual(keysOf(bundleFile), translatedTexts());
  });

  for (const language of languages) {
    it(`keeps labels of a service apart in ${language}`, () => {
      const words = texts(bundleFile.replace('.json', `.${language}.json`));
      for (const id of shelfIds()) {
        const labels = labelsOf(id);
        assert.equal(new Set(labels.map((label) => words[label] ?? label)).size, labels.length, id);
      }
    });
  }

  it('has just the manifest’s keys in package.nls.json', () => {
    const manifest = readFileSync(join(projectRoot, 'package.json'), 'utf8');
    const used = [...new Set([...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key))].sort();
    assert.deepEqual(keysOf(manifestTexts), used);
  });

  for (const language of languages) {
    describe(`in ${language}`, () => {
      const pairs = [
        {
          name: 'the sentences',
          english: bundleFile,
          translated: bundleFile.replace('.json', `.${language}.json`),
        },
        {
          name: 'the manifest’s texts',
          english: manifestTexts,
          translated: manifestTexts.replace('.json', `.${language}.json`),
        },
      ];
      const translations = pairs.flatMap(({ english, translated }) => {
        const originals = texts(english);
        return Object.entries(texts(translated)).map(([key, text]) => ({
          original: originals[key] ?? key,
          text,
        }));
      });
      const names = translations.filter(({ original }) => isName(original));

      it('gives no two buttons or commands one name', () => {
        const byText = Map.groupBy(names, ({ text }) => text.replace('…', ''));
        const shared = [...byText.values()]
          .map((group) => [...new Set(group.map(({ original }) => bareName(original)))])
          .filter((originals) => originals.length > 1);
        assert.deepEqual(shared, []);
      });

      it('names a command in the sentences as in the manifest', () => {
        const byOriginal = Map.groupBy(names, ({ original }) => original.replace('…', ''));
        const split = [...byOriginal.values()]
          .map((group) => [...new Set(group.map(({ text }) => text.replace('…', '')))])
          .filter((those) => those.length > 1);
        assert.deepEqual(split, []);
      });

      it('says what a service offers in one line of the list of services', () => {
        const lines = translations.filter(({ original }) => /^[^.]+: (?:list|sign in)\b/.test(original));
        assert(lines.length > 6, 'they are worded otherwise');
        assert.deepEqual(
          lines.filter(({ text }) => text.length > pickerLine),
          [],
        );
      });

      for (const { name, english, translated } of pairs) {
        it(`has ${name}, no more and no fewer`, () => {
          assert(existsSync(translated), translated);
          const [there, wanted] = [keysOf(translated), keysOf(english)];
          const missing = wanted.filter((key) => !there.includes(key));
          const leftOver = there.filter((key) => !wanted.includes(key));
          assert.deepEqual({ missing, leftOver }, { missing: [], leftOver: [] });
        });

        it(`keeps in ${name} every place for a value and every command`, () => {
          const originals = texts(english);
          for (const [key, text] of Object.entries(texts(translated))) {
            assert.notEqual(text.trim(), '', key);
            assert.deepEqual(fixedParts(text), fixedParts(originals[key] ?? ''), `${key}: ${text}`);
          }
        });
      }
    });
  }
});
