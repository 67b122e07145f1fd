import { sampleSecret } from '../../servers/loopback.ts';
import type { Stoppable } from '../realServer.ts';

/** A running OAuth 2.0 server, and what there is at it. */
export interface OAuthSubject extends Stoppable {
  /** What a user types: the server's address. */
  readonly issuer: string;
  readonly clients: OAuthClients;
  /** What is asked for when somebody signs in; with it there is a refresh token. */
  readonly scopes: string;
  /** For the client alone, where that is not nothing. */
  readonly clientScopes?: string;
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
  /** It tells users which applications they have authorized. */
  readonly tellsGrants?: boolean;
  /** The tokens that the server answers a client's questions about. */
  readonly isAskedAbout: readonly ('access_token' | 'refresh_token')[];
  /** Whether the server still accepts a token that is one of those, or any where it tells nobody but the tests. */
  isLive(token: string): Promise<boolean>;
  /** Whatever must be in no row, page, error or log. */
  readonly secrets: readonly string[];
}

export interface OAuthClients {
  readonly secret: { readonly clientId: string; readonly clientAuth: string; readonly clientSecret: string };
  /** Cannot keep a secret. */
  readonly open: { readonly clientId: string; readonly clientAuth: 'none' };
  /** Where a client may get tokens in one way only: that for tokens of its own. */
  readonly alone?: OAuthClients['secret'];
  /** That for codes on other devices. */
  readonly device?: OAuthClients['open'];
}

/** The two clients that every server is given. */
export function clientsOf(server: string): OAuthClients {
  return {
    secret: {
      clientId: 'shop-desk',
      clientAuth: 'client_secret_basic',
      clientSecret: sampleSecret(`${server} shop desk`),
    },
    open: { clientId: 'shop-open', clientAuth: 'none' },
  };
}

/** Asks as the client that has a secret, without the product (RFC 7662). */
export async function introspected(
  endpoint: string,
  { clientId, clientSecret }: OAuthClients['secret'],
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
