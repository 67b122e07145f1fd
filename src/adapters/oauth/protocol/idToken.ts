import { displayText } from '../../../core/model/displayText.ts';
import { TokenManagerError } from '../../../core/model/errors.ts';
import type { Localize } from '../../../core/ports.ts';
import { type Claims, unverifiedClaims } from './claims.ts';

export interface Expected {
  readonly issuer: string;
  /** Whether the user typed the issuer, so that a slash at its end means nothing. */
  readonly isTyped: boolean;
  readonly clientId: string;
  readonly nonce: string | undefined;
}

/**
 * OpenID Connect Core section 3.1.3.7, for an ID token that came from the token endpoint itself, so that TLS
 * stands for its signature. Its times are not judged: the sign-in has just happened, whatever clock says so.
 *
 * @returns whether it can be read, and so be kept
 * @throws `protocol` for one that belongs to another server, client or sign-in
 */
export function isOfThisSignIn(idToken: string, expected: Expected, localize: Localize): boolean {
  const claims = unverifiedClaims(idToken);
  if (!claims) {
    return false;
  }
  const { issuer, isTyped, clientId, nonce } = expected;
  if (claims.iss === undefined || !isSameIssuer(claims.iss, issuer, isTyped)) {
    throw wrongIssuer(claims.iss, issuer, localize);
  }
  if (!claims.aud?.includes(clientId)) {
    throw wrongAnswer(localize('The ID token is for another client.'));
  }
  if (nonce !== undefined && claims.nonce !== nonce) {
    throw wrongAnswer(localize('The ID token belongs to another sign-in.'));
  }
  return true;
}

/** OpenID Connect Core section 12.2: a renewal tells of the same user of the same server, or of no user. */
export function isOfSameUser(next: string, before: string): boolean {
  const [now, then] = [unverifiedClaims(next), unverifiedClaims(before)];
  const isSame = (claim: (claims: Claims) => string | undefined) =>
    now !== undefined && then !== undefined && claim(now) === claim(then);
  return isSame(({ iss }) => iss) && isSame(({ sub }) => sub);
}

/** Character by character, as RFC 9207 section 2.4 says, unless a user typed one of them. */
export function isSameIssuer(one: string, other: string, isTyped: boolean): boolean {
  return one === other || (isTyped && isSameAddress(one, other));
}

/** As a user enters it, a slash at the end is neither here nor there. */
export function isSameAddress(one: string, other: string): boolean {
  const plain = (address: string) => URL.parse(address)?.href.replace(/\/$/, '');
  return plain(one) !== undefined && plain(one) === plain(other);
}

export function wrongIssuer(iss: string | undefined, issuer: string, localize: Localize): TokenManagerError {
  return wrongAnswer(
    iss === undefined
      ? localize('It does not name the server that it comes from.')
      : localize('It comes from {0}, not from {1}.', displayText(iss, 200), displayText(issuer, 200)),
  );
}

export function wrongAnswer(detail: string): TokenManagerError {
  return new TokenManagerError('protocol', detail, { code: 'wrong-sign-in-answer' });
}
