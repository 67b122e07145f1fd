import assert from 'node:assert/strict';
import { isoInstant, pythonInstant, unixSecondsText } from '../../../../src/adapters/support/instants.ts';

const noon = Date.UTC(2026, 10, 20, 12, 0, 5);

describe('the vendors’ ways of writing a moment', () => {
  const cases: readonly [string, { safeParse(text: string): { data?: unknown } }, string, number][] = [
    ['ISO 8601 in UTC', isoInstant(), '2026-11-20T12:00:05.250Z', noon + 250],
    ['ISO 8601 elsewhere', isoInstant(), '2026-11-20T13:30:05+01:30', noon],
    ['Python with an offset', pythonInstant(), '2026-11-20 07:00:05.250999-05:00', noon + 250],
    ['Python without an offset, which means UTC', pythonInstant(), '2026-11-20 12:00:05', noon],
    ['Python with one digit of a second', pythonInstant(), '2026-11-20 12:00:05.5', noon + 500],
    ['Python with an offset without a colon', pythonInstant(), '2026-11-20T12:00:05+0000', noon],
    ['Unix seconds', unixSecondsText(), '1795176005', noon],
    [
      'the far future in ISO 8601',
      isoInstant(),
      '9999-12-31T23:59:59.999Z',
      Date.UTC(9999, 11, 31, 23, 59, 59, 999),
    ],
    ['the far future in Python', pythonInstant(), '9999-12-31 23:59:59', Date.UTC(9999, 11, 31, 23, 59, 59)],
    ['the last second there is', unixSecondsText(), '8640000000000', 8.64e15],
    ['the day that only leap years have', pythonInstant(), '2028-02-29 00:00:00', Date.UTC(2028, 1, 29)],
  ];
  for (const [name, reader, text, at] of cases) {
    it(`reads ${name}`, () => {
      assert.equal(reader.safeParse(text).data, at);
    });
  }

  const refusals: readonly [string, { safeParse(text: string): { success: boolean } }, string][] = [
    ['the 31st of June', pythonInstant(), '2026-06-31 00:00:00'],
    ['the 29th of February outside a leap year', pythonInstant(), '2026-02-29 00:00:00'],
    ["24 o'clock", pythonInstant(), '2026-02-20 24:00:00'],
    ['a leap second', pythonInstant(), '2016-12-31 23:59:60'],
    ['month 13', isoInstant(), '2026-13-01T00:00:00Z'],
    ['ISO 8601 without an offset', isoInstant(), '2026-11-20T12:00:05'],
    ['a second after the last one', unixSecondsText(), '8640000000001'],
    ['a negative number', unixSecondsText(), '-1'],
    ['a fraction', unixSecondsText(), '1.5'],
    ['nothing', pythonInstant(), ''],
  ];
  for (const [name, reader, text] of refusals) {
    it(`refuses ${name} instead of taking it for something else`, () => {
      assert.equal(reader.safeParse(text).success, false);
    });
  }
});
