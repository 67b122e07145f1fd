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
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' }).format(at);
}
