import * as z from 'zod';
import type { HttpClient, HttpRequest, HttpResponse } from '../../core/http/client.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import { isSuccess, json, parsed, type Refusal, refused } from '../support/answers.ts';
import { errorBody } from '../support/errorBody.ts';
import { pythonInstant } from '../support/instants.ts';
import { madeOnce } from '../support/lazy.ts';

/** The same in every installation and published by the vendor (`mage_ai/settings/server.py`): no secret. */
export const mageApiKey = 'zkWlN0PkIKSN0C11CfUHUj84OT5XOJ6tDZ6bDRO2';

/** The server's own default. */
export const tokensPerPage = 40;

const statusRoute = '/api/status';
const sessionsRoute = '/api/sessions';
const sessionRoute = '/api/sessions/{session}';
const tokensRoute = '/api/oauth_access_tokens';
const providersRoute = '/api/oauths';
const providerRoute = '/api/oauths/{provider}';
const userRoute = '/api/users/{user}';

/** Asks for HTTP statuses; without it errors come as 200. Servers that do not know it ignore it (`api/views.py`). */
const meta = { _http_error_codes: 1 };

const statusSchema = madeOnce(() =>
  z.object({
    statuses: z.array(z.object({ require_user_authentication: z.boolean().nullish() })).min(1),
  }),
);

const userSchema = madeOnce(() =>
  z.object({
    id: z.int(),
    username: z.string().nullish(),
    email: z.string().nullish(),
  }),
);
const oneUserSchema = madeOnce(() => z.object({ user: userSchema() }));
export type MageUser = z.infer<ReturnType<typeof userSchema>>;

const sessionSchema = madeOnce(() =>
  z.object({ session: z.object({ token: z.string().min(1), user: userSchema() }) }),
);

/** The values are credentials: they become secrets the moment they are read. */
const tokensSchema = madeOnce(() =>
  z.object({
    oauth_access_tokens: z.array(
      z.object({
        expires: pythonInstant(),
        token: z
          .string()
          .min(1)
          .transform((value) => new Secret(value)),
        user_id: z.int().nullish(),
      }),
    ),
    metadata: z.object({ count: z.int().nonnegative().nullish(), next: z.boolean().nullish() }),
  }),
);
export type MageToken = z.infer<ReturnType<typeof tokensSchema>>['oauth_access_tokens'][number];

export interface MageTokenPage {
  readonly tokens: readonly MageToken[];
  /** How many there are in all. */
  readonly total: number | undefined;
  /** Where the next page begins; `undefined` on the last page. */
  readonly next: number | undefined;
}

/** `url` and `redirect_query_params` are left alone: they start a sign-in and carry its one-time state. */
const providerSchema = madeOnce(() =>
  z.object({
    provider: z.string().min(1),
    authenticated: z.boolean().nullish(),
    expires: pythonInstant().nullish(),
  }),
);
export type MageProvider = z.infer<ReturnType<typeof providerSchema>>;

const providersSchema = madeOnce(() => z.object({ oauths: z.array(providerSchema()) }));
const oneProviderSchema = madeOnce(() => z.object({ oauth: providerSchema() }));

const refusalSchema = madeOnce(() =>
  z.object({
    error: z.union([
      z.object({
        code: z.coerce.number().optional().catch(undefined),
        type: z.string().optional().catch(undefined),
        message: z.string().optional().catch(undefined),
      }),
      z.string().transform((message) => ({ message, code: undefined, type: undefined })),
    ]),
  }),
);

/** The part of a JSON Web Token that Mage puts the session token in (`authentication/oauth2.py`). */
const jwtPayloadSchema = madeOnce(() => z.object({ token: z.string().min(1) }));

/** The calls of a Mage AI server, with their answers read; as somebody, or with the API key alone. */
export class MageApi {
  readonly #http: HttpClient;
  readonly #apiKey: Secret;
  readonly #token: Secret | undefined;
  readonly #localize: Localize;

