import type { HttpClient, HttpResponse } from '../../core/http/client.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import { Slices } from '../../core/yielding.ts';
import { isSuccess, parsed, type Refusal, refused } from '../support/answers.ts';
import { errorBody, type ParsedResponse } from '../support/errorBody.ts';
import { jsonValue, RestClient, type RestRequest, readRows } from '../support/restClient.ts';
import type * as z from '../support/schema.ts';
import {
  jwtPayloadSchema,
  type MageProvider,
  type MageToken,
  type MageUser,
  oneProviderSchema,
  oneUserSchema,
  providerSchema,
  providersSchema,
  refusalSchema,
  sessionSchema,
  statusSchema,
  tokenSchema,
  tokensSchema,
} from './schemas.ts';

/** The same in every installation and published by the vendor (`mage_ai/settings/server.py`): no secret. */
export const mageApiKey = 'zkWlN0PkIKSN0C11CfUHUj84OT5XOJ6tDZ6bDRO2';

/**
 * The newest expiry comes first, so that the tokens that end soonest stand on the last page, and the server has no
 * maximum: 3,050 rows took it 0.65 s. One page holds what any user has.
 */
export const tokensPerPage = 5000;

const statusRoute = '/api/status';
const sessionsRoute = '/api/sessions';
const sessionRoute = '/api/sessions/{session}';
const tokensRoute = '/api/oauth_access_tokens';
const providersRoute = '/api/oauths';
const providerRoute = '/api/oauths/{provider}';
const userRoute = '/api/users/{user}';

/** Asks for HTTP statuses; without it errors come as 200. Servers that do not know it ignore it (`api/views.py`). */
const meta = { _http_error_codes: 1 };

export interface MageTokenPage {
  readonly tokens: readonly MageToken[];
  /** What of the page could not be read, and what the server promised but did not send. */
  readonly problems: readonly TokenManagerError[];
  /** How many there are in all. */
  readonly total: number | undefined;
  /** Where the next page begins; `undefined` on the last page. */
  readonly next: number | undefined;
}

/** What the server says of a token when something is asked with it. */
export type TokenState = 'live' | 'expired' | 'notOfSession';

/** The calls of a Mage AI server, with their answers read; as a user, or with the API key alone. */
export class MageApi {
  readonly #http: HttpClient;
  readonly #apiKey: Secret;
  readonly #localize: Localize;
  /** With the API key, and with the user's token where there is one. */
  readonly #client: RestClient;
  /** Without any credential. */
  readonly #anonymous: RestClient;

  constructor(http: HttpClient, apiKey: Secret, token: Secret | undefined, localize: Localize) {
    this.#http = http;
    this.#apiKey = apiKey;
    this.#localize = localize;
    const errorIn = (response: ParsedResponse) => this.#errorIn(response);
    const headers = { 'x-api-key': apiKey, ...(token && { 'oauth-token': token }) };
    this.#client = new RestClient({ http, headers, errorIn });
    this.#anonymous = new RestClient({ http, headers: {}, errorIn });
  }

