import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { sampleSecret } from '../../servers/loopback.ts';
import type { Stoppable } from '../realServer.ts';

/** A running OAuth 2.0 server, and what there is at it. */
export interface OAuthSubject extends Stoppable {
  /** What a user types: the server's address. */
  readonly issuer: string;
  readonly clients: OAuthClients;
  /** What is asked for at a sign-in; with it there is a refresh token. */
  readonly scopes: string;
  /** For the client alone, where that is not nothing. */
  readonly clientScopes?: string;
  /** Its metadata offers no registration, so that a client is asked for at once. */
  readonly registersNobody?: boolean;
  /** For a client that has registered itself, where that may not have all. */
  readonly registeredScopes?: string;
  /** What the user enters at the server's pages, by the names of the fields. */
  readonly fills: Readonly<Record<string, string>>;
  /** How the connection names the user, if the server says. */
  readonly person?: string;
  /** What it says of a sign-in that the user declined, where it says more than a code. */
  readonly declined?: RegExp;
  /** The endpoints that its metadata leaves out, for which the form then asks; none is entered. */
  readonly undescribed?: readonly string[];
  /** It tells users, or those who run it, which applications were authorized. */
  readonly tellsGrants?: boolean;
  /** Where it tells those who run it. */
  readonly administration?: string;
  /** For signing in with a code on another device, where that may not have all. */
  readonly deviceScopes?: string;
  /** It requires pushed requests, tokens bound to a key, and clients that prove themselves by one. */
  readonly isStrict?: boolean;
  /** The tokens that the server answers a client's questions about. */
  readonly isAskedAbout: readonly ('access_token' | 'refresh_token')[];
  /** Whether the server still accepts a token that is one of those, or any where it tells the tests alone. */
  isLive(token: string): Promise<boolean>;
  /** Whatever must be in no row, page, error or log. */
  readonly secrets: readonly string[];
}

export interface ClientWithSecret {
  readonly clientId: string;
  readonly clientAuth: 'client_secret_basic';
  readonly clientSecret: string;
}

export interface ClientWithKey {
  readonly clientId: string;
  readonly clientAuth: 'private_key_jwt';
  /** A JSON Web Key. */
  readonly clientKey: string;
}

export interface OAuthClients {
  /** Proves itself. */
  readonly secret: ClientWithSecret | ClientWithKey;
  /** Cannot keep a secret. */
  readonly open: { readonly clientId: string; readonly clientAuth: 'none' };
  /** Where a client may get tokens in one way only: that for tokens of its own. */
  readonly alone?: OAuthClients['secret'];
  /** That for codes on other devices. */
  readonly device?: OAuthClients['open'];
}

/** The two clients that every server is given. */
export function clientsOf(server: string) {
  return {
    secret: {
      clientId: 'shop-desk',
      clientAuth: 'client_secret_basic',
      clientSecret: sampleSecret(`${server} shop desk`),
    },
    open: { clientId: 'shop-open', clientAuth: 'none' },
  } as const satisfies OAuthClients;
}

/** One that proves itself by a key, and the public half that its server has to know. */
export function clientWithKey(clientId: string): { client: ClientWithKey; jwk: object } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = `${clientId}-key`;
  const jwk = (key: KeyObject) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' });
  return {
    client: { clientId, clientAuth: 'private_key_jwt', clientKey: JSON.stringify(jwk(privateKey)) },
    jwk: jwk(publicKey),
  };
}

/** The same client, unable to prove itself. */
export function unproven(client: OAuthClients['secret']): OAuthClients['secret'] {
  return client.clientAuth === 'private_key_jwt'
    ? { ...client, clientKey: clientWithKey(client.clientId).client.clientKey }
    : { ...client, clientSecret: 'wrong-one' };
}

/** Asks as the client that has a secret, without the product (RFC 7662). */
export async function introspected(
  endpoint: string,
  { clientId, clientSecret }: Omit<ClientWithSecret, 'clientAuth'>,
  token: string,
): Promise<boolean> {
  const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ token }),
  });
  const { active } = await answer.json();
  return active === true;
}
