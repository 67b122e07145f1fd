import type { ActResult } from '../activity/activity.ts';
import { actError, failedResult } from '../activity/failure.ts';
import type { RevokeOutcome, Survivor } from '../adapter/contract.ts';
import { displayText } from '../model/displayText.ts';
import { TokenManagerError } from '../model/errors.ts';
import type { Item } from '../model/item.ts';
import { isAlive } from '../model/state.ts';

/** What is true after a revoke, as far as it could be read again. */
export type RevokeResult =
  | { readonly kind: 'revoked'; readonly survivor?: Survivor }
  | { readonly kind: 'alreadyGone' | 'stillListed' }
  | { readonly kind: 'waitingForApproval' | 'stillRunning'; readonly reference: string }
  /** The service accepted it, and offers no way to see whether it did anything. */
  | { readonly kind: 'unverifiable'; readonly survivor?: Survivor }
  /** The service accepted it, but the list could not be read again. */
  | { readonly kind: 'unverified'; readonly error: TokenManagerError };

/** What is true after a revoke that the service did not clearly accept. */
export type RevokeFailure =
  /** It is demonstrably still there, or the service refused. */
  | { readonly kind: 'failed'; readonly error: TokenManagerError }
  /** The service may have acted, or still act: no reply, and nothing that was read again settles it. */
  | { readonly kind: 'unknown'; readonly error: TokenManagerError };

/**
 * @param answer what the service said, or an error that leaves it open whether it acted
 * @param found the row as it was read again, or why it could not be
 * @param before the row as it was before the act
 * @param now the service's time before the act, in epoch milliseconds
 */
export function revokeResult(
  answer: RevokeOutcome | TokenManagerError,
  found: Item | undefined | TokenManagerError,
  before: Item,
  now: number,
): RevokeResult | RevokeFailure {
  // That a token had expired all along proves nothing about what the service did just now.
  const isGone =
    !(found instanceof TokenManagerError) &&
    (!found ||
      (!isAlive(found, now) && isAlive(before, now)) ||
      // One that was paused was not alive before.
      (found.status === 'revoked' && before.status !== 'revoked'));
  if (answer instanceof TokenManagerError) {
    if (isGone) {
      return { kind: answer.kind === 'notFound' ? 'alreadyGone' : 'revoked' };
    }
    // What was stopped on its way may arrive after it was looked for.
    const isOpen = found instanceof TokenManagerError || answer.kind === 'cancelled';
    return { kind: isOpen ? 'unknown' : 'failed', error: answer };
  }
  if (found instanceof TokenManagerError) {
    return { kind: 'unverified', error: found };
  }
  const survivor = 'survivor' in answer && answer.survivor ? { survivor: answer.survivor } : {};
  if (!isGone) {
    return answer.kind === 'unverifiable' ? { kind: 'unverifiable', ...survivor } : { kind: 'stillListed' };
  }
  return answer.kind === 'alreadyGone' ? { kind: 'alreadyGone' } : { kind: 'revoked', ...survivor };
}

/** The result as it is written down. */
export function recordedResult(result: RevokeResult | RevokeFailure): ActResult {
  switch (result.kind) {
    case 'waitingForApproval':
    case 'stillRunning':
      return { kind: result.kind, reference: displayText(result.reference, 100) };
    case 'unverified':
    case 'unknown':
      return { kind: result.kind, ...actError(result.error) };
    case 'failed':
      return failedResult(result.error);
    default:
      return { kind: result.kind };
  }
}
