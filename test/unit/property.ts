import fc from 'fast-check';
import type { HttpResponse } from '../../src/core/http/client.ts';
import { TokenManagerError } from '../../src/core/model/errors.ts';

/** Holds for whatever the inputs are. */
export function property<T extends [unknown, ...unknown[]]>(
  sentence: string,
  ...[holds, ...inputs]: [(...values: T) => void | Promise<void>, ...{ [K in keyof T]: fc.Arbitrary<T[K]> }]
): void {
  it(sentence, () =>
    fc.assert(
      fc.asyncProperty<T>(...inputs, async (...values) => holds(...values)),
      { numRuns: 500 },
    ),
  );
}

/** Any text that JSON can carry, lone surrogates, controls and markup among it. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      ' ',
      '\n',
      '\u0001',
      '\u202e',
      '\u200b',
      '\ud800',
      '$(',
      '](',
      '<',
      '`',
      '\\',
      '&#x3c;',
    ),
  }),
);

export const wellFormedText = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });

/** The moments a JavaScript date can hold that vendors can write with four digits of a year, to the millisecond. */
export const moment = fc.integer({ min: Date.UTC(1, 0), max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) });

export const locale = fc.constantFrom('en', 'de', 'ja', 'ar', 'pt-BR');

export const secretText = fc
  .string({ unit: 'grapheme', minLength: 4, maxLength: 40 })
  .filter((text) => !/[•\s]/.test(text));

export function isTokenManagerError(kind: string): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof TokenManagerError && thrown.kind === kind;
}

export const wholeSecond = fc
  .integer({ min: Date.UTC(1000, 0) / 1000, max: Date.UTC(9998, 0) / 1000 })
  .map((seconds) => seconds * 1000);

export function answerWith(body: string): HttpResponse {
  return { status: 200, headers: {}, body, retryAt: undefined, redact: (text) => text };
}
