import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../host/places.ts';
import { bundleFile, sentences, sentencesIn } from '../l10n/sentences.ts';

function keysOf(file: string): string[] {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  assert(typeof value === 'object' && value !== null);
  return Object.keys(value).sort();
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

  it('has just the sentences of the code in l10n/bundle.l10n.json (npm run l10n writes it)', () => {
    const inCode = [...new Set(sentences().flatMap(({ text }) => text ?? []))].sort();
    assert.deepEqual(keysOf(bundleFile), inCode);
  });

  it('has just the manifest’s keys in package.nls.json', () => {
    const manifest = readFileSync(join(projectRoot, 'package.json'), 'utf8');
    const used = [...new Set([...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key))].sort();
    assert.deepEqual(keysOf(join(projectRoot, 'package.nls.json')), used);
  });
});
