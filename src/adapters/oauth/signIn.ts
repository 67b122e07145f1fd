import type { Draft, FormIo, SignIn, SignInUser, WayBack } from '../../core/adapter/contract.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import type { Settings } from '../../core/model/item.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize, Secrets } from '../../core/ports.ts';
import { accountOf } from './account.ts';
import { isClientRefused } from './authentication.ts';
import { authorizationPage, challengeOf, isOpenId } from './authorizationPage.ts';
import { AuthorizationServerClient, type Client, type TokenResponse } from './client.ts';
import { DeviceFlow } from './deviceFlow.ts';
import { registers } from './form.ts';
import { introspected } from './introspected.ts';
import { commonAlgorithm, madeKey } from './keys.ts';
import { type Management, RegistrationManager, storedManagement } from './management.ts';
import { type KnownClient, registeredClient } from './registration.ts';
import { addressesOf, isByHand, isLed, type Server, serverOf } from './server.ts';
import {
  clientOf,
  grantParameters,
  type OAuthSettings,
  oauthSettings,
  resourceParameters,
} from './settings.ts';
import { factsOf, stored, type TokenSet } from './tokenSet.ts';

/** From what was entered to tokens. Nothing is stored before it has resolved. */
export async function signIn(
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<SignIn> {
  const metadata = serverOf(draft.settings);
  const origins = addressesOf(metadata).flatMap((address) => URL.parse(address)?.origin ?? []);
  await io.user?.trust(origins, signal);
  const server = new AuthorizationServerClient(metadata, io, localize);
  const { tokens, known, boundTo } = await new Flow(server, metadata, draft, io, localize, signal).tokens();
  const settings = oauthSettings(draft.settings);
  const offersIt = metadata.introspection_endpoint !== undefined;
  const { said, answers, notices } = await introspected(tokens, {
    server: offersIt ? server : undefined,
    client: known.client,
    settings,
    localize,
    signal,
  });
  const client = known.client && server.accepted(known.client);
  const secret = client?.secret;
  return {
    account: accountOf(metadata, said, tokens, known.client, localize),
    settings: {
      ...withoutOldRegistration(draft.settings),
      ...known.settings,
      ...(client && { clientAuth: client.auth }),
      '.introspects': answers,
    },
    secrets: {
      ...(secret && { [client?.auth === 'private_key_jwt' ? 'clientKey' : 'clientSecret']: secret }),
      ...(boundTo && { dpopKey: boundTo }),
      ...stored(tokens),
      ...managing(known.management),
    },
    ...(notices.length > 0 && { notice: notices.join(' ') }),
    ...discarding(known, io, localize),
  };
}

interface SignedIn {
  readonly tokens: TokenSet;
  readonly known: KnownClient;
  /** The private key that the tokens are bound to. */
  readonly boundTo?: Secret;
}

class Flow {
  readonly #server: AuthorizationServerClient;
  readonly #metadata: Server;
  readonly #draft: Draft;
  readonly #settings: OAuthSettings;
  readonly #io: FormIo;
  readonly #localize: Localize;
  readonly #signal: AbortSignal;
  /** How a client that was registered for this sign-in is taken back. */
  #registered: Management | undefined;
  readonly #manager: RegistrationManager;

  constructor(
    server: AuthorizationServerClient,
    metadata: Server,
    draft: Draft,
    io: FormIo,
    localize: Localize,
    signal: AbortSignal,
  ) {
    this.#server = server;
    this.#metadata = metadata;
    this.#draft = draft;
    this.#settings = oauthSettings(draft.settings);
    this.#io = io;
    this.#localize = localize;
    this.#signal = signal;
    this.#manager = new RegistrationManager(io, localize);
  }

  async tokens(): Promise<SignedIn> {
    if (this.#settings.method === 'paste') {
      return { tokens: pasted(this.#draft.secrets), known: this.#ownClient() };
    }
    const key = await this.#bind();
    const result = await toResult(this.#granted());
    if (result instanceof TokenManagerError) {
      await this.#takeBackRegistration();
      throw this.#withOtherAuthentication(result);
    }
    const { granted, known } = result;
    const { accessToken, refreshToken, idToken } = granted;
    const asked = this.#settings.scopes === '' ? undefined : this.#settings.scopes.split(/\s+/);
    const tokens: TokenSet = {
      accessToken,
      ...(refreshToken && { refreshToken }),
      ...(idToken && { idToken }),
      facts: factsOf(granted, asked),
    };
    // A server that offers it may still hand out tokens that are not bound.
    const isBound = /^\s*dpop\s*$/i.test(granted.tokenType ?? '');
    return { tokens, known, ...(isBound && key && { boundTo: key }) };
  }

  /** Tokens that are bound to a key are worth nothing without it (RFC 9449), so that it is used where offered. */
  async #bind(): Promise<Secret | undefined> {
    const algorithm = commonAlgorithm(this.#metadata.dpop_signing_alg_values_supported);
    const key = algorithm && (await madeKey(await import('./library.ts'), algorithm));
    if (key) {
      this.#server.bindTo(key);
    }
    return key;
  }

  /** A client that was registered for a sign-in which then failed would stay at the server for nothing. */
  async #takeBackRegistration(): Promise<void> {
    if (this.#registered) {
      await toResult(this.#manager.unregister(this.#registered, new AbortController().signal));
      this.#registered = undefined;
    }
  }

  /** A server that refuses the client may only expect its secret in another place. */
  #withOtherAuthentication(error: TokenManagerError): TokenManagerError {
    const hint = this.#placeOfSecret(error);
    return hint === undefined
      ? error
      : new TokenManagerError(error.kind, `${error.detail} ${hint}`, {
          ...(error.code !== undefined && { code: error.code }),
          ...(error.status !== undefined && { status: error.status }),
        });
  }

  #placeOfSecret(error: TokenManagerError): string | undefined {
    const { clientAuth } = this.#settings;
    const listed = this.#metadata.token_endpoint_auth_methods_supported;
    if (clientAuth === 'client_secret_basic' && this.#server.isInForm) {
      // The code may have been used up when the client was not accepted.
      return this.#localize(
        'The server takes the client secret in the form: choose that, and sign in again.',
      );
    }
    const mayBeInHeader = listed === undefined || listed.includes('client_secret_basic');
    return clientAuth === 'client_secret_post' && mayBeInHeader && isClientRefused(error)
      ? this.#localize('If both are right, try the client secret in the header.')
      : undefined;
  }

  async #granted(): Promise<{ readonly granted: TokenResponse; readonly known: KnownClient }> {
    if (this.#settings.method === 'browser') {
      return this.#byBrowser();
    }
    const parameters = grantParameters(this.#settings);
    const known = await this.#client(undefined);
    const client = needed(known.client);
    const granted =
      this.#settings.method === 'device'
        ? await new DeviceFlow(this.#server, this.#user(), this.#io, this.#localize, this.#signal).tokens(
            client,
            parameters,
          )
        : await this.#server.clientCredentials(client, parameters, this.#signal);
    return { granted, known };
  }

  async #byBrowser(): Promise<{ readonly granted: TokenResponse; readonly known: KnownClient }> {
    const user = this.#user();
    const library = await import('./library.ts');
    const state = library.generateRandomState();
    const verifier = library.generateRandomCodeVerifier();
    const nonce = isOpenId(this.#settings) ? library.generateRandomNonce() : undefined;
    const challenge = await challengeOf(library, verifier, this.#metadata);
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
          const thumbprint = await this.#server.thumbprint();
          return authorizationPage({
            client: needed(known.client),
            settings: this.#settings,
            server: this.#server,
            metadata: this.#metadata,
            parameters: {
              redirect_uri: uri,
              state,
              ...challenge,
              ...(nonce !== undefined && { nonce }),
              ...(thumbprint !== undefined && { dpop_jkt: thumbprint }),
            },
            signal: this.#signal,
          });
        },
      },
      this.#signal,
    );
    if (!known) {
      throw new TokenManagerError('internal', '', { code: 'no-page' });
    }
    const isTypedIssuer = isByHand(this.#draft.settings);
    // The API that led here wants tokens that are for it alone (RFC 8707 section 2.2).
    const parameters = isLed(this.#draft.settings) ? resourceParameters(this.#settings) : {};
    const led = { callback: new URL(callback), redirectUri };
    const answer = { ...led, state, verifier, nonce, isTypedIssuer, parameters };
    const granted = await this.#server.exchangeCode(needed(known.client), answer, this.#signal);
    return { granted, known };
  }

  /** @param redirectUri where the browser leads back to, when it does */
  async #client(redirectUri: string | undefined): Promise<KnownClient> {
    if (!registers(this.#draft)) {
      return this.#ownClient();
    }
    const known = await registeredClient(redirectUri, {
      server: this.#server,
      manager: this.#manager,
      metadata: this.#metadata,
      draft: this.#draft,
      now: this.#io.clock.now(),
      signal: this.#signal,
    });
    this.#registered = known.isNew ? known.management : undefined;
    return known;
  }

  #ownClient(): KnownClient {
    const client = clientOf(this.#settings, this.#draft.secrets);
    return { client, settings: client ? {} : { clientId: '', clientAuth: 'none' } };
  }

  #user(): SignInUser {
    if (!this.#io.user) {
      throw new TokenManagerError('unsupported', '', { code: 'no-user' });
    }
    return this.#io.user;
  }
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

function pasted({ accessToken, refreshToken }: Secrets): TokenSet {
  return {
    ...(accessToken?.reveal() && { accessToken }),
    ...(refreshToken?.reveal() && { refreshToken }),
    facts: {},
  };
}

function managing(management: Management | undefined): Secrets {
  const { registrationUntil, ...kept } = management ? storedManagement(management) : {};
  return { ...kept, ...(registrationUntil && { registrationUntil }) };
}

/** A client that nothing here would ever use again. */
function discarding(
  { isNew, management }: KnownClient,
  io: FormIo,
  localize: Localize,
): Pick<SignIn, 'discard'> {
  return isNew && management
    ? {
        discard: async (signal) => {
          await new RegistrationManager(io, localize).unregister(management, signal);
        },
      }
    : {};
}

/** When a secret that has expired is replaced by one that does not, its end is not kept. */
function withoutOldRegistration({ '.registeredUntil': _, ...settings }: Settings): Settings {
  return settings;
}
