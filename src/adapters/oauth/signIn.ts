import type { Draft, FormIo, SignIn, SignInUser, WayBack } from '../../core/adapter/contract.ts';
import { checkedBaseUrl } from '../../core/http/client.ts';
import { TokenManagerError, throwIfCancelled } from '../../core/model/errors.ts';
import type { Settings } from '../../core/model/item.ts';
import type { Localize, Secrets } from '../../core/ports.ts';
import { type Claims, personIn, unverifiedClaims } from './claims.ts';
import { Calls, type Client, type Granted, type TokenKind } from './client.ts';
import { registers } from './form.ts';
import { addressesOf, isByHand, type Server, serverOf } from './server.ts';
import { clientOf, grantParameters, type OAuthSettings, oauthSettings } from './settings.ts';
import { factsOf, type Held, stored } from './tokenSet.ts';

/** A client and what is stored so that it can be used again. */
interface KnownClient {
  readonly client: Client | undefined;
  readonly settings: Settings;
}

/** From what was entered to tokens. Nothing is stored before it has resolved. */
export async function signIn(
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<SignIn> {
  const server = serverOf(draft.settings);
  const origins = addressesOf(server).flatMap((address) => URL.parse(address)?.origin ?? []);
  await io.user?.trust(origins, signal);
  const flow = new Flow(server, draft, io, localize, signal);
  const { held, known } = await flow.tokens();
  const { said, introspects, notice } = await flow.checked(held, known.client);
  const kept: Settings = { ...draft.settings, ...known.settings, '.introspects': introspects };
  const secret = known.client?.secret;
  return {
    account: accountOf(server, said, held, known.client, localize),
    settings: kept,
    secrets: { ...(secret && { clientSecret: secret }), ...stored(held) },
    ...(notice !== undefined && { notice }),
  };
}

class Flow {
  readonly #server: Server;
  readonly #draft: Draft;
  readonly #settings: OAuthSettings;
  readonly #io: FormIo;
  readonly #localize: Localize;
  readonly #signal: AbortSignal;
  readonly #calls: Calls;

  constructor(server: Server, draft: Draft, io: FormIo, localize: Localize, signal: AbortSignal) {
    this.#server = server;
    this.#draft = draft;
    this.#settings = oauthSettings(draft.settings);
    this.#io = io;
    this.#localize = localize;
    this.#signal = signal;
    this.#calls = new Calls(server, io, localize);
  }

  async tokens(): Promise<{ readonly held: Held; readonly known: KnownClient }> {
    if (this.#settings.method === 'paste') {
      return { held: pasted(this.#draft.secrets), known: this.#ownClient() };
    }
    const { granted, known } = await this.#granted();
    const { accessToken, refreshToken, idToken } = granted;
    const asked = this.#settings.scopes === '' ? undefined : this.#settings.scopes.split(/\s+/);
    const held: Held = {
      accessToken,
      ...(refreshToken && { refreshToken }),
      ...(idToken && { idToken }),
      facts: factsOf(granted, asked),
    };
    return { held, known };
  }

  /** Asks the server about what we now hold, and learns whether it answers such questions. */
  async checked(held: Held, client: Client | undefined) {
    const token = held.accessToken ?? held.refreshToken;
    const kind: TokenKind = held.accessToken ? 'access_token' : 'refresh_token';
    if (!this.#server.introspection_endpoint || !client || !token) {
      return { said: undefined, introspects: 'no', notice: this.#unchecked() };
    }
    try {
      const said = await this.#calls.introspect(client, token, kind, this.#signal);
      if (!said) {
        const detail = this.#localize('The server says that this token is not active.');
        throw new TokenManagerError('unauthorized', detail, { code: 'invalid_token' });
      }
      return { said, introspects: 'yes' };
    } catch (thrown) {
      const error = TokenManagerError.from(thrown);
      if (!this.#isNotForUs(error, client)) {
        throw error;
      }
      const notice = this.#localize(
        'The server does not let this client ask about tokens. What is shown comes from the token response and from the tokens themselves, and a revocation cannot be verified.',
      );
      return { said: undefined, introspects: 'no', notice };
    }
  }

  #unchecked(): string | undefined {
    return this.#settings.method === 'paste'
      ? this.#localize(
          'Nothing could be asked of the server about these tokens, so that they are stored unchecked.',
        )
      : undefined;
  }

  /** A client that has just been given a token is a good one; whatever refuses it here means introspection. */
  #isNotForUs(error: TokenManagerError, { auth }: Client): boolean {
    const isProven = this.#settings.method !== 'paste' || auth === 'none';
    return (
      error.code !== 'invalid_token' &&
      (error.kind === 'forbidden' ||
        error.kind === 'notFound' ||
        (isProven && (error.kind === 'unauthorized' || error.kind === 'rejected')))
    );
  }

  async #granted(): Promise<{ readonly granted: Granted; readonly known: KnownClient }> {
    const parameters = grantParameters(this.#settings);
    switch (this.#settings.method) {
      case 'browser':
        return this.#byBrowser();
      case 'device': {
        const known = await this.#client(undefined);
        return { granted: await this.#byDevice(needed(known.client)), known };
      }
      default: {
        const known = await this.#client(undefined);
        const granted = await this.#calls.clientCredentials(needed(known.client), parameters, this.#signal);
        return { granted, known };
      }
    }
  }

  async #byBrowser(): Promise<{ readonly granted: Granted; readonly known: KnownClient }> {
    const user = this.#user();
    const library = await import('./library.ts');
    const state = library.generateRandomState();
    const verifier = library.generateRandomCodeVerifier();
    const nonce = this.#isOpenId() ? library.generateRandomNonce() : undefined;
    const challenge = await library.calculatePKCECodeChallenge(verifier);
    let known: KnownClient | undefined;
    let redirectUri = '';
    const callback = await user.authorize(
      {
        wayBack: wayBackOf(this.#draft.settings),
        isWayFixed: !registers(this.#draft),
        state,
        page: async (uri) => {
          redirectUri = uri;
          known = await this.#client(uri);
          return this.#page({
            client_id: needed(known.client).id,
            redirect_uri: uri,
            state,
            code_challenge: challenge,
            code_challenge_method: 'S256',
            ...(nonce !== undefined && { nonce }),
          });
        },
      },
      this.#signal,
    );
    if (!known) {
      throw new TokenManagerError('internal', '', { code: 'no-page' });
    }
    const answer = { callback: new URL(callback), redirectUri, state, verifier, nonce };
    const isKnownIssuer = !isByHand(this.#draft.settings);
    const granted = await this.#calls.exchangeCode(needed(known.client), answer, isKnownIssuer, this.#signal);
    return { granted, known };
  }

  #page(parameters: Record<string, string>): string {
    const page = URL.parse(this.#server.authorization_endpoint ?? '');
    if (!page) {
      throw new TokenManagerError('unsupported', '', { code: 'authorization_endpoint' });
    }
    const all = { response_type: 'code', ...parameters, ...grantParameters(this.#settings) };
    for (const [name, value] of Object.entries(all)) {
      page.searchParams.set(name, value);
    }
    if (this.#isOpenId() && this.#scopes().includes('offline_access')) {
      // Without it a server is to ignore that scope (OpenID Connect Core section 11).
      page.searchParams.set('prompt', 'consent');
    }
    return page.href;
  }

  /** RFC 8628: looks again and again until the user is done, no oftener than the server allows. */
  async #byDevice(client: Client): Promise<Granted> {
    const user = this.#user();
    const { clock } = this.#io;
    const started = await this.#calls.startDevice(client, grantParameters(this.#settings), this.#signal);
    const expiresAt = clock.now() + started.expiresInSeconds * 1000;
    user.showDeviceCode({
      code: started.userCode,
      page: pageOf(started.page),
      ...(started.completePage !== undefined && { completePage: pageOf(started.completePage) }),
      expiresAt,
    });
    let interval = started.intervalSeconds * 1000;
    // Counted instead of compared with a clock, which may be set meanwhile.
    for (let left = started.expiresInSeconds * 1000; left > interval; left -= interval) {
      await clock.sleep(interval, this.#signal);
      throwIfCancelled(this.#signal);
      try {
        return await this.#calls.pollDevice(client, started.deviceCode, this.#signal);
      } catch (thrown) {
        interval = this.#nextInterval(TokenManagerError.from(thrown), interval);
      }
    }
    throw this.#codeExpired();
  }

  #nextInterval(error: TokenManagerError, interval: number): number {
    if (error.code === 'authorization_pending') {
      return interval;
    }
    if (error.code === 'slow_down') {
      return interval + 5000;
    }
    if (error.code === 'expired_token') {
      throw this.#codeExpired();
    }
    if (error.code === 'access_denied') {
      throw new TokenManagerError('rejected', this.#localize('The sign-in was declined in the browser.'), {
        code: 'access_denied',
      });
    }
    if (error.traits.mayPass) {
      return Math.min(interval * 2, 60_000);
    }
    throw error;
  }

  #codeExpired(): TokenManagerError {
    const detail = this.#localize('The code was not entered in time. Begin again to get another one.');
    return new TokenManagerError('rejected', detail, { code: 'expired_token' });
  }

  /** @param redirectUri where the browser leads back to, when it does */
  async #client(redirectUri: string | undefined): Promise<KnownClient> {
    return registers(this.#draft) ? this.#registered(redirectUri) : this.#ownClient();
  }

  #ownClient(): KnownClient {
    const client = clientOf(this.#settings, this.#draft.secrets);
    return { client, settings: client ? {} : { clientId: '', clientAuth: 'none' } };
  }

  /** Once for a connection; anew only when the browser leads back to where the first one must not. */
  async #registered(redirectUri: string | undefined): Promise<KnownClient> {
    const {
      '.registeredFor': registeredFor,
      '.registeredClient': registeredClient,
      '.registeredAuth': registeredAuth,
    } = this.#draft.settings;
    const wanted = registrationKey(this.#settings, redirectUri);
    const clientId = typeof registeredClient === 'string' ? registeredClient : '';
    if (registeredFor === wanted && clientId !== '') {
      const before = oauthSettings({
        ...this.#draft.settings,
        clientId,
        clientAuth: registeredAuth ?? 'none',
      });
      if (before.clientAuth === 'none' || this.#draft.secrets.clientSecret) {
        return { client: clientOf(before, this.#draft.secrets), settings: registration(before, wanted) };
      }
    }
    const client = await this.#calls.register(this.#metadata(redirectUri), this.#signal);
    return { client, settings: registration({ clientId: client.id, clientAuth: client.auth }, wanted) };
  }

  #metadata(redirectUri: string | undefined) {
    const grants = {
      browser: ['authorization_code', 'refresh_token'],
      device: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      clientCredentials: ['client_credentials'],
      paste: [],
    };
    const listed = this.#server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const auth = (['client_secret_basic', 'client_secret_post', 'none'] as const).find((method) =>
      listed.includes(method),
    );
    return {
      client_name: 'OAuth Token Manager',
      application_type: 'native',
      redirect_uris: redirectUri === undefined ? [] : [redirectUri],
      response_types: redirectUri === undefined ? [] : ['code'],
      grant_types: grants[this.#settings.method],
      token_endpoint_auth_method: auth ?? 'client_secret_basic',
      ...(this.#settings.scopes !== '' && { scope: this.#settings.scopes }),
    };
  }

  #scopes(): string[] {
    return this.#settings.scopes.split(/\s+/);
  }

  #isOpenId(): boolean {
    return this.#scopes().includes('openid');
  }

  #user(): SignInUser {
    if (!this.#io.user) {
      throw new TokenManagerError('unsupported', '', { code: 'no-user' });
    }
    return this.#io.user;
  }
}

