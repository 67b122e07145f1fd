import { TokenManagerError } from '../../core/model/errors.ts';

/** One grant whose refresh token is used up by renewing it, and where its values are kept. */
export interface RenewableGrant<Grant, Renewed> {
  /** As this window knows it. */
  readonly known: Grant | undefined;
  /** As it is stored now; another window may have renewed, replaced or removed it. */
  newest(): Promise<Grant | undefined>;
  /** Whether one was renewed since the other. */
  isSuccessor(now: Grant, before: Grant): boolean;
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
  if (error.traits.refused || error.nothingSent) {
    await store.giveUp(grant, isWorthless).catch(() => undefined);
  }
  throw error;
}
