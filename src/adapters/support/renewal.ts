import type { RenewOptions } from '../../core/adapter/contract.ts';
import { TokenManagerError, withNothingSent } from '../../core/model/errors.ts';
import type { Localize } from '../../core/ports.ts';

/**
 * Of a renewal that began and whose end is not known. Its refresh token may have been used up, and a server that
 * sees one again may end everything that came of it (RFC 9700 section 4.14.2): a user may try it, a timer may not.
 */
export function interruptedRenewal(
  isRenewing: boolean | undefined,
  { isUnattended = false }: RenewOptions,
  localize: Localize,
): TokenManagerError | undefined {
  const detail = localize('The last renewal was interrupted, so it is not tried again automatically.');
  return isRenewing && isUnattended
    ? new TokenManagerError('rejected', detail, { code: 'renewal-interrupted' })
    : undefined;
}

/** One grant whose refresh token is used up by renewing it, and where its values are kept. */
export interface RenewableGrant<Grant, Renewed> {
  /** As this window knows it. */
  readonly known: Grant | undefined;
  /** As it is stored now; another window may have renewed, replaced or removed it. */
  newest(): Promise<Grant | undefined>;
  /** Whether one was renewed since the other. */
  isSuccessor(now: Grant, before: Grant): boolean;
  /** Why it is not to be sent, known before it is: it was refused for good, say. */
  refusal(grant: Grant): TokenManagerError | undefined;
  /**
   * Notes that the refresh token is about to be used up, in case the process ends before the renewal does.
   * @throws `storage` before anything is lost, where the successor could not be stored either
   */
  begin(grant: Grant): Promise<void>;
  /** The request. It is not to be interrupted: the answer holds the only copy of the next refresh token. */
  exchange(grant: Grant): Promise<Renewed>;
  /** Keeps what the renewal brought; resolves once it is stored. */
  rotate(renewed: Renewed, before: Grant): Promise<Grant>;
  /** The renewal is over and the values are what they were, except that the server may have refused them. */
  giveUp(grant: Grant, isRefused: boolean): Promise<void>;
}

/**
 * Renews a grant once. What another window has renewed meanwhile is adopted instead.
 * @throws `unsupported` when there is nothing to renew
 */
export async function renewGrant<Grant, Renewed>(store: RenewableGrant<Grant, Renewed>): Promise<Grant> {
  const { known } = store;
  const grant = await store.newest();
  if (!grant) {
    throw new TokenManagerError('unsupported', '', { code: 'renew' });
  }
  if (known && store.isSuccessor(grant, known)) {
    return grant;
  }
  const refusal = store.refusal(grant);
  if (refusal) {
    throw withNothingSent(refusal, true);
  }
  await store.begin(grant);
  let renewed: Renewed;
  try {
    renewed = await store.exchange(grant);
  } catch (thrown) {
    return afterFailure(store, grant, TokenManagerError.from(thrown));
  }
  return store.rotate(renewed, grant);
}

/** A refresh token that was used up may have been so by a window that keeps no lease with this one. */
async function afterFailure<Grant, Renewed>(
  store: RenewableGrant<Grant, Renewed>,
  grant: Grant,
  error: TokenManagerError,
): Promise<Grant> {
  const isWorthless = error.code === 'invalid_grant';
  const newest = isWorthless ? await store.newest() : undefined;
  if (newest && store.isSuccessor(newest, grant)) {
    return newest;
  }
  // Unlike other answers of servers in trouble, 503 says that the request was not handled (RFC 9110 section 15.6.4).
  if (error.traits.refused || error.nothingSent || error.status === 503) {
    await store.giveUp(grant, isWorthless).catch(() => undefined);
  }
  throw error;
}
