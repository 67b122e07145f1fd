import type { ConnectionNode } from '../inventory/tree.ts';
import type { TokenManagerError } from '../model/errors.ts';
import type { Connection } from '../model/item.ts';

/** How one connection stands, as far as it has been read. */
export interface ConnectionSummary {
  readonly connection: Connection;
  /** The first failure found, outermost first. */
  readonly error: TokenManagerError | undefined;
  readonly expired: number;
  readonly expiring: number;
  readonly waiting: number;
  /** Whether a list has more pages than were read, so that there may be more of each. */
  readonly isPartial: boolean;
  /** How many milliseconds the service's clock is ahead of this computer's; 0 when they agree. */
  readonly clockOffset: number;
}

export function summarize(root: ConnectionNode, now: number, expiringWithinMs: number): ConnectionSummary {
  let error: TokenManagerError | undefined;
  let expired = 0;
  let expiring = 0;
  let waiting = 0;
  let isPartial = false;
  const serviceNow = now + root.clockOffset;
  for (const branch of root.branch.opened()) {
    error ??= branch.error ?? branch.problems[0];
    const tally = branch.tally(serviceNow, expiringWithinMs);
    expired += tally.expired;
    expiring += tally.expiring;
    waiting += tally.waiting;
    isPartial ||= branch.hasMore;
  }
  const { connection, clockOffset } = root;
  return { connection, error, expired, expiring, waiting, isPartial, clockOffset };
}