  /** The same server, asked with a user's token. */
  as(token: Secret): MageApi {
    return new MageApi(this.#http, this.#apiKey, token, this.#localize);
  }

  /** The one call that needs nothing; a server that does not say requires a sign-in. */
  async requiresSignIn(signal: AbortSignal): Promise<boolean> {
    const answer = await this.#anonymous.read(statusSchema(), { route: statusRoute, query: meta, signal });
    return answer.statuses[0]?.require_user_authentication ?? true;
  }

  /**
   * Exchanges a password for a session token. A server that asks a directory (LDAP) looks at `email` only, also for
   * user names (`api/resources/SessionResource.py`).
   * @throws `unauthorized` when they do not fit
   */
  async signIn(
    name: string,
    password: Secret,
    signal: AbortSignal,
  ): Promise<{ readonly token: Secret; readonly user: MageUser | undefined }> {
    if (name.includes('@')) {
      return this.#signInBy({ email: name }, password, signal);
    }
    try {
      return await this.#signInBy({ username: name }, password, signal);
    } catch (thrown) {
      if (!isUnknownUser(thrown) && !isCrash(thrown)) {
        throw thrown;
      }
      return this.#signInBy({ email: name }, password, signal);
    }
  }

  async #signInBy(who: Readonly<Record<string, string>>, password: Secret, signal: AbortSignal) {
    const content = Secret.compose([password], ([value]) =>
      JSON.stringify({ session: { ...who, password: value } }),
    );
    const response = await this.#client
      .send({
        method: 'POST',
        route: sessionsRoute,
        query: meta,
        body: { type: 'application/json', content },
        repeat: 'writes',
        signal,
      })
      .catch((thrown: unknown) => {
        throw isUnknownUser(thrown) ? this.#wrongPassword(thrown) : thrown;
      });
    const { session } = parsed(sessionSchema(), jsonValue(response));
    return { token: sessionToken(new Secret(session.token)), user: session.user };
  }

