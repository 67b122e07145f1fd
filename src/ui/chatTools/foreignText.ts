import { displayText } from '../../core/model/displayText.ts';
import { mask } from '../../core/model/secret.ts';
import { maskShapes } from '../../core/model/secretShapes.ts';

const longestName = 120;
const longestSentence = 600;

/** In a word that services abbreviate a value to: stars, or dots between some of its characters. */
const abbreviation = /[*•]{3}|[\w-]{2}(?:…|\.{3})[\w-]{2}/;

/** A run that no word is as long as, with letters and digits mixed, as values of unknown kinds are. */
const longRun = /(?<![\w+=-])(?=[\w+=-]*\d)(?=[\w+=-]*[A-Za-z])[\w+=-]{32,}/g;

/**
 * Text of a service or a user for a chat, which keeps it and passes it on: one line, cut, and without anything that
 * could be a value or a part of one. Rather a name too few than a value too many.
 */
export function foreignText(text: string): string {
  return withoutValues(text, longestName);
}

export function foreignTexts(texts: readonly string[]): readonly string[] {
  return texts.map(foreignText);
}

/** A sentence of ours, which may quote a service. */
export function sentence(text: string): string {
  return withoutValues(text, longestSentence);
}

function withoutValues(text: string, longest: number): string {
  const shown = displayText(text, 1000);
  const masked = maskShapes(shown)
    .replace(/\S+/g, (word) => (abbreviation.test(word) ? mask : word))
    .replace(longRun, mask);
  return displayText(masked, longest);
}
