import type { Client as OAuthClient } from 'oauth4webapi';
import type { FormIo } from '../../../core/adapter/contract.ts';
import { TokenManagerError, toResult } from '../../../core/model/errors.ts';
import { Secret } from '../../../core/model/secret.ts';
import type { Localize } from '../../../core/ports.ts';
import { parsed } from '../../support/answers.ts';
import type * as z from '../../support/schema.ts';
import type { Server } from '../discovery/server.ts';
import {
  type DeviceStart,
  deviceAnswer,
  introspectionAnswer,
  pushedAnswer,
  registrationAnswer,
  tokenAnswer,
  understoodAnswer,
} from '../protocol/answers.ts';
import { type Claims, claims } from '../protocol/claims.ts';
import { isOfThisSignIn } from '../protocol/idToken.ts';
import type { Call } from '../protocol/request.ts';
import { type Client, type ClientAuth, isByCertificate, isClientAuth, secretsOf } from './authentication.ts';
import { type AuthorizationAnswer, validated } from './authorizationAnswer.ts';
import { type Send, ServerCalls } from './calls.ts';
import { type Management, type SecretEnd, secretEnding } from './management.ts';

export type { Client, ClientAuth } from './authentication.ts';

/** What a token endpoint handed out. Its moments are this computer's, which the server's clock cannot move. */
export interface TokenResponse {
  readonly accessToken: Secret;
  readonly refreshToken?: Secret;
  readonly idToken?: Secret;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  readonly expiresAt?: number;
  readonly scope?: readonly string[];
  /** Where it is not `Bearer`. */
  readonly tokenType?: string;
}

export type TokenKind = 'access_token' | 'refresh_token';

export interface CodeAnswer extends AuthorizationAnswer {
  readonly redirectUri: string;
  readonly verifier: string;
  readonly nonce: string | undefined;
  /** Sent along with the code. */
  readonly parameters: Parameters;
}

export interface RegisteredClient extends Client {
  /** Absent where its secret does not expire. */
  readonly secretEnd?: SecretEnd;
  /** Absent where the server does not let clients manage their registration (RFC 7592). */
  readonly management?: Management;
}

export type ClientMetadata = Partial<OAuthClient> & { readonly token_endpoint_auth_method: ClientAuth };

export type Parameters = Record<string, string>;

/** A client of one authorization server; every request goes through the connection's own HTTP client. */
export class AuthorizationServerClient {
  readonly #server: Server;
  readonly #calls: ServerCalls;
  readonly #io: FormIo;
  readonly #localize: Localize;

  constructor(server: Server, io: FormIo, localize: Localize) {
    this.#server = server;
    this.#calls = new ServerCalls(server, io, localize);
    this.#io = io;
    this.#localize = localize;
  }

  /** The client as the server has accepted it so far, which may be with its secret in another place. */
  accepted(client: Client): Client {
    return this.#calls.accepted(client);
  }

  /** From now on the client proves itself by the secret that it has here. */
  replaceSecret(client: Client): void {
    this.#calls.replaceSecret(client);
  }

  /** Whether the server was found to take the secret in the form only. */
  get isInForm(): boolean {
    return this.#calls.isInForm;
  }

