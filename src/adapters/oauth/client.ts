import type { Client as OAuthClient } from 'oauth4webapi';
import * as z from 'zod';
import type { FormIo } from '../../core/adapter/contract.ts';
import type { HttpRequest } from '../../core/http/client.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import { isSuccess, json, parsed } from '../support/answers.ts';
import { madeOnce } from '../support/lazy.ts';
import { type Claims, claims } from './claims.ts';
import { authorizationRefusal, libraryError, refusal } from './refusal.ts';
import type { Server } from './server.ts';

export const clientAuthMethods = ['client_secret_basic', 'client_secret_post', 'none'] as const;
export type ClientAuth = (typeof clientAuthMethods)[number];

/** Whom the server knows us as. */
export interface Client {
  readonly id: string;
  readonly auth: ClientAuth;
  /** Absent with `none`. */
  readonly secret?: Secret;
}

/** What a token endpoint handed out. */
export interface Granted {
  readonly accessToken: Secret;
  readonly refreshToken?: Secret;
  readonly idToken?: Secret;
  /** Epoch milliseconds, by the server's clock. */
  readonly issuedAt: number;
  readonly expiresAt?: number;
  readonly scope?: readonly string[];
}

export type TokenKind = 'access_token' | 'refresh_token';

export interface CodeAnswer {
  /** Where the browser was led back to, with everything that was added to it. */
  readonly callback: URL;
  readonly redirectUri: string;
  readonly state: string;
  readonly verifier: string;
  readonly nonce: string | undefined;
}

export interface DeviceStart {
  readonly deviceCode: Secret;
  readonly userCode: string;
  readonly page: string;
  readonly completePage: string | undefined;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
}

type Library = typeof import('./library.ts');

/** Seconds; more than a JavaScript date can take is no lifetime anybody meant. */
const longestLifetime = 1e11;

/** Read leniently: a token that has been handed out must not be lost over an odd lifetime. */
const tokenAnswer = madeOnce(() =>
  z.object({
    access_token: z.string().min(1),
    refresh_token: z.string().min(1).nullish(),
    id_token: z.string().min(1).nullish().catch(undefined),
    scope: z.string().nullish().catch(undefined),
    expires_in: z.coerce.number().nonnegative().max(longestLifetime).nullish().catch(undefined),
  }),
);

/** How far the server's clock may be off before its ID tokens count as being of another time. */
const toleranceSeconds = 300;

/** One authorization server, spoken to by the book; every request goes through the connection's own client. */
export class Calls {
  readonly #server: Server;
  readonly #io: FormIo;
  readonly #localize: Localize;

  constructor(server: Server, io: FormIo, localize: Localize) {
    this.#server = server;
    this.#io = io;
    this.#localize = localize;
  }

  /** RFC 7591, as a native application of its own for this connection. */
  async register(
    metadata: Partial<OAuthClient>,
    signal: AbortSignal,
  ): Promise<{ readonly id: string; readonly secret?: Secret; readonly auth: ClientAuth }> {
    const options = this.#options({ secrets: [], repeat: 'writes', signal });
    const client = await this.#through(async (library) =>
      library.processDynamicClientRegistrationResponse(
        await library.dynamicClientRegistrationRequest(this.#server, metadata, await options(library)),
      ),
    );
    const { client_id: id, client_secret: secret, token_endpoint_auth_method: auth } = client;
    if (typeof secret !== 'string' || secret === '') {
      return { id, auth: 'none' };
    }
    const isPost = auth === 'client_secret_post';
    return { id, secret: new Secret(secret), auth: isPost ? 'client_secret_post' : 'client_secret_basic' };
  }

