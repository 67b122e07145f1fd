import * as z from 'zod';
import type { HttpResponse } from '../../core/http/client.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Localize } from '../../core/ports.ts';
import { refused } from '../support/answers.ts';
import { errorBody } from '../support/errorBody.ts';
import { madeOnce } from '../support/lazy.ts';

const errorAnswer = madeOnce(() =>
  z.object({
    error: z.string().nullish().catch(undefined),
    error_description: z.string().nullish().catch(undefined),
  }),
);

/** An answer that is no success, by the error codes of RFC 6749, 7009, 7591 and 8628, else by its status. */
export function refusal(response: HttpResponse, localize: Localize): TokenManagerError {
  const body = errorBody(response, errorAnswer());
  const code = body?.error ?? undefined;
  const message = body?.error_description ?? undefined;
  switch (code) {
    case 'invalid_grant':
      return refused(response, {
        kind: 'unauthorized',
        message: localize('The token or code is not accepted: it is wrong, has expired or was used before.'),
        code,
      });
    case 'invalid_client':
      return refused(response, {
        kind: 'unauthorized',
        message: localize('The client ID and client secret are not accepted.'),
        code,
      });
    case 'unauthorized_client':
    case 'unsupported_grant_type':
      return refused(response, {
        kind: 'rejected',
        message: localize('The server does not let this client get tokens in this way.'),
        code,
      });
    case 'invalid_scope':
    case 'invalid_target':
    case 'invalid_redirect_uri':
    case 'invalid_client_metadata':
      return refused(response, { kind: 'configuration', message, code });
    default:
      return refused(response, { message, code });
  }
}

/** What the browser brought back instead of a code (RFC 6749 section 4.1.2.1). */
export function authorizationRefusal(code: string, localize: Localize): TokenManagerError {
  const detail =
    code === 'access_denied'
      ? localize('The sign-in was declined in the browser.')
      : localize('The server refused the sign-in.');
  return new TokenManagerError('rejected', detail, { code: /^[\w.-]{1,60}$/.test(code) ? code : 'refused' });
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
