import type { Wording } from '../text/context.ts';

/** A wording that makes each formatter once: making one takes a hundred times as long as using it. */
export interface PageWording extends Wording {
  number(value: number): string;
  /** In so few characters that it fits into a mark. */
  compact(value: number): string;
  /** A day without its year. */
  day(at: number): string;
  /** The days from one moment to another. */
  days(from: number, to: number): string;
  list(texts: readonly string[]): string;
}

export function pageWording(wording: Wording): PageWording {
  const { locale } = wording;
  const number = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 2 });
  const day = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
  const days = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', year: 'numeric' });
  const list = new Intl.ListFormat(locale, { type: 'unit' });
  return {
    ...wording,
    number: (value) => number.format(value),
    compact: (value) => compact.format(value),
    day: (at) => day.format(at),
    days: (from, to) => days.formatRange(from, to),
    list: (texts) => list.format(texts),
  };
}
