// Everything the product says at run time. Run directly, it writes them to l10n/bundle.l10n.json, from
// which translations are made.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textsOf } from '../../src/adapters/shelf/adapter.ts';
import { shelfEntry, shelfIds } from '../documents/shelf.ts';
import { projectRoot } from '../host/places.ts';

export const bundleFile = join(projectRoot, 'l10n', 'bundle.l10n.json');

const call = /\b(?:l10n\.t|localize|t)\(\s*/g;
const literal = /^(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*[,)]/;

export interface Sentence {
  readonly file: string;
  /** `undefined` where the first argument is not a literal, which cannot be translated. */
  readonly text: string | undefined;
}

export function sentencesIn(file: string, source: string): Sentence[] {
  return [...source.matchAll(call)].map((match) => {
    const found = literal.exec(source.slice(match.index + match[0].length));
    const text = found?.[1] ?? found?.[2];
    return { file, text: text?.replace(/\\(.)/g, '$1') };
  });
}

export function sentences(): Sentence[] {
  const files = globSync('src/**/*.ts', { cwd: projectRoot }).sort();
  return files.flatMap((file) => sentencesIn(file, readFileSync(join(projectRoot, file), 'utf8')));
}

/** Everything that is translated: the sentences, and the texts of services that ship as descriptions. */
export function translatedTexts(): string[] {
  const shelfTexts = shelfIds().flatMap((id) => textsOf(shelfEntry(id)));
  return [...new Set([...sentences().flatMap(({ text }) => text ?? []), ...shelfTexts])].sort();
}

if (import.meta.main) {
  const texts = translatedTexts();
  const bundle = Object.fromEntries(texts.map((text) => [text, text]));
  writeFileSync(bundleFile, `${JSON.stringify(bundle, null, 2)}\n`);
  console.log(`${texts.length} sentences`);
}
