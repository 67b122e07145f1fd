const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** From the largest; each unit is used from its `from` on. */
const units: readonly {
  readonly unit: Intl.RelativeTimeFormatUnit;
  readonly ms: number;
  readonly from: number;
}[] = [
  { unit: 'year', ms: 365 * day, from: 730 * day },
  { unit: 'month', ms: 30 * day, from: 60 * day },
  { unit: 'day', ms: day, from: 2 * day },
  { unit: 'hour', ms: hour, from: 2 * hour },
  { unit: 'minute', ms: minute, from: minute },
  { unit: 'second', ms: second, from: 0 },
];

/** "in 3 days", "2 hours ago", in the user's language; whole units, rounded towards now. */
export function relativeTime(at: number, now: number, locale: string): string {
  const distance = Math.abs(at - now);
  const { unit, ms } = units.find(({ from }) => distance >= from) ?? { unit: 'second' as const, ms: second };
  const amount = Math.floor(distance / ms) * Math.sign(at - now);
  return new Intl.RelativeTimeFormat(locale, { numeric: 'always' }).format(amount, unit);
}

/** The moment in the user's language and time zone. */
export function absoluteTime(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' }).format(at);
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
