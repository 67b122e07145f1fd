import type { Node } from '../../core/inventory/tree.ts';
import { day, hour, minute } from '../../core/model/time.ts';
import type { Wording } from './context.ts';

/**
 * Names a clock that is wrong, or nothing.
 * @param offsetMs how far the service's clock is ahead of this computer's
 */
export function clockWords(offsetMs: number, { localize, locale }: Wording): string | undefined {
  if (offsetMs === 0) {
    return undefined;
  }
  const amount = roughly(Math.abs(offsetMs), locale);
  return offsetMs < 0
    ? localize('this computer’s clock is about {0} ahead of the service', amount)
    : localize('this computer’s clock is about {0} behind the service', amount);
}

/**
 * What several services find wrong with this computer's clock, by as much: it is said once, and not of each.
 * @param offsets of all connections
 */
export function sharedClockWords(offsets: readonly number[], wording: Wording): string | undefined {
  const seen = new Set<string>();
  for (const offset of offsets) {
    const words = clockWords(offset, wording);
    if (words !== undefined && seen.has(words)) {
      return words;
    }
    seen.add(words ?? '');
  }
  return undefined;
}

/** The wording for a row, with the time it is at the service the row comes from. */
export function atService(wording: Wording, { root }: Node): Wording {
  return { ...wording, now: () => wording.now() + root.clockOffset };
}

function roughly(ms: number, locale: string): string {
  const [unit, size] =
    ms >= 2 * day
      ? (['day', day] as const)
      : ms >= hour
        ? (['hour', hour] as const)
        : (['minute', minute] as const);
  const format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' });
  return format.format(Math.round(ms / size));
}
