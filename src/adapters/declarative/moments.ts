import type { Item } from '../../core/model/item.ts';
import { day, lastInstant } from '../../core/model/time.ts';
import type { MomentMap } from './description.ts';
import { valueAt } from './paths.ts';

/** Before this, no service of today made, used or ended a token: what says so means something else. */
const earliest = Date.UTC(2000, 0, 1);
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const earliestMilliseconds = 1e11;

export type Moment =
  /** Epoch milliseconds. */
  | { readonly kind: 'at'; readonly at: number }
  /** The service says that there is none, by the description. */
  | { readonly kind: 'never' }
  | { readonly kind: 'null' }
  /** What stands for none in some language: 0, -1, year 1. */
  | { readonly kind: 'none' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable' };

/** @param now epoch milliseconds by the service's clock */
export function momentAt(token: unknown, map: MomentMap, now: number): Moment {
  const { at: place, never = [], absent, secondsFrom } = typeof map === 'string' ? { at: map } : map;
  const value = valueAt(token, place);
  if (value === undefined || value === null) {
    return { kind: absent === 'never' ? 'never' : value === null ? 'null' : 'absent' };
  }
  if (never.some((word) => word === value || String(word) === String(value))) {
    return { kind: 'never' };
  }
  const at = secondsFrom === undefined ? momentOf(value) : later(value, base(token, secondsFrom, now));
  if (at !== undefined) {
    return { kind: 'at', at };
  }
  return { kind: isNoMoment(value) ? 'none' : 'unreadable' };
}

const minuteMs = 60_000;

/** Whole minutes: what is counted from now on would otherwise end at another moment each time it is read. */
function base(token: unknown, from: string, now: number): number | undefined {
  return from === 'now' ? Math.round(now / minuteMs) * minuteMs : momentOf(valueAt(token, from));
}

function later(seconds: unknown, from: number | undefined): number | undefined {
  const count = typeof seconds === 'string' && /^\d{1,12}$/.test(seconds) ? Number(seconds) : seconds;
  return typeof count === 'number' && count > 0 && from !== undefined
    ? plausible(from + count * 1000)
    : undefined;
}

/**
 * Epoch milliseconds of an ISO 8601 moment, a plain date (its first moment in UTC), an HTTP date, or Unix seconds or
 * milliseconds; `undefined` for anything else, and for a moment before the year 2000.
 */
export function momentOf(value: unknown): number | undefined {
  return plausible(writtenMoment(value));
}

function plausible(at: number | undefined): number | undefined {
  return at !== undefined && at >= earliest && at <= latest ? at : undefined;
}

/** What services write where there is no moment: 0, -1, and year 1 (Go's zero time) or whatever comes before it. */
function isNoMoment(value: unknown): boolean {
  const at = typeof value === 'string' ? writtenMoment(value) : undefined;
  return value === 0 || value === -1 || (at !== undefined && at < firstYear);
}

const firstYear = Date.parse('0002-01-01T00:00:00Z');
const plainDate = /^\d{4}-\d\d-\d\d$/;
const compact = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z|[+-]\d{4})$/;
/** RFC 5322, with a number or a name for the zone; the weekday may be missing. */
const mailDate =
  /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:GMT|UTC|[+-]\d{4})$/;

function writtenMoment(value: unknown): number | undefined {
  if (typeof value === 'number') {
    const at = value < earliestMilliseconds ? value * 1000 : value;
    return Number.isFinite(at) && Math.abs(at) <= lastInstant ? at : undefined;
  }
  if (typeof value !== 'string') {
    return undefined;
  }
  if (/^\d{9,13}$/.test(value)) {
    return writtenMoment(Number(value));
  }
  const at = Date.parse(mailDate.test(value) ? value : isoText(value));
  return Number.isNaN(at) ? undefined : at;
}

/** JavaScript reads a moment without a zone as one of this computer's. */
function isoText(value: string): string {
  const text = value.replace(compact, '$1-$2-$3T$4:$5:$6$7').replace(/ UTC$/, 'Z');
  if (!/^\d{4}-\d\d-\d\d/.test(text)) {
    return '';
  }
  return plainDate.test(text) || /(?:Z|[+-]\d\d(?::?\d\d)?)$/.test(text) ? text : `${text}Z`;
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
  return now + Math.ceil((lifetime.at - createdAt) / day) * day;
}
