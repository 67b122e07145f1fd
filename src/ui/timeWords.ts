import { unitFor } from '../core/timeSteps.ts';

/** "in 3 days", "2 hours ago", in the user's language; whole units, rounded towards now. */
export function relativeTime(at: number, now: number, locale: string): string {
  const distance = Math.abs(at - now);
  const { unit, ms } = unitFor(distance);
  const amount = Math.floor(distance / ms) * Math.sign(at - now);
  return new Intl.RelativeTimeFormat(locale, { numeric: 'always' }).format(amount, unit);
}

/** The moment in the user's language and time zone. */
export function absoluteTime(at: number, locale: string): string {
  return absoluteTimes(locale)(at);
}

/** Words many moments; making a formatter costs a hundred times as much as using it. */
export function absoluteTimes(locale: string): (at: number) => string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' });
  return (at) => format.format(at);
}

/** The moment as short as it can be said. */
export function shortTime(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'short' }).format(at);
}

/** The day as file names have it, by this computer's calendar: 2026-11-22. */
export function shortDay(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
