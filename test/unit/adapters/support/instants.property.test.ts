import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isoInstant, pythonInstant, unixSecondsText } from '../../../../src/adapters/support/instants.ts';
import { anyText, property, wholeSecond } from '../../property.ts';

function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}

/** A moment as a clock at that offset shows it, in Python's or ISO's way of writing. */
function written(at: number, separator: string, fraction: string, offsetMinutes: number): string {
  const local = new Date(at + offsetMinutes * 60_000);
  const date = [pad(local.getUTCFullYear(), 4), pad(local.getUTCMonth() + 1), pad(local.getUTCDate())].join(
    '-',
  );
  const time = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()]
    .map((n) => pad(n))
    .join(':');
  return `${date}${separator}${time}${fraction}`;
}

function offsetText(minutes: number, colon: string): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}${colon}${pad(size % 60)}`;
}

const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });

describe('properties of instants', () => {
  property(
    'isoInstant reads a moment written with any offset and any fraction',
    (at: number, minutes: number, fraction: number) => {
      const text = written(at, 'T', `.${pad(fraction, 3)}`, minutes) + offsetText(minutes, ':');
      assert.equal(isoInstant().parse(text), at + fraction);
      assert.equal(isoInstant().parse(new Date(at + fraction).toISOString()), at + fraction);
    },
    wholeSecond,
    offset,
    fc.integer({ min: 0, max: 999 }),
  );

  property(
    'pythonInstant reads a moment written with any offset, or with none, which means UTC',
    (at: number, minutes: number, micros: number, separator: string, colon: string) => {
      const fraction = micros === 0 ? '' : `.${pad(micros, 6)}`;
      const milliseconds = at + Math.floor(micros / 1000);
      assert.equal(pythonInstant().parse(written(at, separator, fraction, 0)), milliseconds);
      assert.equal(pythonInstant().parse(`${written(at, separator, fraction, 0)}Z`), milliseconds);
      const elsewhere = written(at, separator, fraction, minutes) + offsetText(minutes, colon);
      assert.equal(pythonInstant().parse(elsewhere), milliseconds, elsewhere);
    },
    wholeSecond,
    offset,
    fc.integer({ min: 0, max: 999_999 }),
    fc.constantFrom(' ', 'T'),
    fc.constantFrom(':', ''),
  );

  property(
    'no date reader makes a moment of a day or hour that does not exist',
    (year: number, month: number, day: number, hour: number, minute: number) => {
      const date = [pad(year, 4), pad(month), pad(day)].join('-');
      const text = `${date}T${pad(hour)}:${pad(minute)}:00Z`;
      const real = new Date(Date.UTC(year, month - 1, day, hour, minute));
      const exists = real.toISOString().startsWith(text.slice(0, 16));
      for (const reader of [isoInstant(), pythonInstant()]) {
        const read = reader.safeParse(text);
        assert.equal(read.success, exists, text);
        assert.equal(read.data, exists ? real.getTime() : undefined);
      }
    },
    fc.integer({ min: 1000, max: 9999 }),
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
    fc.integer({ min: 0, max: 25 }),
    fc.integer({ min: 0, max: 61 }),
  );

  property(
    'every date reader gives a moment that a date can hold, or says that there is none',
    (text: string) => {
      for (const reader of [isoInstant(), pythonInstant(), unixSecondsText()]) {
        const { success, data } = reader.safeParse(text);
        assert(!success || !Number.isNaN(new Date(data).getTime()), `${text} became ${data}`);
      }
    },
    fc.oneof(
      anyText,
      fc.stringMatching(/^\d{1,20}$/),
      fc.stringMatching(/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/),
    ),
  );

  property(
    'unixSecondsText reads every whole second that a date can hold',
    (seconds: number) => assert.equal(unixSecondsText().parse(String(seconds)), seconds * 1000),
    fc.integer({ min: 0, max: 8_640_000_000_000 }),
  );
});
