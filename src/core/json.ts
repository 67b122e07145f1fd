/** What JSON of unknown origin holds, looked at by hand where zod is not loaded or would cost too much. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/**
 * The value of a JSON text. How a number was written is kept where JavaScript’s number reads otherwise, for
 * {@link numberText}. A byte order mark in front is no part of it (RFC 8259 section 8.1).
 * @throws SyntaxError, whose message quotes the text
 */
export function parseJson(text: string): unknown {
  return parsedBy(remember, text);
}

/** The same with the digits of whole numbers that JavaScript would round as a text in their place. */
export function parseJsonExactly(text: string): unknown {
  return parsedBy(keepDigits, text);
}

/**
 * How a number in JSON is written: some services name things by numbers, and beyond 2^53 JavaScript gives
 * several of them the same value. `undefined` for what is no number, and for one whose digits are not known.
 * @param holder the object or array that it was found in, as {@link parseJson} made it
 */
export function numberText(holder: object, key: string | number): string | undefined {
  const value: unknown = Reflect.get(holder, key);
  if (typeof value !== 'number') {
    return undefined;
  }
  const written: unknown = Reflect.get(holder, writings);
  const text = written instanceof Map ? written.get(String(key)) : undefined;
  return typeof text === 'string' ? text : exactText(value);
}

function parsedBy(reviver: Reviver, text: string): unknown {
  const plain = text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
  // Reviving takes ten times as long as parsing, and hardly an answer has such a number.
  return oddNumber.test(plain) ? JSON.parse(plain, reviver) : JSON.parse(plain);
}

/** https://tc39.es/proposal-json-parse-with-source/; the checker’s library does not know it yet. */
interface Context {
  readonly source?: string;
}

type Reviver = (this: object, key: string, value: unknown, context?: Context) => unknown;

/** Below a symbol that nothing enumerates: for everybody else the value is what it would have been. */
const writings = Symbol('writings of numbers');

const byteOrderMark = 0xfeff;

/** A number that may read otherwise than it is written; also some texts that hold what looks like one. */
const oddNumber = /(?:"\s*:|[,[])\s*(?:-0|-?[\d.]{16}|-?\d+(?:\.\d*0(?!\d)|[.\d]*[eE]))|^\s*-?\d/;

function remember(this: object, key: string, value: unknown, context?: Context): unknown {
  if (typeof value === 'number' && context?.source !== undefined && context.source !== exactText(value)) {
    const written: unknown = Reflect.get(this, writings);
    const texts = written instanceof Map ? written : new Map<string, string>();
    texts.set(key, context.source);
    Object.defineProperty(this, writings, { value: texts, configurable: true });
  }
  return value;
}

function keepDigits(this: object, _: string, value: unknown, context?: Context): unknown {
  return typeof value === 'number' && exactText(value) === undefined && context?.source !== undefined
    ? context.source
    : value;
}

function exactText(value: number): string | undefined {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value);
}
