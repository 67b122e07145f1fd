import { nameCollator } from '../../core/arrange/sort.ts';
import type { Wording } from './context.ts';

/**
 * What makes the formatters of rows. The first one in a process takes longer than anything else does, because of what
 * all kinds have in common: each of these does a part of it.
 */
export function firstFormatters({ locale, relativeTime }: Wording): readonly (() => unknown)[] {
  return [() => nameCollator(locale), () => new Intl.NumberFormat(locale), () => relativeTime(0, 0)];
}
