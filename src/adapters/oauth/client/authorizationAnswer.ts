import type { Client as OAuthClient } from 'oauth4webapi';
import { isEncryptedAnswer } from '../../../core/adapter/redirects.ts';
import { TokenManagerError } from '../../../core/model/errors.ts';
import type { Localize } from '../../../core/ports.ts';
import type { Server } from '../discovery/server.ts';
import { isSameIssuer, wrongAnswer, wrongIssuer } from '../protocol/idToken.ts';
import { authorizationRefusal } from '../protocol/refusal.ts';
import type { Client } from './authentication.ts';
import type { CallOptions, Library } from './calls.ts';

/** What the browser brings back: in the clear, or signed by the server (JARM). */

export interface AuthorizationAnswer {
  /** Where the browser was led back to, with everything that was added to it. */
  readonly callback: URL;
  readonly state: string;
  /** Whether the user typed the issuer instead of the server naming it. */
  readonly isTypedIssuer: boolean;
  /** Whether the server was asked to sign, so that a code in the clear is none of its. */
  readonly isSigned: boolean;
}

/** What such an answer may be signed with here. */
const algorithms: readonly string[] = ['RS256', 'ES256', 'PS256'];

/**
 * How the server is asked for a signed answer; `undefined` where one in the clear will do. It is asked where it gives
 * no other, or has registered the client for it.
 *
 * @throws `protocol` where it gives no other, and names no keys to check it by
 */
export function signedResponseMode(metadata: Server, { signedBy }: Client): string | undefined {
  const modes = metadata.response_modes_supported ?? [];
  const mode = ['query.jwt', 'jwt'].find((one) => modes.includes(one));
  const isChecked = keysOf(metadata) !== undefined;
  if (mode === undefined || modes.includes('query')) {
    const isRegistered = signedBy !== undefined && algorithms.includes(signedBy);
    return isRegistered && isChecked ? mode : undefined;
  }
  if (!isChecked) {
    throw unverifiable();
  }
  return mode;
}

/**
 * The parameters of the answer to this very sign-in.
 * @throws `rejected` with the refusal that it tells, `protocol` for one that is not to be used
 */
export async function validated(
  library: Library,
  server: Server,
  client: OAuthClient,
  answer: AuthorizationAnswer,
  options: CallOptions,
  localize: Localize,
): Promise<URLSearchParams> {
  const brought = new URLSearchParams(answer.callback.search);
  try {
    if (brought.has('response')) {
      return await signed(library, server, client, answer, options, localize);
    }
    if (answer.isSigned && !brought.has('error')) {
      throw wrongAnswer(localize('The response is not signed, but must be.'));
    }
    return library.validateAuthResponse(
      server,
      client,
      withIssuer(brought, server, answer, localize),
      answer.state,
    );
  } catch (thrown) {
    if (thrown instanceof TokenManagerError) {
      throw thrown;
    }
    if (thrown instanceof library.AuthorizationResponseError) {
      throw authorizationRefusal(thrown.error, thrown.error_description, localize);
    }
    // The answer to another sign-in, or a mix-up of servers: the code in it is not used.
    throw wrongAnswer('');
  }
}

async function signed(
  library: Library,
  server: Server,
  client: OAuthClient,
  { callback, state }: AuthorizationAnswer,
  options: CallOptions,
  localize: Localize,
): Promise<URLSearchParams> {
  if (isEncryptedAnswer(callback)) {
    throw new TokenManagerError('protocol', '', { code: 'encrypted-answer' });
  }
  const keys = keysOf(server);
  if (keys === undefined) {
    throw unverifiable();
  }
  const listed = server.authorization_signing_alg_values_supported ?? algorithms;
  const own = {
    ...server,
    jwks_uri: keys,
    authorization_signing_alg_values_supported: listed.filter((name) => algorithms.includes(name)),
  };
  try {
    return await library.validateJwtAuthResponse(own, client, callback, state, options);
  } catch (thrown) {
    if (thrown instanceof library.OperationProcessingError && thrown.code === library.JWT_TIMESTAMP_CHECK) {
      throw wrongAnswer(localize('The signed response is not valid at this time.'));
    }
    if (thrown instanceof library.AuthorizationResponseError || thrown instanceof TokenManagerError) {
      throw thrown;
    }
    throw wrongAnswer(localize('The server did not sign this response for this client and this sign-in.'));
  }
}

/** In the clear, with the issuer as the server spells it where the user typed it. */
function withIssuer(
  brought: URLSearchParams,
  { issuer }: Server,
  { isTypedIssuer }: AuthorizationAnswer,
  localize: Localize,
): URLSearchParams {
  const iss = brought.get('iss');
  if (iss !== null) {
    if (!isSameIssuer(iss, issuer, isTypedIssuer)) {
      throw wrongIssuer(iss, issuer, localize);
    }
    brought.set('iss', issuer);
  }
  return brought;
}

/** Keys stand for the server only where it keeps them itself; the user was asked about no other address. */
function keysOf({ jwks_uri: address, issuer, token_endpoint: token }: Server): string | undefined {
  const origin = URL.parse(address ?? '')?.origin;
  const own = [issuer, token].flatMap((one) => URL.parse(one ?? '')?.origin ?? []);
  return origin !== undefined && own.includes(origin) ? address : undefined;
}

function unverifiable(): TokenManagerError {
  return new TokenManagerError('protocol', '', { code: 'unverifiable-answer' });
}