  #wrongPassword(cause: TokenManagerError): TokenManagerError {
    const detail = this.#localize('The server does not know this user with this password.');
    const { code, status } = cause;
    return new TokenManagerError('unauthorized', detail, {
      cause,
      ...(code !== undefined && { code }),
      ...(status !== undefined && { status }),
    });
  }

  /** The caller's own tokens, newest expiry first; among them those Mage keeps for Git and SSO providers. */
  async tokens(offset: number, includeExpired: boolean, signal: AbortSignal): Promise<MageTokenPage> {
    const query = {
      _limit: tokensPerPage,
      _offset: offset,
      // Any value at all, even 0, asks for the expired ones too.
      ...(includeExpired && { show_all: 1 }),
    };
    const answer = await this.#get(tokensSchema(), { route: tokensRoute, query, signal });
    const { oauth_access_tokens: entries, metadata } = answer;
    const { rows: tokens, problems } = await readRows(
      tokenSchema(),
      entries,
      this.#localize,
      new Slices(signal),
    );
    const total = metadata?.count ?? undefined;
    const hasMore = metadata?.next ?? entries.length >= tokensPerPage;
    if (hasMore && entries.length === 0) {
      const detail = this.#localize('The server says that there are more tokens, but sends none.');
      const endless = new TokenManagerError('protocol', detail, { code: 'endless-list' });
      return { tokens, problems: [...problems, endless], total, next: undefined };
    }
    return { tokens, problems, total, next: hasMore ? offset + entries.length : undefined };
  }

  /** Asks for as little as possible with this very token, which is what shows whether it is good. */
  async tokenState(token: Secret, signal: AbortSignal): Promise<TokenState> {
    try {
      await this.#get(tokensSchema(), {
        route: tokensRoute,
        query: { _limit: 1 },
        headers: { 'oauth-token': token },
        signal,
      });
      return 'live';
    } catch (thrown) {
      switch (thrown instanceof TokenManagerError ? thrown.code : undefined) {
        case 'expired_oauth_token':
          return 'expired';
        case 'invalid_oauth_token':
          return 'notOfSession';
        default:
          throw thrown;
      }
    }
  }

  /**
   * Ends the session whose token signs the request; the id in the path means nothing
   * (`api/resources/SessionResource.py`).
   * @throws `unauthorized` with code `expired_oauth_token`, or `invalid_oauth_token` for what is no session's
   */
  async endSession(token: Secret, signal: AbortSignal): Promise<void> {
    await this.#client.send({
      method: 'PUT',
      route: sessionRoute,
      params: { session: '0' },
      query: meta,
      headers: { 'oauth-token': token },
      body: { type: 'application/json', content: '{"session":{}}' },
      repeat: 'writes',
      signal,
    });
  }

  /** In the form that lists have: the other one crashes on some releases, and on others holds the caller's token. */
  async user(id: string, signal: AbortSignal): Promise<MageUser> {
    const query = { _format: 'list' };
    return (await this.#get(oneUserSchema(), { route: userRoute, params: { user: id }, query, signal })).user;
  }

  /**
   * No plain read: for each provider without a live token the server tries the refresh tokens it has and
   * deletes every row it tried (`authentication/oauth/utils.py`). So it is never repeated by itself.
   */
  async providers(signal: AbortSignal) {
    const query = { redirect_uri: this.#http.baseUrl };
    const answer = await this.#get(providersSchema(), {
      route: providersRoute,
      query,
      repeat: 'writes',
      signal,
    });
    return readRows(providerSchema(), answer.oauths, this.#localize, new Slices(signal));
  }

  /**
   * Unlike the list it only looks: `member` in `api/resources/OauthResource.py` refreshes nothing.
   * @throws {@link isCrash} for a provider that the server has neither a client nor a live token for
   */
  async provider(name: string, signal: AbortSignal): Promise<MageProvider> {
    const query = { redirect_uri: this.#http.baseUrl };
    const params = { provider: name };
    return (await this.#get(oneProviderSchema(), { route: providerRoute, params, query, signal })).oauth;
  }

  /**
   * Deletes the unexpired tokens of a provider. The reply was composed before and may still say otherwise.
   * @throws {@link isCrash} as {@link provider} does
   */
  async resetProvider(name: string, signal: AbortSignal): Promise<void> {
    await this.#client.send({
      method: 'PUT',
      route: providerRoute,
      params: { provider: name },
      query: meta,
      body: { type: 'application/json', content: '{"oauth":{"action_type":"reset"}}' },
      repeat: 'writes',
      signal,
    });
  }

  #get<T>(schema: z.ZodMiniType<T>, request: RestRequest): Promise<T> {
    return this.#client.read(schema, { ...request, query: { ...request.query, ...meta } });
  }

  /** A success is an answer with something in it that is not an `error`, whatever the HTTP status says. */
  #errorIn(response: ParsedResponse): TokenManagerError | undefined {
    const error = errorBody(response, refusalSchema())?.error;
    if (error) {
      return this.#refused(response, error);
    }
    if (isSuccess(response) && response.body.trim() === '') {
      const detail = this.#localize('The server closed the connection without a response; see its log.');
      return new TokenManagerError('server', detail, { code: 'empty-answer', status: response.status });
    }
    return undefined;
  }

  #refused(
    response: HttpResponse,
    { code, type, message, exception }: z.infer<ReturnType<typeof refusalSchema>>['error'],
  ): TokenManagerError {
    if (exception !== undefined) {
      return refused({ ...response, status: 500 }, { code: crash, message: exception });
    }
    const words = this.#wordsFor(type) ?? withoutTrace(message);
    const refusal: Refusal = { code: type, message: words };
    const status = !isSuccess(response) ? response.status : code;
    return status !== undefined && status >= 400 && status < 600
      ? refused({ ...response, status }, refusal)
      : refused(response, { ...refusal, kind: 'rejected' });
  }

  /**
   * Ours alone where the type is clear: the server keeps one error object a type and changes its message, so that
   * the words can be those of another user's request (`BasePolicy.py`, `SessionResource.py`).
   */
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

const crash = 'crash';

/** Whether the server's own code failed over a request; it says so under HTTP 200. */
export function isCrash(thrown: unknown): boolean {
  return thrown instanceof TokenManagerError && thrown.kind === 'server' && thrown.code === crash;
}

function isUnknownUser(thrown: unknown): thrown is TokenManagerError {
  return thrown instanceof TokenManagerError && thrown.code === 'record_not_found';
}

/** Of several lines, the traceback of a failure, all but the last name files of the server. */
function withoutTrace(message: string | undefined): string | undefined {
  return message?.trim().split('\n').at(-1);
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
