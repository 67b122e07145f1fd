import { day, hour, minute, second } from '../model/time.ts';

/** The unit in which a distance in time is told. */
interface TimeUnit {
  readonly unit: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';
  readonly ms: number;
  /** The shortest distance it is used for, in milliseconds. */
  readonly from: number;
}

const seconds: TimeUnit = { unit: 'second', ms: second, from: 0 };

/** From the largest. Each is used from where it rounds to two: “in 2 hours”, not “in 119 minutes”. */
const units: readonly TimeUnit[] = [
  { unit: 'year', ms: 365 * day, from: 1.5 * 365 * day },
  { unit: 'month', ms: 30 * day, from: 60 * day },
  { unit: 'day', ms: day, from: 1.5 * day },
  { unit: 'hour', ms: hour, from: 1.5 * hour },
  { unit: 'minute', ms: minute, from: minute },
  seconds,
];

/** @param distance in milliseconds, not negative */
function unitFor(distance: number): TimeUnit {
  for (const unit of units) {
    if (distance >= unit.from) {
      return unit;
    }
  }
  return seconds;
}

/**
 * How far away something is, as a person would say it: the nearest whole number of one unit.
 * @param distance in milliseconds, not negative
 */
export function rounded(distance: number): Pick<TimeUnit, 'unit'> & { readonly amount: number } {
  const { unit, ms } = unitFor(distance);
  return { unit, amount: unit === 'second' ? Math.floor(distance / ms) : Math.round(distance / ms) };
}

/**
 * The first moment after `now` at which the time left until `at`, or gone since, is told in other words: the nearest
 * whole unit, and one wording for everything below a minute.
 */
export function nextStep(at: number, now: number): number {
  const distance = Math.abs(at - now);
  if (distance < minute) {
    return at > now ? at : at + minute;
  }
  const { ms, from } = unitFor(distance);
  const whole = Math.round(distance / ms);
  if (at > now) {
    return at - Math.max((whole - 0.5) * ms, from) + 1;
  }
  const larger = units.findLast((unit) => unit.from > from)?.from ?? Number.POSITIVE_INFINITY;
  return at + Math.min((whole + 0.5) * ms, larger);
}
