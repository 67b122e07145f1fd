import type { HttpClient, HttpRequest, HttpResponse } from '../http/client.ts';
import { settled, TokenManagerError } from '../model/errors.ts';
import type { Secret } from '../model/secret.ts';
import type { Clock } from '../ports.ts';

/** A request without what is the same for all: whether it may be repeated, and how it is stopped. */
export type ValueRequest = Omit<HttpRequest, 'repeat' | 'signal'>;

/** How a service revokes a token for whoever presents it. */
export interface ValueRevocation {
  /** The ids of the shapes that it is for. */
  readonly shapes: readonly string[];
  /** The only address that the value is sent to. */
  readonly baseUrl: string;
  revoke(value: Secret): ValueRequest;
  /** Whether the service says that it has revoked, or is going to. */
  isAccepted(response: HttpResponse): boolean;
  /** A harmless read by which the service shows whether it still takes the value. */
  probe(value: Secret): ValueRequest;
  /** `undefined` where the answer proves neither. */
  isAlive(response: HttpResponse): boolean | undefined;
  /** Whether the service tells the owner, who may be another person. */
  readonly tellsOwner?: boolean;
  /** The page that documents both calls. */
  readonly source: string;
}

/**
 * What was seen.
 *
 * - `dead`: the service does not take the value any more.
 * - `deadBefore`: it did not take it even before; nothing was sent to revoke it.
 * - `accepted`: the service accepted the revocation, and has not been seen to refuse the value yet.
 * - `refused`: the service did not revoke it.
 * - `unknown`: the answer was lost, or reading again proved nothing.
 */
export type ValueOutcome =
  | { readonly kind: 'dead' | 'deadBefore' | 'accepted' }
  | { readonly kind: 'refused'; readonly response: HttpResponse }
  | { readonly kind: 'unknown'; readonly error: TokenManagerError };

/** Some services revoke a moment after they have answered. */
const probeAfterMs = [0, 1000, 3000, 6000];

/**
 * Revokes one value at its service and looks whether it is dead.
 * @throws what kept the first look or the request from being sent; then nothing was revoked
 */
export async function revokeByValue(
  value: Secret,
  how: ValueRevocation,
  http: HttpClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<ValueOutcome> {
  const read = async () => how.isAlive(await http.request({ ...how.probe(value), repeat: 'reads', signal }));
  if ((await read()) === false) {
    return { kind: 'deadBefore' };
  }
  const answer = await settled(http.request({ ...how.revoke(value), repeat: 'writes', signal }));
  if (answer instanceof TokenManagerError && (answer.nothingSent || !answer.traits.mayHaveActed)) {
    throw answer;
  }
  let seen: boolean | undefined;
  let problem: TokenManagerError | undefined;
  for (const wait of probeAfterMs) {
    const looked = await settled(clock.sleep(wait, signal).then(read));
    problem = looked instanceof TokenManagerError ? looked : undefined;
    seen = looked instanceof TokenManagerError ? undefined : looked;
    if (seen === false) {
      return { kind: 'dead' };
    }
    if (
      problem?.kind === 'cancelled' ||
      (!(answer instanceof TokenManagerError) && !how.isAccepted(answer))
    ) {
      break;
    }
  }
  if (!(answer instanceof TokenManagerError)) {
    return how.isAccepted(answer) ? { kind: 'accepted' } : { kind: 'refused', response: answer };
  }
  return { kind: 'unknown', error: problem ?? answer };
}
