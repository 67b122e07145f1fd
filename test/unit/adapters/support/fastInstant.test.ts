import assert from 'node:assert/strict';
import { fastInstant } from '../../../../src/adapters/support/fastInstant.ts';

const day = 86_400_000;

describe('the fast way to read a moment', () => {
  it('reads every day of four centuries as the slow way does', () => {
    for (let at = Date.UTC(1890, 0, 1, 1, 2, 3, 4); at < Date.UTC(2301, 0, 1); at += day) {
      const text = new Date(at).toISOString();
      assert.equal(fastInstant(text), at, text);
    }
  });

  it('reads the first and the last moment of a day, and of all that have four digits', () => {
    for (const text of [
      '2026-11-22T00:00:00.000Z',
      '2026-11-22T23:59:59.999Z',
      '0000-01-01T00:00:00.000Z',
      '9999-12-31T23:59:59.999Z',
    ]) {
      assert.equal(fastInstant(text), Date.parse(text), text);
    }
  });

  it('leaves everything else to the slow way', () => {
    for (const text of [
      '',
      '2026-11-22',
      '2026-11-22T00:00:00Z',
      '2026-11-22T00:00:00.000+01:00',
      '2026-02-29T00:00:00.000Z',
      '1900-02-29T00:00:00.000Z',
      '2026-04-31T00:00:00.000Z',
      '2026-13-01T00:00:00.000Z',
      '2026-00-01T00:00:00.000Z',
      '2026-01-00T00:00:00.000Z',
      '2026-01-32T00:00:00.000Z',
      '2026-01-01T24:00:00.000Z',
      '2026-01-01T00:60:00.000Z',
      '2026-01-01T00:00:60.000Z',
      '2026-01-01 00:00:00.000Z',
      '2026-01-01T00:00:00,000Z',
      '2026-01-01T00:00:00.0x0Z',
      '2026-01-01T00:00:00.00xZ',
      '2a26-01-01T00:00:00.000Z',
      '2026-1x-01T00:00:00.000Z',
      '٢026-01-01T00:00:00.000Z',
    ]) {
      assert(Number.isNaN(fastInstant(text)), text);
    }
  });
});
