import type { Wording } from '../../../src/ui/text/context.ts';
import { absoluteTimes, relativeTimes } from '../../../src/ui/text/time.ts';
import { localize } from '../fakes.ts';

export const day = 24 * 60 * 60_000;
export const now = Date.UTC(2026, 10, 20, 12);

/** English, at a fixed moment, with a week as "soon". */
export const wording: Wording = {
  localize,
  locale: 'en',
  now: () => now,
  relativeTime: relativeTimes('en'),
  absoluteTime: absoluteTimes('en'),
  expiringWithinMs: () => 7 * day,
};
