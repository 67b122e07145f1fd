import type { Draft, FormIo, SignIn } from '../../../core/adapter/contract.ts';
import type { SignInUser, WayBack } from '../../../core/adapter/signInUser.ts';
import { TokenManagerError, toResult } from '../../../core/model/errors.ts';
import type { Settings } from '../../../core/model/item.ts';
import type { Secret } from '../../../core/model/secret.ts';
import type { Localize, Secrets } from '../../../core/ports.ts';
import { signedResponseMode } from '../client/authorizationAnswer.ts';
import { AuthorizationServerClient, type Client, type TokenResponse } from '../client/client.ts';
import { serverFor } from '../client/clientCertificate.ts';
import { type Management, RegistrationManager } from '../client/management.ts';
import {
  clientOf,
  grantParameters,
  type OAuthSettings,
  oauthSettings,
  registers,
  resourceParameters,
} from '../client/settings.ts';
import { resourceOf } from '../discovery/protectedResource.ts';
import { addressesOf, isByHand, isLed, type Server } from '../discovery/server.ts';
import { administrationSecret, withoutAccess } from '../grants/administration.ts';
import { commonAlgorithm, madeKey } from '../protocol/keys.ts';
import { isProofRefused } from '../protocol/refusal.ts';
import { type KnownClient, registeredClient } from '../registration/registration.ts';
import {
  discarding,
  managing,
  secretOf,
  withoutOldRegistration,
  withRegistration,
} from '../registration/storedClient.ts';
import { accountOf } from '../tokens/account.ts';
import { introspected } from '../tokens/introspected.ts';
import { factsOf, stored, type TokenSet } from '../tokens/tokenSet.ts';
import { authorizationPage, challengeOf, isOpenId } from './authorizationPage.ts';
import { DeviceFlow } from './deviceFlow.ts';
import { withPlaceOfSecret } from './placeOfSecret.ts';

