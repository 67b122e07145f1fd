import { TokenRecognizer, type TokenShape } from '../../core/leaks/recognize.ts';
import { mask } from '../../core/model/secret.ts';
import { maskShapes } from '../../core/model/secretShapes.ts';

/** Masks what looks like a token of any known service: files have one where a name is expected, too. */
export function hideTokens(shapes: readonly TokenShape[]): (text: string) => string {
  const recognizer = new TokenRecognizer(shapes);
  return (text) => {
    const found = recognizer.find(text);
    const parts = found.map(({ start }, index) => text.slice(found[index - 1]?.end ?? 0, start));
    return maskShapes([...parts, text.slice(found.at(-1)?.end ?? 0)].join(mask));
  };
}
