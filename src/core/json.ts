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
 * @throws SyntaxError, whose message quotes the text; RangeError for a long text that nests deeper than any list
 */
export function parseJson(text: string): unknown {
  const plain = withoutMark(text);
  const quoted = withNumbersQuoted(plain, writtenOtherwise);
  const value: unknown = JSON.parse(plain);
  if (quoted !== plain) {
    keepWritings(value, JSON.parse(quoted));
  }
  return value;
}

/** The same with the digits of whole numbers that JavaScript would round as a text in their place. */
export function parseJsonExactly(text: string): unknown {
  return JSON.parse(withNumbersQuoted(withoutMark(text), rounded));
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

/** Below a symbol that nothing enumerates: elsewhere the value is what it would have been. */
const writings = Symbol('writings of numbers');

const byteOrderMark = 0xfeff;

function withoutMark(text: string): string {
  return text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
}

function exactText(value: number): string | undefined {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value);
}

interface OddNumbers {
  /** Finds them, and sometimes what is none: much cheaper than to follow the strings. Not at the text’s beginning. */
  readonly hint: RegExp;
  has(source: string): boolean;
}

/** Whole numbers of fifteen digits are what JavaScript makes of them. A time has a fraction, and more behind it. */
const writtenOtherwise: OddNumbers = {
  hint: /[[,:]\s*-?(?:\d{16}|\d+[.eE][\d.eE+-]+\s*[\]},]|(?<=-)0)/,
  has: (source) => exactText(Number(source)) !== source,
};

const rounded: OddNumbers = {
  hint: /[[,:]\s*-?\d(?:\d{15}|[\d.]*[eE])/,
  has: (source) => exactText(Number(source)) === undefined,
};

/** Notes how numbers are written that stand as texts in an otherwise equal value. */
function keepWritings(value: unknown, quoted: unknown): void {
  // No recursion: a text of some megabytes may nest deeper than the stack is.
  const waiting: [unknown, unknown][] = [[value, quoted]];
  for (let pair = waiting.pop(); pair; pair = waiting.pop()) {
    const [holder, texts] = pair;
    if (typeof holder !== 'object' || holder === null || typeof texts !== 'object' || texts === null) {
      continue;
    }
    let written: Map<string, string> | undefined;
    for (const key of Object.keys(holder)) {
      const inner: unknown = Reflect.get(holder, key);
      const text: unknown = Reflect.get(texts, key);
      if (typeof inner === 'object') {
        waiting.push([inner, text]);
      } else if (typeof inner === 'number' && typeof text === 'string') {
        written ??= new Map();
        written.set(key, text);
      }
    }
    if (written) {
      Object.defineProperty(holder, writings, { value: written });
    }
  }
}

/**
 * The text with those numbers in quotation marks; the very same where there are none, as nearly always. A reviver
 * would be told of them, too (https://tc39.es/proposal-json-parse-with-source/), but takes ten times as long as
 * parsing.
 */
function withNumbersQuoted(text: string, odd: OddNumbers): string {
  const isLong = text.length >= longText;
  if (!isLong && !odd.hint.test(text) && !/^\s*[-\d]/.test(text)) {
    return text;
  }
  let quoted = '';
  let done = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quotationMark) {
      at = endOfString(text, at);
    } else if (isNumberPart(code)) {
      const end = endOfNumber(text, at);
      const source = text.slice(at, end);
      if (number.test(source) && odd.has(source) && isValue(text, end)) {
        quoted += `${text.slice(done, at)}"${source}"`;
        done = end;
      }
      at = end - 1;
    } else if (code === openingBracket || code === openingBrace) {
      depth++;
      if (isLong && depth > deepest) {
        throw new RangeError('JSON that nests too deep');
      }
    } else if (code === openingBracket + 2 || code === openingBrace + 2) {
      depth--;
    }
  }
  return done === 0 ? text : quoted + text.slice(done);
}

/** The numbers of RFC 8259 section 6: what is none stays as it is, to be refused. */
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** The parser takes a second for a megabyte of brackets in each other, which in a short text are not many. */
const longText = 0x4_0000;
const deepest = 500;
/** The closing ones are two further on. */
const openingBracket = 0x5b;
const openingBrace = 0x7b;
const quotationMark = 0x22;
const backslash = 0x5c;
const minus = 0x2d;
const zero = 0x30;

function isDigit(code: number): boolean {
  return code >= zero && code <= 0x39;
}

/** A digit, or one of `.eE+-`. */
function isNumberPart(code: number): boolean {
  return isDigit(code) || code === 0x2e || code === 0x65 || code === 0x45 || code === 0x2b || code === minus;
}

function endOfNumber(text: string, from: number): number {
  let at = from;
  while (isNumberPart(text.charCodeAt(at))) {
    at++;
  }
  return at;
}

/** Where the string that begins there has its other quotation mark, or else the end of the text. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) === backslash) {
      before--;
    }
    if ((at - before) % 2 === 1) {
      return at;
    }
  }
  return text.length;
}

/** Not a member’s name, which a text could be and a number could not. */
function isValue(text: string, end: number): boolean {
  const after = /\S|$/g;
  after.lastIndex = end;
  return after.exec(text)?.[0] !== ':';
}
