import type { HttpResponse } from '../../../core/http/client.ts';
import { displayText } from '../../../core/model/displayText.ts';
import { type ErrorKind, TokenManagerError } from '../../../core/model/errors.ts';
import { maskShapes } from '../../../core/model/secretShapes.ts';
import type { Localize } from '../../../core/ports.ts';
import { isSuccess, refused } from '../../support/answers.ts';
import { errorIn } from './answers.ts';

/** What was asked for: the same code or status means different things to the user. */
export type Asked =
  | 'metadata'
  | 'registration'
  /** Of what is known of a client that registered itself (RFC 7592). */
  | 'management'
  | 'token'
  /** What else the browser would carry to the page for signing in (RFC 9126). */
  | 'pushedRequest'
  | 'introspection'
  | 'revocation'
  /** By a client that has no secret which could be wrong. */
  | 'publicRevocation';

/** RFC 9449 sections 5, 8 and 12.2, and what Bluesky's server says besides: it is about the key, not the client. */
const proofCodes: readonly string[] = ['invalid_dpop_proof', 'use_dpop_nonce', 'invalid_dpop_key_binding'];

/** Whether the server does not accept how a key was proven. */
export function isProofRefused({ code }: TokenManagerError): boolean {
  return code !== undefined && proofCodes.includes(code);
}

interface Meaning {
  readonly kind?: ErrorKind;
  /** What it means, in our words; the server's stand beside them. */
  readonly message?: string;
}

/** An answer that is no success, by the error codes of RFC 6749, 7009, 7591 and 8628, else by its status. */
export function refusal(response: HttpResponse, asked: Asked, localize: Localize): TokenManagerError {
  const { code, description } = errorIn(response.body) ?? {};
  const { kind, message } = meaningOf(code, response.status, asked, localize);
  return refused(response, {
    kind: kind ?? (isSuccess(response) ? 'rejected' : undefined),
    message: besides(message, description, localize),
    code,
  });
}

function meaningOf(code: string | undefined, status: number, asked: Asked, localize: Localize): Meaning {
  if (asked === 'registration' && (status === 401 || status === 403)) {
    return {
      kind: 'rejected',
      message: localize('The server registers clients only for users who have an account there.'),
    };
  }
  if (asked === 'management' && (status === 401 || status === 403 || status === 404)) {
    return {
      kind: 'rejected',
      message: localize('The server no longer knows this client, or does not let it be managed.'),
    };
  }
  if (asked === 'publicRevocation' && status === 401) {
    return {
      kind: 'rejected',
      message: localize('The server does not let a client without a secret revoke tokens.'),
    };
  }
  if (code !== undefined && proofCodes.includes(code)) {
    return { kind: 'rejected' };
  }
  // RFC 6749 section 5.2: 401 says that the client's authentication failed, whatever the code beside it says.
  if (code === 'invalid_client' || (status === 401 && asked !== 'metadata' && code !== 'invalid_token')) {
    return {
      kind: 'unauthorized',
      message: localize('The server does not accept the client ID and client secret.'),
    };
  }
  switch (code) {
    case 'invalid_grant':
      return {
        kind: 'unauthorized',
        message: localize(
          'The server does not accept the token or code: it may be wrong, expired or used before.',
        ),
      };
    case 'unauthorized_client':
    case 'unsupported_grant_type':
      return {
        kind: 'rejected',
        message: localize('The server does not let this client get tokens in this way.'),
      };
    case 'unsupported_token_type':
      return {
        kind: 'rejected',
        message: localize('The server does not revoke tokens of this type.'),
      };
    case 'invalid_scope':
    case 'invalid_target':
    case 'invalid_redirect_uri':
    case 'invalid_client_metadata':
      return { kind: 'configuration' };
    default:
      return {};
  }
}

function besides(
  ours: string | undefined,
  theirs: string | undefined,
  localize: Localize,
): string | undefined {
  return ours !== undefined && theirs !== undefined
    ? localize('{0} The server says: {1}', ours, theirs)
    : (ours ?? theirs);
}

/** What the browser brought back instead of a code (RFC 6749 section 4.1.2.1). */
export function authorizationRefusal(
  code: string,
  description: string | undefined,
  localize: Localize,
): TokenManagerError {
  const ours =
    code === 'access_denied'
      ? localize('The sign-in was declined in the browser.')
      : localize('The server refused the sign-in.');
  const theirs = plain(description ?? '', 300);
  const isCode = /^[\w.-]{1,60}$/.test(code);
  const detail = besides(ours, theirs || (isCode && code !== 'access_denied' ? code : undefined), localize);
  return new TokenManagerError('rejected', detail, { code: isCode ? code : 'refused' });
}

/** Text of a server's as it may be shown. */
function plain(text: string, maxLength: number): string {
  return displayText(maskShapes(text), maxLength);
}

/** Whatever came out of the library, whose own errors carry whole answers and go no further. */
export function libraryError(thrown: unknown): TokenManagerError {
  if (thrown instanceof TokenManagerError) {
    return thrown;
  }
  const code =
    thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
      ? thrown.code
          .replace(/^OAUTH_/, '')
          .toLowerCase()
          .replaceAll('_', '-')
      : 'unexpected-answer';
  return new TokenManagerError('protocol', '', { code });
}