/** From what was entered to tokens. Nothing is stored before it has resolved. */
export async function signIn(
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<SignIn> {
  const metadata = serverFor(draft.settings);
  const origins = addressesOf(metadata).flatMap((address) => URL.parse(address)?.origin ?? []);
  await io.user?.trust(origins, signal);
  const server = new AuthorizationServerClient(metadata, io, localize);
  const flow = new Flow(server, metadata, draft, io, localize, signal);
  const { tokens, known, boundTo } = await flow.tokens();
  const settings = oauthSettings(draft.settings);
  const offersIt = metadata.introspection_endpoint !== undefined;
  const looked = await toResult(
    introspected(tokens, {
      server: offersIt ? server : undefined,
      client: known.client,
      settings,
      localize,
      signal,
    }),
  );
  if (looked instanceof TokenManagerError) {
    await flow.takeBackRegistration();
    throw looked;
  }
  const { said, answers, notices: unasked } = looked;
  const notices = [...flow.notices, ...unasked];
  const client = known.client && server.accepted(known.client);
  return {
    account: accountOf(metadata, said, tokens, known.client, localize),
    settings: {
      ...withoutAccess(withoutOldRegistration(draft.settings)),
      ...known.settings,
      ...(client && { clientAuth: client.auth }),
      '.introspects': answers,
    },
    secrets: {
      ...secretOf(client),
      ...(boundTo && { dpopKey: boundTo }),
      ...stored(tokens),
      ...managing(known.management),
      ...administrationSecret(draft.secrets),
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

interface Granted {
  readonly granted: TokenResponse;
  readonly known: KnownClient;
}

class Flow {
  readonly #server: AuthorizationServerClient;
  readonly #metadata: Server;
  #draft: Draft;
  readonly #settings: OAuthSettings;
  readonly #io: FormIo;
  readonly #localize: Localize;
  readonly #signal: AbortSignal;
  /** How a client that was registered for this sign-in is taken back. */
  #registered: Management | undefined;
  #isNew = false;
  readonly #manager: RegistrationManager;
  #isPushRefused = false;

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
    const result = await this.#grantedOnceMore(await toResult(this.#granted()));
    if (result instanceof TokenManagerError) {
      await this.takeBackRegistration();
      throw withPlaceOfSecret(result, this.#settings, this.#metadata, this.#server, this.#localize);
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

  /** What the user should know of how it went. */
  get notices(): string[] {
    return [
      ...(this.#server.isUnbound
        ? [this.#localize('The server refused the proof of a key, so the tokens are not bound to one.')]
        : []),
      ...(this.#isPushRefused
        ? [this.#localize('The server refused a pushed request, so the browser sent it.')]
        : []),
    ];
  }

  /**
   * A server may offer to bind tokens to a key, and then not accept how it is proven, as behind a proxy that changes
   * addresses. The code is bound to that key, and is not to be sent twice: it takes another sign-in.
   */
  async #grantedOnceMore(first: Granted | TokenManagerError): Promise<Granted | TokenManagerError> {
    if (!(first instanceof TokenManagerError && isProofRefused(first) && this.#server.unbind())) {
      return first;
    }
    const second = await toResult(this.#granted());
    // One that needs the proof says less of what is wrong with it.
    const isVain = second instanceof TokenManagerError && second.kind === 'rejected';
    return isVain && second.code !== 'access_denied' ? first : second;
  }

  /** Tokens that are bound to a key are worth nothing without it (RFC 9449), so that it is used where offered. */
  async #bind(): Promise<Secret | undefined> {
    const algorithm = commonAlgorithm(this.#metadata.dpop_signing_alg_values_supported);
    const key = algorithm && (await madeKey(await import('../protocol/library.ts'), algorithm));
    if (key) {
      const { settings } = this.#draft;
      this.#server.bindTo(key, !(isLed(settings) && resourceOf(settings)?.isBound));
    }
    return key;
  }

  /** A client that was registered for a sign-in which then failed would stay at the server for nothing. */
  async takeBackRegistration(): Promise<void> {
    if (this.#registered) {
      await toResult(this.#manager.unregister(this.#registered, new AbortController().signal));
      this.#registered = undefined;
    }
  }

  async #granted(): Promise<Granted> {
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
            this.#metadata,
          )
        : await this.#server.clientCredentials(client, parameters, this.#signal);
    return { granted, known };
  }

  async #byBrowser(): Promise<Granted> {
    const user = this.#user();
    const library = await import('../protocol/library.ts');
    const state = library.generateRandomState();
    const verifier = library.generateRandomCodeVerifier();
    const nonce = isOpenId(this.#settings) ? library.generateRandomNonce() : undefined;
    const challenge = await challengeOf(library, verifier, this.#metadata);
    let known: KnownClient | undefined;
    let redirectUri = '';
    let responseMode: string | undefined;
    const callback = await user.authorize(
      {
        wayBack: wayBackOf(this.#draft.settings),
        isWayFixed: !registers(this.#draft.settings),
        state,
        page: async (uri) => {
          redirectUri = uri;
          known = await this.#client(uri);
          responseMode = signedResponseMode(this.#metadata, needed(known.client));
          const thumbprint = await this.#server.thumbprint();
          const { address, isPushRefused } = await authorizationPage({
            client: needed(known.client),
            settings: this.#settings,
            server: this.#server,
            metadata: this.#metadata,
            responseMode,
            parameters: {
              redirect_uri: uri,
              state,
              ...challenge,
              ...(nonce !== undefined && { nonce }),
              ...(thumbprint !== undefined && { dpop_jkt: thumbprint }),
            },
            signal: this.#signal,
          });
          this.#isPushRefused = isPushRefused;
          return address;
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
    const led = { callback: new URL(callback), redirectUri, isSigned: responseMode !== undefined };
    const answer = { ...led, state, verifier, nonce, isTypedIssuer, parameters };
    const granted = await this.#server.exchangeCode(needed(known.client), answer, this.#signal);
    return { granted, known };
  }

  /** @param redirectUri where the browser leads back to, when it does */
  async #client(redirectUri: string | undefined): Promise<KnownClient> {
    if (!registers(this.#draft.settings)) {
      return this.#ownClient();
    }
    const known = await this.#registeredClient(redirectUri);
    this.#draft = withRegistration(this.#draft, known);
    return known;
  }

  async #registeredClient(redirectUri: string | undefined): Promise<KnownClient> {
    const known = await registeredClient(redirectUri, {
      server: this.#server,
      manager: this.#manager,
      metadata: this.#metadata,
      draft: this.#draft,
      now: this.#io.clock.now(),
      signal: this.#signal,
    });
    const isNew = known.isNew || this.#isNew;
    this.#isNew = isNew;
    this.#registered = isNew ? known.management : undefined;
    return { ...known, isNew };
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
