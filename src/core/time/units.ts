import { day, hour, minute, second } from '../model/time.ts';

/** The unit in which a distance in time is told. */
export interface TimeUnit {
  readonly unit: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';
  readonly ms: number;
  /** The shortest distance it is used for, in milliseconds. */
  readonly from: number;
}

const seconds: TimeUnit = { unit: 'second', ms: second, from: 0 };

/** From the largest. */
const units: readonly TimeUnit[] = [
  { unit: 'year', ms: 365 * day, from: 730 * day },
  { unit: 'month', ms: 30 * day, from: 60 * day },
  { unit: 'day', ms: day, from: 2 * day },
  { unit: 'hour', ms: hour, from: 2 * hour },
  { unit: 'minute', ms: minute, from: minute },
  seconds,
];

/** @param distance in milliseconds, not negative */
export function unitFor(distance: number): TimeUnit {
  for (const unit of units) {
    if (distance >= unit.from) {
      return unit;
    }
  }
  return seconds;
}

/**
 * The first moment after `now` at which the time left until `at`, or gone since, is told in other words: whole
 * units rounded towards now, and one wording for everything below a minute.
 */
export function nextStep(at: number, now: number): number {
  const distance = Math.abs(at - now);
  if (distance < minute) {
    return at > now ? at : at + minute;
  }
  const { ms, from } = unitFor(distance);
  const whole = Math.floor(distance / ms);
  if (at > now) {
    return at - whole * ms + 1;
  }
  const larger = units.findLast((unit) => unit.from > from)?.from ?? Number.POSITIVE_INFINITY;
  return at + Math.min((whole + 1) * ms, larger);
}
