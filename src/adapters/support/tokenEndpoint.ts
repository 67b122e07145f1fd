import * as z from 'zod';
import type { HttpBody, HttpClient, HttpResponse } from '../../core/http/client.ts';
import type { TokenManagerError } from '../../core/model/errors.ts';
import { Secret } from '../../core/model/secret.ts';
import type { Clock, Localize } from '../../core/ports.ts';
import { isSuccess, json, parsed, refused } from './answers.ts';
import { errorBody } from './errorBody.ts';
import { madeOnce } from './lazy.ts';

/** A registered client that sends its credentials in the form body (`client_secret_post`, RFC 6749 section 2.3.1). */
export interface OAuthClient {
  readonly id: string;
  readonly secret: Secret;
}

/** One endpoint of an authorization server. */
export interface Endpoint {
  readonly http: HttpClient;
  readonly route: string;
}

export interface RenewedGrant {
  readonly accessToken: Secret;
  /** Absent when the server does not rotate: the old one stays good. */
  readonly refreshToken?: Secret;
  /** Epoch milliseconds. */
  readonly expiresAt?: number;
}

/** Seconds; more than a JavaScript date can take is no lifetime anybody meant. */
const longestLifetime = 1e11;

const tokenAnswer = madeOnce(() =>
  z.object({
    access_token: z.string().min(1),
    refresh_token: z.string().min(1).nullish(),
    // Rotated tokens must not be lost over an odd lifetime.
    expires_in: z.number().nonnegative().max(longestLifetime).nullish().catch(undefined),
  }),
);

const errorAnswer = madeOnce(() =>
  z.object({
    error: z.string().nullish(),
    error_description: z.string().nullish(),
  }),
);

/**
 * RFC 6749 section 6. Sent once: a server that rotates has used the refresh token up even when its answer is
 * lost. For the same reason nothing interrupts it once it is under way, since the answer holds the only copy
 * of the next refresh token.
 *
 * @throws `unauthorized` for `invalid_grant`, `configuration` for a client the server does not accept
 */
export async function refreshGrant(
  { http, route }: Endpoint,
  client: OAuthClient,
  refreshToken: Secret,
  { clock, localize }: { readonly clock: Clock; readonly localize: Localize },
): Promise<RenewedGrant> {
  const body = form(client, refreshToken, (value) => ({ grant_type: 'refresh_token', refresh_token: value }));
  const signal = new AbortController().signal;
  const response = await http.request({ method: 'POST', route, body, repeat: 'writes', signal });
  if (!isSuccess(response)) {
    throw oauthRefusal(response, localize);
  }
  const answer = parsed(tokenAnswer(), json(response));
  return {
    accessToken: new Secret(answer.access_token),
    ...(answer.refresh_token && { refreshToken: new Secret(answer.refresh_token) }),
    ...(typeof answer.expires_in === 'number' && { expiresAt: clock.now() + answer.expires_in * 1000 }),
  };
}

/** RFC 7009. The server answers alike for a token it revoked and for one it does not know (any more). */
export async function revokeToken(
  { http, route }: Endpoint,
  client: OAuthClient,
  token: Secret,
  localize: Localize,
  signal: AbortSignal,
): Promise<void> {
  const body = form(client, token, (value) => ({ token: value }));
  const response = await http.request({ method: 'POST', route, body, repeat: 'writes', signal });
  if (!isSuccess(response)) {
    throw oauthRefusal(response, localize);
  }
}

/** RFC 6749 section 5.2 as an error of ours. */
export function oauthRefusal(response: HttpResponse, localize: Localize): TokenManagerError {
  const { error, error_description } = errorBody(response, errorAnswer()) ?? {};
  const code = error ?? undefined;
  if (code === 'invalid_grant') {
    const message = localize(
      'The refresh token is not accepted: it is wrong, has expired or was used before.',
    );
    return refused(response, { kind: 'unauthorized', message, code });
  }
  if (code === 'invalid_client' || code === 'unauthorized_client' || response.status === 401) {
    const message = localize('The client ID and client secret are not accepted.');
    return refused(response, { kind: 'configuration', message, code });
  }
  return refused(response, { message: error_description ?? undefined, code });
}

function form(
  client: OAuthClient,
  token: Secret,
  fields: (token: string) => Record<string, string>,
): HttpBody {
  const content = Secret.compose([token, client.secret], ([value = '', secret = '']) =>
    new URLSearchParams({ ...fields(value), client_id: client.id, client_secret: secret }).toString(),
  );
  return { type: 'application/x-www-form-urlencoded', content };
}
