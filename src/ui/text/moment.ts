import type { Moment } from '../../core/arrange/filter.ts';
import type { Wording } from './context.ts';

/** What states and findings are judged by now. */
export function momentOf({ now, expiringWithinMs, findings }: Wording): Moment {
  return { now: now(), soonMs: expiringWithinMs(), findingsOf: findings?.bitsOf };
}
