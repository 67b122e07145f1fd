import { parseJson } from '../../core/json.ts';

/** The value of a JSON text, or `undefined` for one that is not there or is no JSON. */
export function parsedJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : parseJson(text);
  } catch {
    return undefined;
  }
}