  /** The code that the browser brought back, exchanged; `state`, `iss` (RFC 9207) and the ID token are checked. */
  async exchangeCode(client: Client, answer: CodeAnswer, isKnownIssuer: boolean, signal: AbortSignal) {
    const { callback, redirectUri, state, verifier, nonce } = answer;
    const brought = new URLSearchParams(callback.search);
    const code = new Secret(brought.get('code') ?? '');
    const call = {
      secrets: [...secretsOf(client), code, new Secret(verifier)],
      repeat: 'writes',
      signal,
    } as const;
    if (!isKnownIssuer) {
      brought.delete('iss');
    }
    return this.#granted(async (library, them) => {
      const params = this.#validated(library, them, brought, state);
      const response = await library.authorizationCodeGrantRequest(
        this.#server,
        them,
        authenticate(library, client),
        params,
        redirectUri,
        verifier,
        await this.#options(call)(library),
      );
      if (isKnownIssuer) {
        // The library reads the answer; what was granted is read from a copy.
        const expectedNonce = nonce ?? library.expectNoNonce;
        await library.processAuthorizationCodeResponse(this.#server, them, response.clone(), {
          expectedNonce,
        });
      }
      return response;
    }, client);
  }

  /** RFC 8628 section 3.1. */
  async startDevice(client: Client, parameters: Parameters, signal: AbortSignal): Promise<DeviceStart> {
    const options = this.#options({ secrets: secretsOf(client), repeat: 'writes', signal });
    const started = await this.#through(async (library) => {
      const them = this.#client(library, client);
      const response = await library.deviceAuthorizationRequest(
        this.#server,
        them,
        authenticate(library, client),
        parameters,
        await options(library),
      );
      return library.processDeviceAuthorizationResponse(this.#server, them, response);
    });
    return {
      deviceCode: new Secret(started.device_code),
      userCode: started.user_code,
      page: started.verification_uri,
      completePage: started.verification_uri_complete,
      expiresInSeconds: started.expires_in,
      intervalSeconds: started.interval ?? 5,
    };
  }

  /** One look whether the user has entered the code. @throws with the codes of RFC 8628 section 3.5 */
  pollDevice(client: Client, deviceCode: Secret, signal: AbortSignal): Promise<Granted> {
    const call = { secrets: [...secretsOf(client), deviceCode], repeat: 'writes', signal } as const;
    return this.#granted(
      async (library, them) =>
        library.deviceCodeGrantRequest(
          this.#server,
          them,
          authenticate(library, client),
          deviceCode.reveal(),
          await this.#options(call)(library),
        ),
      client,
    );
  }

  clientCredentials(client: Client, parameters: Parameters, signal: AbortSignal): Promise<Granted> {
    const call = { secrets: secretsOf(client), repeat: 'writes', signal } as const;
    return this.#granted(
      async (library, them) =>
        library.clientCredentialsGrantRequest(
          this.#server,
          them,
          authenticate(library, client),
          parameters,
          await this.#options(call)(library),
        ),
      client,
    );
  }

  /**
   * RFC 6749 section 6. Sent once, and not to be interrupted: a server that rotates has used the refresh token
   * up even when its answer is lost, and the answer holds the only copy of the next one.
   */
  refresh(client: Client, refreshToken: Secret, parameters: Parameters): Promise<Granted> {
    const { signal } = new AbortController();
    const call = { secrets: [...secretsOf(client), refreshToken], repeat: 'writes', signal } as const;
    return this.#granted(
      async (library, them) =>
        library.refreshTokenGrantRequest(
          this.#server,
          them,
          authenticate(library, client),
          refreshToken.reveal(),
          {
            ...(await this.#options(call)(library)),
            additionalParameters: parameters,
          },
        ),
      client,
    );
  }

  /** RFC 7662. @returns `undefined` for a token that is not active */
  async introspect(
    client: Client,
    token: Secret,
    kind: TokenKind,
    signal: AbortSignal,
  ): Promise<Claims | undefined> {
    const options = this.#options({ secrets: [...secretsOf(client), token], repeat: 'reads', signal });
    const answer = await this.#through(async (library) => {
      const them = this.#client(library, client);
      const response = await library.introspectionRequest(
        this.#server,
        them,
        authenticate(library, client),
        token.reveal(),
        { ...(await options(library)), additionalParameters: { token_type_hint: kind } },
      );
      return library.processIntrospectionResponse(this.#server, them, response);
    });
    return answer.active ? parsed(claims(), answer) : undefined;
  }

  /** RFC 7009. The server answers alike for a token it revoked and for one it does not know (any more). */
  async revoke(client: Client, token: Secret, kind: TokenKind, signal: AbortSignal): Promise<void> {
    const options = this.#options({ secrets: [...secretsOf(client), token], repeat: 'writes', signal });
    // Any success counts, as the specification says, so that the library has nothing to read here.
    await this.#through(async (library) =>
      library.revocationRequest(
        this.#server,
        this.#client(library, client),
        authenticate(library, client),
        token.reveal(),
        { ...(await options(library)), additionalParameters: { token_type_hint: kind } },
      ),
    );
  }

  #validated(
    library: Library,
    client: OAuthClient,
    brought: URLSearchParams,
    state: string,
  ): URLSearchParams {
    try {
      return library.validateAuthResponse(this.#server, client, brought, state);
    } catch (thrown) {
      if (thrown instanceof library.AuthorizationResponseError) {
        throw authorizationRefusal(thrown.error, this.#localize);
      }
      // Somebody else's answer, or a mix-up of servers: the code in it is not used.
      throw new TokenManagerError('protocol', '', { code: 'wrong-sign-in-answer' });
    }
  }

  async #granted(
    request: (library: Library, client: OAuthClient) => Promise<Response>,
    client: Client,
  ): Promise<Granted> {
    const body = await this.#through(async (library) =>
      (await request(library, this.#client(library, client))).text(),
    );
    const answer = parsed(tokenAnswer(), json({ ...emptyAnswer, body }));
    const issuedAt = this.#io.clock.now();
    return {
      accessToken: new Secret(answer.access_token),
      ...(answer.refresh_token && { refreshToken: new Secret(answer.refresh_token) }),
      ...(answer.id_token && { idToken: new Secret(answer.id_token) }),
      issuedAt,
      ...(typeof answer.expires_in === 'number' && { expiresAt: issuedAt + answer.expires_in * 1000 }),
      ...(answer.scope && { scope: answer.scope.split(' ').filter(Boolean) }),
    };
  }

  #client(library: Library, { id }: Client): OAuthClient {
    return {
      client_id: id,
      [library.clockSkew]: Math.round((this.#io.clock.now() - Date.now()) / 1000),
      [library.clockTolerance]: toleranceSeconds,
    };
  }

  async #through<T>(work: (library: Library) => Promise<T>): Promise<T> {
    try {
      return await work(await import('./library.ts'));
    } catch (thrown) {
      throw libraryError(thrown);
    }
  }

  #options(call: Call) {
    return async (library: Library) => ({
      [library.customFetch]: requestThrough(this.#io, this.#localize, call),
      // Which plain-text addresses are allowed is decided where the request is sent.
      [library.allowInsecureRequests]: true,
    });
  }
}

export type Parameters = Record<string, string>;

interface Call extends Pick<HttpRequest, 'repeat' | 'signal'> {
  /** What the request carries that must not show. */
  readonly secrets: readonly Secret[];
}

const emptyAnswer = {
  status: 200,
  headers: {},
  body: '',
  retryAt: undefined,
  redact: (text: string) => text,
};

/**
 * The library's `fetch`, over our client: proxies, certificates, time-outs, caps and the refusal of redirects
 * hold as for every other request, and a refused one is thrown as an error of ours.
 */
export function requestThrough(io: FormIo, localize: Localize, { secrets, repeat, signal }: Call) {
  return async (
    address: string,
    init: { readonly method: string; readonly headers: Record<string, string>; readonly body?: unknown },
  ): Promise<Response> => {
    const url = new URL(address);
    const { 'content-type': type = '', ...headers } = init.headers;
    const response = await io.http(url.origin).request({
      method: init.method === 'GET' ? 'GET' : 'POST',
      route: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          name === 'authorization' ? guarded(value, secrets) : value,
        ]),
      ),
      ...(init.body !== undefined &&
        init.body !== null && {
          body: {
            type: type.startsWith('application/json')
              ? 'application/json'
              : 'application/x-www-form-urlencoded',
            content: guarded(String(init.body), secrets),
          },
        }),
      repeat,
      signal,
    });
    if (!isSuccess(response)) {
      throw refusal(response, localize);
    }
    const isBodyless = response.status === 204 || response.status === 205;
    return new Response(isBodyless ? null : response.body, {
      status: response.status,
      headers: { ...response.headers },
    });
  };
}

/** A text that carries secrets, which redaction then knows one by one. */
function guarded(text: string, secrets: readonly Secret[]): Secret {
  return Secret.compose(secrets, () => text);
}

function secretsOf({ secret }: Client): readonly Secret[] {
  return secret ? [secret] : [];
}

function authenticate(library: Library, { auth, secret }: Client) {
  if (auth === 'none') {
    return library.None();
  }
  if (!secret) {
    throw new TokenManagerError('credentialMissing');
  }
  return auth === 'client_secret_post'
    ? library.ClientSecretPost(secret.reveal())
    : library.ClientSecretBasic(secret.reveal());
}
