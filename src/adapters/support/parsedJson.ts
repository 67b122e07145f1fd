import { parseJsonExactly } from '../../core/json.ts';

/** The value of a JSON text, or `undefined` for one that is not there or is no JSON. Whole numbers that JavaScript would round are texts. */
export function parsedJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : parseJsonExactly(text);
  } catch {
    return undefined;
  }
}