  /**
   * RFC 7591, as a native application of its own for this connection.
   * @param key whose public half is in the metadata, where the client is to prove itself by one
   */
  async register(
    metadata: ClientMetadata,
    key: Secret | undefined,
    signal: AbortSignal,
  ): Promise<RegisteredClient> {
    const call: Call = { secrets: [], repeat: 'writes', signal, asked: 'registration' };
    const body = await this.#calls.bodyFor(call, (library, server, options) =>
      library.dynamicClientRegistrationRequest(server, metadata, options),
    );
    const answer = understoodAnswer(registrationAnswer(), body);
    const { client_id: id, client_secret: secret, client_secret_expires_at: until } = answer;
    const signedBy = answer.authorization_signed_response_alg;
    // What the server names counts, else what it was asked for (RFC 7591 section 3.2.1).
    const named = answer.token_endpoint_auth_method;
    const mayBe = isClientAuth(named) && !isByCertificate(named);
    const auth = mayBe ? named : metadata.token_endpoint_auth_method;
    const secretEnd = until === undefined ? undefined : secretEnding(until, this.#io.clock.now());
    const management = managementOf(answer, this.#server, secretEnd);
    const common = { id, ...(signedBy !== undefined && { signedBy }), ...(management && { management }) };
    if (auth === 'private_key_jwt' && key) {
      return { ...common, auth, secret: key };
    }
    if (auth === 'none' || secret === undefined) {
      return { ...common, auth: 'none' };
    }
    return {
      ...common,
      auth,
      secret: new Secret(secret),
      ...(secretEnd && { secretEnd }),
    };
  }

  /**
   * Whether the server still knows a client, by what it says of a refresh token that there never was. Only a
   * refusal of the client itself says that it does not.
   */
  async isKnown(client: Client, signal: AbortSignal): Promise<boolean> {
    const made = new Secret(crypto.randomUUID());
    const error = await toResult(this.#refresh(client, made, {}, signal));
    return !(
      error instanceof TokenManagerError &&
      (error.code === 'invalid_client' || (error.status === 401 && error.code !== 'invalid_grant'))
    );
  }

  /** The code that the browser brought back, exchanged; `state`, `iss` (RFC 9207) and the ID token are checked. */
  async exchangeCode(client: Client, answer: CodeAnswer, signal: AbortSignal): Promise<TokenResponse> {
    const { redirectUri, verifier, nonce, isTypedIssuer } = answer;
    const brought = await this.#calls.brought(signal, client, (library, server, them, options) =>
      validated(library, server, them, answer, options, this.#localize),
    );
    const code = new Secret(brought.get('code') ?? '');
    const secrets = [...secretsOf(client), code, new Secret(verifier)];
    const call: Call = { secrets, repeat: 'writes', signal, asked: 'token' };
    const granted = await this.#granted(call, client, (library, server, them, proven, options) =>
      library.authorizationCodeGrantRequest(server, them, proven, brought, redirectUri, verifier, {
        ...options,
        additionalParameters: answer.parameters,
      }),
    );
    const { idToken, ...rest } = granted;
    const expected = { issuer: this.#server.issuer, isTyped: isTypedIssuer, clientId: client.id, nonce };
    return idToken && !isOfThisSignIn(idToken.reveal(), expected, this.#localize) ? rest : granted;
  }

  /** RFC 9126. @returns what stands for the parameters at the page for signing in */
  async push(client: Client, parameters: Parameters, signal: AbortSignal): Promise<string> {
    const call: Call = { secrets: secretsOf(client), repeat: 'writes', signal, asked: 'pushedRequest' };
    const body = await this.#calls.body(call, client, (library, server, them, proven, options) =>
      library.pushedAuthorizationRequest(server, them, proven, parameters, options),
    );
    return understoodAnswer(pushedAnswer(), body).request_uri;
  }

  /**
   * From now on tokens that are asked for are bound to this key (RFC 9449).
   * @param isOptional whether tokens that are bound to no key would do as well
   */
  bindTo(key: Secret, isOptional = false): void {
    this.#calls.bindTo(key, isOptional);
  }

  /** From now on they are bound to none. @returns whether they were, and need not be */
  unbind(): boolean {
    return this.#calls.unbind();
  }

  get isUnbound(): boolean {
    return this.#calls.isUnbound;
  }

  /** The digest of that key; `undefined` without one. */
  thumbprint(): Promise<string | undefined> {
    return this.#calls.thumbprint();
  }

  /** RFC 8628 section 3.1. */
  async startDevice(client: Client, parameters: Parameters, signal: AbortSignal): Promise<DeviceStart> {
    const call: Call = { secrets: secretsOf(client), repeat: 'writes', signal, asked: 'token' };
    const body = await this.#calls.body(call, client, (library, server, them, proven, options) =>
      library.deviceAuthorizationRequest(server, them, proven, parameters, options),
    );
    const started = understoodAnswer(deviceAnswer(), body);
    const page = started.verification_uri ?? started.verification_url ?? started.verification_uri_complete;
    if (page === undefined) {
      throw new TokenManagerError('protocol', 'verification_uri', { code: 'unexpected-shape' });
    }
    return {
      deviceCode: new Secret(started.device_code),
      userCode: started.user_code,
      page,
      completePage: started.verification_uri_complete,
      expiresInSeconds: started.expires_in,
      intervalSeconds: started.interval,
    };
  }

  /** One look whether the user has entered the code. @throws with the codes of RFC 8628 section 3.5 */
  pollDevice(
    client: Client,
    deviceCode: Secret,
    verifier: Secret | undefined,
    signal: AbortSignal,
  ): Promise<TokenResponse> {
    const secrets = [...secretsOf(client), deviceCode, ...(verifier ? [verifier] : [])];
    const call: Call = { secrets, repeat: 'writes', signal, asked: 'token' };
    return this.#granted(call, client, (library, server, them, proven, options) =>
      library.deviceCodeGrantRequest(server, them, proven, deviceCode.reveal(), {
        ...options,
        ...(verifier && { additionalParameters: { code_verifier: verifier.reveal() } }),
      }),
    );
  }

