import { rounded } from '../../core/time/units.ts';

/**
 * "in 3 days", "2 hours ago", in the user's language; the nearest whole unit. For many distances: making a formatter
 * costs far more than using it.
 */
export function relativeTimes(locale: string): (at: number, now: number) => string {
  let format: Intl.RelativeTimeFormat | undefined;
  return (at, now) => {
    format ??= new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
    const { unit, amount } = rounded(Math.abs(at - now));
    return format.format(amount * Math.sign(at - now), unit);
  };
}

/** The moment in the user's language and time zone; for many moments, as {@link relativeTimes}. */
export function absoluteTimes(locale: string): (at: number) => string {
  let format: Intl.DateTimeFormat | undefined;
  return (at) => {
    format ??= new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' });
    return format.format(at);
  };
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
