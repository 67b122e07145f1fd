import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../host/places.ts';
import { sentences } from '../l10n/sentences.ts';

const longest = 120;

/** Beginnings of what stands below a question or a message, where there is room to explain. */
const details: readonly string[] = [
  'This removes 1 connection,',
  'This removes {0} connections,',
  'Reading this list changes something:',
  '“{0}” ({1}) asks to read which accounts',
  'Tokens that Mage AI keeps for Git and SSO providers are in the same list.',
  'Its refresh token, if there is one,',
  'The server keeps this token for a Git or SSO provider',
  'The refresh token and the access token attached to “{0}”',
  'They can be kept for this session only:',
  'Mage AI deletes all unexpired tokens',
  'The attached credentials are deleted',
  'It has the shape of a token of this kind:',
  'Tokens of other {0} servers look the same.',
  '{0} does not revoke it by its value.',
  'Every program can read the clipboard,',
];

/** What a reader has to think about before it means something. */
const riddles =
  /\b(nobody|whoever|somebody|wholly|anew|thereby|got with|at fault|in trouble|in order\b(?! to| of)|no moment|everybody|anybody|says nothing|to be told|be told apart|could not be told|is told|brings this|brings a|was brought|the way back)\b/i;

function fileTexts(name: string): string[] {
  const value: unknown = JSON.parse(readFileSync(join(projectRoot, name), 'utf8'));
  assert(typeof value === 'object' && value !== null);
  return Object.values(value).map(String);
}

/** The last column of the glossary. */
function forbiddenTerms(): string[] {
  const text = readFileSync(join(projectRoot, 'CONTRIBUTING.md'), 'utf8');
  const [, table = ''] = /^\| English \|.*\n\|[- |]+\n((?:\|.*\n)+)/m.exec(text) ?? [];
  const cells = table.split('\n').flatMap((row) => row.split('|').at(-2)?.split(',') ?? []);
  return cells.map((term) => term.trim()).filter((term) => term !== '');
}

describe('what users read', () => {
  const messages = [...new Set(sentences().flatMap(({ text }) => text ?? []))];

  it('is short, unless it is a detail below a message', () => {
    const isDetail = (text: string) => details.some((beginning) => text.startsWith(beginning));
    assert.deepEqual(
      messages.filter((text) => text.length > longest && !isDetail(text)),
      [],
    );
    const left = details.filter((beginning) => !messages.some((text) => text.startsWith(beginning)));
    assert.deepEqual(left, [], 'details that no sentence begins with');
  });

  it('has no straight apostrophe between letters', () => {
    const all = [...messages, ...fileTexts('package.nls.json')];
    assert.deepEqual(
      all.filter((text) => /\p{L}'\p{L}/u.test(text)),
      [],
    );
  });

  it('poses no riddles', () => {
    const all = [...messages, ...fileTexts('package.nls.json')];
    assert.deepEqual(
      all.filter((text) => riddles.test(text)),
      [],
    );
  });

  it('uses the terms of the glossary and none that it forbids, in every language', () => {
    const terms = forbiddenTerms();
    assert(terms.includes('Passwort') && terms.includes('吊销'), 'the glossary is not read');
    const files = ['l10n/bundle.l10n', 'package.nls'].flatMap((name) => [
      `${name}.json`,
      `${name}.de.json`,
      `${name}.zh-cn.json`,
    ]);
    const isUsed = (term: string, text: string) =>
      /^\w/.test(term) ? new RegExp(`\\b${term}\\b`, 'i').test(text) : text.includes(term);
    const found = files.flatMap((file) =>
      fileTexts(file).flatMap((text) =>
        terms.filter((term) => isUsed(term, text)).map((term) => [term, text]),
      ),
    );
    assert.deepEqual(found, []);
  });
});