  clientCredentials(client: Client, parameters: Parameters, signal: AbortSignal): Promise<TokenResponse> {
    const call: Call = { secrets: secretsOf(client), repeat: 'writes', signal, asked: 'token' };
    return this.#granted(call, client, (library, server, them, proven, options) =>
      library.clientCredentialsGrantRequest(server, them, proven, parameters, options),
    );
  }

  /**
   * RFC 6749 section 6. Sent once, and not to be interrupted: a server that rotates has used the refresh token
   * up even when its answer is lost, and the answer holds the only copy of the next one.
   */
  refresh(client: Client, refreshToken: Secret, parameters: Parameters): Promise<TokenResponse> {
    return this.#refresh(client, refreshToken, parameters, new AbortController().signal);
  }

  #refresh(
    client: Client,
    refreshToken: Secret,
    parameters: Parameters,
    signal: AbortSignal,
  ): Promise<TokenResponse> {
    const secrets = [...secretsOf(client), refreshToken];
    const call: Call = { secrets, repeat: 'writes', signal, asked: 'token' };
    return this.#granted(call, client, (library, server, them, proven, options) =>
      library.refreshTokenGrantRequest(server, them, proven, refreshToken.reveal(), {
        ...options,
        additionalParameters: parameters,
      }),
    );
  }

  /** RFC 7662. @returns `undefined` for a token that is not active */
  async introspect(
    client: Client,
    token: Secret,
    kind: TokenKind,
    signal: AbortSignal,
  ): Promise<Claims | undefined> {
    const secrets = [...secretsOf(client), token];
    const call: Call = { secrets, repeat: 'reads', signal, asked: 'introspection' };
    const body = await this.#calls.body(call, client, (library, server, them, proven, options) =>
      library.introspectionRequest(server, them, proven, token.reveal(), {
        ...options,
        additionalParameters: { token_type_hint: kind },
      }),
    );
    const answer = understoodAnswer(introspectionAnswer(), body);
    return answer.active ? parsed(claims(), answer) : undefined;
  }

  /**
   * RFC 7009. The server answers alike for a token it revoked and for one it does not know (any more).
   * @param kind left out for a server that documents no hint
   */
  async revoke(
    client: Client,
    token: Secret,
    kind: TokenKind | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const secrets = [...secretsOf(client), token];
    const asked = client.auth === 'none' ? 'publicRevocation' : 'revocation';
    const call: Call = { secrets, repeat: 'writes', signal, asked };
    // Any success counts, as the specification says, unless its body names an error.
    await this.#calls.body(call, client, (library, server, them, proven, options) =>
      library.revocationRequest(server, them, proven, token.reveal(), {
        ...options,
        ...(kind && { additionalParameters: { token_type_hint: kind } }),
      }),
    );
  }

  async #granted(call: Call, client: Client, send: Send): Promise<TokenResponse> {
    const answer = understoodAnswer(tokenAnswer(), await this.#calls.body(call, client, send));
    const { clock } = this.#io;
    const issuedAt = clock.now() - (clock.offsetMs ?? 0);
    const { access_token, refresh_token, id_token, expires_in, scope, token_type } = answer;
    const isBearer = token_type === undefined || /^\s*bearer/i.test(token_type);
    return {
      accessToken: new Secret(access_token),
      ...(refresh_token !== undefined && { refreshToken: new Secret(refresh_token) }),
      ...(id_token !== undefined && { idToken: new Secret(id_token) }),
      issuedAt,
      ...(expires_in !== undefined && { expiresAt: issuedAt + expires_in * 1000 }),
      ...(scope !== undefined && scope.length > 0 && { scope }),
      ...(!isBearer && { tokenType: token_type }),
    };
  }
}

/** The token that manages a client goes to the server that it was registered at, and nowhere else. */
function managementOf(
  {
    registration_client_uri: address = '',
    registration_access_token: token,
  }: z.infer<ReturnType<typeof registrationAnswer>>,
  { registration_endpoint: endpoint = '' }: Server,
  secretEnd: SecretEnd | undefined,
): Management | undefined {
  const origin = URL.parse(address)?.origin;
  return token !== undefined && origin !== undefined && origin === URL.parse(endpoint)?.origin
    ? {
        address: new Secret(address),
        token: new Secret(token),
        ...(secretEnd && { secretEnd }),
      }
    : undefined;
}
