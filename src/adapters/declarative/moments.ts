import type { Item } from '../../core/model/item.ts';

/** Before this, no service of today made, used or ended a token: what says so means something else. */
const earliest = Date.UTC(2000, 0, 1);
const earliestMilliseconds = 1e11;
const plainDate = /^\d{4}-\d\d-\d\d$/;

/**
 * Epoch milliseconds of an ISO 8601 moment, a plain date (its first moment in UTC), or Unix seconds or
 * milliseconds; `undefined` for anything else, and for a moment before the year 2000.
 */
export function momentOf(value: unknown): number | undefined {
  const at = writtenMoment(value);
  return at !== undefined && at >= earliest ? at : undefined;
}

/** What services write where there is no moment: 0, -1, and year 1 (Go's zero time) or whatever comes before it. */
export function isNoMoment(value: unknown): boolean {
  const at = writtenMoment(value);
  return value === 0 || value === -1 || (typeof value === 'string' && at !== undefined && at < firstYear);
}

const firstYear = Date.parse('0002-01-01T00:00:00Z');

function writtenMoment(value: unknown): number | undefined {
  if (typeof value === 'number') {
    const at = value < earliestMilliseconds ? value * 1000 : value;
    return Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? at : undefined;
  }
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value)) {
    return undefined;
  }
  const at = Date.parse(plainDate.test(value) || /(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`);
  return Number.isNaN(at) ? undefined : at;
}

/** A moment as services take it. */
export function written(at: number, as: 'date' | 'iso' | 'seconds' | 'milliseconds'): string | number {
  switch (as) {
    case 'date':
      return new Date(at).toISOString().slice(0, 10);
    case 'iso':
      return new Date(at).toISOString();
    case 'seconds':
      return Math.floor(at / 1000);
    case 'milliseconds':
      return at;
  }
}

/**
 * When a token made at `now` ends that shall live as long as this one: whole days more, because services that take
 * dates end tokens at their first moment. `undefined` for one without an end, or of unknown age.
 */
export function sameLength({ createdAt, lifetime }: Item, now: number): number | undefined {
  if (createdAt === undefined || lifetime.kind !== 'expires' || lifetime.at <= createdAt) {
    return undefined;
  }
  return now + Math.ceil((lifetime.at - createdAt) / dayMs) * dayMs;
}

const dayMs = 24 * 60 * 60_000;