/** A port of loopback is another each time, and servers do not mind which (RFC 8252 section 7.3). */
function registrationKey({ method }: OAuthSettings, redirectUri: string | undefined): string {
  return `${method} ${(redirectUri ?? '').replace(/^(http:\/\/127\.0\.0\.1):\d+(?=\/callback$)/, '$1')}`.trim();
}

function registration(
  { clientId, clientAuth }: Pick<OAuthSettings, 'clientId' | 'clientAuth'>,
  registeredFor: string,
): Settings {
  return {
    clientId,
    clientAuth,
    '.registeredFor': registeredFor,
    '.registeredClient': clientId,
    '.registeredAuth': clientAuth,
  };
}

function needed(client: Client | undefined): Client {
  if (!client) {
    throw new TokenManagerError('configuration', 'clientId', { code: 'unusable-settings' });
  }
  return client;
}

function wayBackOf({ wayBack }: Settings): WayBack {
  return wayBack === 'loopback' ? 'loopback' : 'editor';
}

/** A page that a server names is opened by the browser, which would open anything. */
function pageOf(address: string): string {
  checkedBaseUrl(URL.parse(address)?.origin ?? '');
  return address;
}

function pasted({ accessToken, refreshToken }: Secrets): Held {
  return {
    ...(accessToken?.reveal() && { accessToken }),
    ...(refreshToken?.reveal() && { refreshToken }),
    facts: {},
  };
}

function accountOf(
  { issuer }: Server,
  said: Claims | undefined,
  { accessToken, idToken }: Held,
  client: Client | undefined,
  localize: Localize,
) {
  const own = [idToken, accessToken].map((token) => token && unverifiedClaims(token.reveal()));
  const subject = said?.sub ?? own.find((claims) => claims?.sub)?.sub;
  const person = [said, ...own].map((claims) => personIn(claims)).find((name) => name !== undefined);
  const host = URL.parse(issuer)?.host ?? issuer;
  const who = person ?? subject ?? client?.id;
  return {
    id: `${issuer} ${subject ?? client?.id ?? ''}`.trim(),
    name: who === undefined ? host : localize('{0} at {1}', who, host),
  };
}
