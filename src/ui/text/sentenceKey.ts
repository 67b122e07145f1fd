/**
 * What stands for a sentence in the translations as they are published, where the sentence itself would be half of each
 * file (FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/). No sentence is written like this.
 */
export function sentenceKey(sentence: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < sentence.length; index++) {
    hash = Math.imul(hash ^ sentence.charCodeAt(index), 0x01000193);
  }
  return `#${(hash >>> 12).toString(36)}`;
}

/** @returns the translations by such keys; where two sentences have the same, both stand for themselves */
export function shortened(translations: Readonly<Record<string, string>>): Record<string, string> {
  const counts = new Map<string, number>();
  for (const sentence of Object.keys(translations)) {
    const key = sentenceKey(sentence);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Object.fromEntries(
    Object.entries(translations).map(([sentence, translated]) => {
      const key = sentenceKey(sentence);
      return [counts.get(key) === 1 ? key : sentence, translated];
    }),
  );
}

/** The sentence of {@link shortened} translations; itself when there is none. */
export function translationOf(sentence: string, translations: Readonly<Record<string, string>> = {}): string {
  return translations[sentence] ?? translations[sentenceKey(sentence)] ?? sentence;
}
