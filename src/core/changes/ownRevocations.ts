import { type Act, actRowKey } from '../activity/activity.ts';
import { idsBelow } from '../inventory/locate.ts';
import type { Branch } from '../inventory/tree.ts';
import { day } from '../model/time.ts';
import { placeHash } from './snapshot.ts';

/**
 * A revocation that ended is taken for why a row has gone this long. Some rows come back under the same identifier,
 * such as a provider that is signed in to again: that they go another time must not be hidden for ever.
 */
const explainsForMs = 30 * day;

/** The places, below the row of this list, of what was revoked here according to the activity. */
export function ownRevocations(acts: readonly Act[], { owner }: Branch, now: number): readonly string[] {
  return acts
    .filter((act) => mayHaveRemoved(act, now))
    .map(({ row }) => row && isWhole(row.key) && idsBelow(owner.key, row.key))
    .filter((ids) => ids !== undefined && ids !== false)
    .map(placeHash);
}

/** What waits for approval may be carried out at any time. */
function mayHaveRemoved({ kind, at, result }: Act, now: number): boolean {
  const isRefused = result.kind === 'failed' || result.kind === 'cancelled';
  return kind === 'revoke' && !isRefused && ('reference' in result || now - at <= explainsForMs);
}

/** A key that was too long to be kept whole names no row. */
function isWhole(key: string): boolean {
  return actRowKey({ key: `${key} ` }) !== key;
}
