import type { ChangeTracker } from '../../core/changes/changes.ts';
import type { FindingsTracker } from '../../core/findings/tracker.ts';
import type { Localize } from '../../core/ports.ts';

/** What turning facts into words depends on. */
export interface Wording {
  readonly localize: Localize;
  /** A BCP 47 tag. */
  readonly locale: string;
  now(): number;
  /** "in 3 days", "2 hours ago"; both in epoch milliseconds. */
  relativeTime(at: number, now: number): string;
  /** The date and the time of day of a moment in epoch milliseconds. */
  absoluteTime(at: number): string;
  /** How long before its end a token counts as expiring, in milliseconds. */
  expiringWithinMs(): number;
  /** What rows are marked with since the user last looked; absent where nothing is marked. */
  readonly marks?: Pick<ChangeTracker, 'of' | 'count'>;
  /** What the rules have found about rows; absent where they have not been asked. */
  readonly findings?: Pick<FindingsTracker, 'bitsOf'>;
  /** Whether the user wants to copy tokens; absent where nothing is copied. */
  copiesTokens?(): boolean;
  /** What several services find wrong with this computer's clock: said once, and not of each. */
  sharedClock?(): string | undefined;
}