  constructor(http: HttpClient, apiKey: Secret, token: Secret | undefined, localize: Localize) {
    this.#http = http;
    this.#apiKey = apiKey;
    this.#token = token;
    this.#localize = localize;
  }

  /** The one call that needs nothing; a server that does not say takes nobody without a sign-in. */
  async requiresSignIn(signal: AbortSignal): Promise<boolean> {
    const response = await this.#http.request({
      method: 'GET',
      route: statusRoute,
      query: meta,
      repeat: 'reads',
      signal,
    });
    if (response.status === 404) {
      throw refused(response, { message: this.#localize('There is no Mage AI server at this address.') });
    }
    const [status] = parsed(statusSchema(), this.#read(response)).statuses;
    return status?.require_user_authentication ?? true;
  }

  /** Exchanges a password for a session token. @throws `unauthorized` when they do not fit */
  async signIn(
    name: string,
    password: Secret,
    signal: AbortSignal,
  ): Promise<{ readonly token: Secret; readonly user: MageUser }> {
    const who = name.includes('@') ? { email: name } : { username: name };
    const content = Secret.compose([password], ([value]) =>
      JSON.stringify({ session: { ...who, password: value } }),
    );
    const response = await this.#http.request({
      method: 'POST',
      route: sessionsRoute,
      query: meta,
      headers: { 'x-api-key': this.#apiKey },
      body: { type: 'application/json', content },
      repeat: 'writes',
      signal,
    });
    const { session } = parsed(sessionSchema(), this.#readSignIn(response));
    return { token: sessionToken(new Secret(session.token)), user: session.user };
  }

  /** The caller's own tokens, newest expiry first; among them those Mage keeps for Git and SSO providers. */
  async tokens(offset: number, includeExpired: boolean, signal: AbortSignal): Promise<MageTokenPage> {
    const query = {
      _limit: tokensPerPage,
      _offset: offset,
      // Any value at all, even 0, asks for the expired ones too.
      ...(includeExpired && { show_all: 1 }),
    };
    const answer = await this.#get({ route: tokensRoute, query, repeat: 'reads', signal });
    const { oauth_access_tokens: tokens, metadata } = parsed(tokensSchema(), answer);
    return {
      tokens,
      total: metadata.count ?? undefined,
      next: metadata.next && tokens.length > 0 ? offset + tokens.length : undefined,
    };
  }

  /**
   * Ends the session whose token signs the request; the id in the path means nothing
   * (`api/resources/SessionResource.py`).
   * @throws `unauthorized` with code `expired_oauth_token`, or `invalid_oauth_token` for what is no session's
   */
  async endSession(token: Secret, signal: AbortSignal): Promise<void> {
    const response = await this.#http.request({
      method: 'PUT',
      route: sessionRoute,
      params: { session: '0' },
      query: meta,
      headers: { 'x-api-key': this.#apiKey, 'oauth-token': token },
      body: { type: 'application/json', content: '{"session":{}}' },
      repeat: 'writes',
      signal,
    });
    this.#read(response);
  }

  async user(id: number, signal: AbortSignal): Promise<MageUser> {
    const params = { user: String(id) };
    const answer = await this.#get({ route: userRoute, params, repeat: 'reads', signal });
    return parsed(oneUserSchema(), answer).user;
  }

  /**
   * No plain read: for each provider without a live token the server tries the refresh tokens it has and
   * deletes every row it tried (`authentication/oauth/utils.py`). So it is never repeated by itself.
   */
  async providers(signal: AbortSignal): Promise<readonly MageProvider[]> {
    const query = { redirect_uri: this.#http.baseUrl };
    const answer = await this.#get({ route: providersRoute, query, repeat: 'writes', signal });
    return parsed(providersSchema(), answer).oauths;
  }

  /** Unlike the list it only looks: `member` in `api/resources/OauthResource.py` refreshes nothing. */
  async provider(name: string, signal: AbortSignal): Promise<MageProvider> {
    const query = { redirect_uri: this.#http.baseUrl };
    const params = { provider: name };
    const answer = await this.#get({ route: providerRoute, params, query, repeat: 'reads', signal });
    return parsed(oneProviderSchema(), answer).oauth;
  }

  /** Deletes the unexpired tokens of a provider. The reply was composed before and may still say otherwise. */
  async resetProvider(name: string, signal: AbortSignal): Promise<void> {
    const response = await this.#http.request({
      method: 'PUT',
      route: providerRoute,
      params: { provider: name },
      query: meta,
      headers: this.#headers(),
      body: { type: 'application/json', content: '{"oauth":{"action_type":"reset"}}' },
      repeat: 'writes',
      signal,
    });
    this.#read(response);
  }

  async #get(request: Omit<HttpRequest, 'method' | 'headers'>): Promise<unknown> {
    const query = { ...request.query, ...meta };
    return this.#read(
      await this.#http.request({ ...request, query, method: 'GET', headers: this.#headers() }),
    );
  }

  #headers(): Record<string, Secret> {
    return { 'x-api-key': this.#apiKey, ...(this.#token && { 'oauth-token': this.#token }) };
  }

  #readSignIn(response: HttpResponse): unknown {
    try {
      return this.#read(response);
    } catch (thrown) {
      if (thrown instanceof TokenManagerError && thrown.code === 'record_not_found') {
        throw refused(response, {
          kind: 'unauthorized',
          code: thrown.code,
          message: this.#localize('The server does not know this user with this password.'),
        });
      }
      throw thrown;
    }
  }

  /** A success is an answer with something in it that is not an `error`, whatever the HTTP status says. */
  #read(response: HttpResponse): unknown {
    const error = errorBody(response, refusalSchema())?.error;
    if (error) {
      throw this.#refused(response, error);
    }
    if (!isSuccess(response)) {
      throw refused(response);
    }
    if (response.body.trim() === '') {
      // An exception nobody foresaw leaves a 200 without a body (`server/api/base.py`).
      const detail = this.#localize('The server broke off without an answer; its own log says why.');
      throw new TokenManagerError('server', detail, { code: 'empty-answer', status: response.status });
    }
    return json(response);
  }

  #refused(
    response: HttpResponse,
    { code, type, message }: z.infer<ReturnType<typeof refusalSchema>>['error'],
  ): TokenManagerError {
    const refusal: Refusal = { code: type, message: this.#wordsFor(type) ?? message };
    const status = !isSuccess(response) ? response.status : code;
    return status !== undefined && status >= 400 && status < 600
      ? refused({ ...response, status }, refusal)
      : refused(response, { ...refusal, kind: 'rejected' });
  }

  /** Ours where the type is clear: the server's message can be left over from another request (`BasePolicy.py`). */
  #wordsFor(type: string | undefined): string | undefined {
    switch (type) {
      case 'invalid_api_key':
        return this.#localize('The server does not accept the API key.');
      case 'invalid_oauth_token':
        return this.#localize('The server does not know this session token.');
      case 'expired_oauth_token':
        return this.#localize('The session token has expired.');
      case 'unauthorized_access':
        return this.#localize('The server does not let this user do that.');
      default:
        return undefined;
    }
  }
}

/**
 * Headers want the raw token, while a sign-in hands it out inside a JSON Web Token. What does not look like
 * one of Mage's is taken to be raw. Its signature is the server's affair.
 */
export function sessionToken(given: Secret): Secret {
  return given.map((value) => {
    const [, payload, signature, ...more] = value.split('.');
    if (payload === undefined || signature === undefined || more.length > 0) {
      return value;
    }
    try {
      const json: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
      return jwtPayloadSchema().safeParse(json).data?.token ?? value;
    } catch {
      return value;
    }
  });
}
