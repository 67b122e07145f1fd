import { quotedName } from './model/displayText.ts';
import type { Localize } from './ports.ts';

/**
 * The one way to a sentence: what stands between quotation marks in it cannot end them, and go on as if the rest were
 * ours. Which values those are is said by the English sentence; translations quote the same ones.
 */
export function withQuotedNames(translate: Localize): Localize {
  const places = new Map<string, ReadonlySet<number>>();
  return (message, ...args) => {
    if (!message.includes('“')) {
      return translate(message, ...args);
    }
    const quoted = places.get(message) ?? quotedPlaces(message);
    places.set(message, quoted);
    return translate(
      message,
      ...args.map((arg, index) => (typeof arg === 'string' && quoted.has(index) ? quotedName(arg) : arg)),
    );
  };
}

/** The numbers of the values that a sentence puts between quotation marks, in any of our languages. */
export function quotedPlaces(sentence: string): ReadonlySet<number> {
  const quotations = sentence.match(/[“„][^“”„]*[“”]/g) ?? [];
  const values = quotations.flatMap((quotation) => quotation.match(/(?<=\{)\d+(?=\})/g) ?? []);
  return new Set(values.map(Number));
}
