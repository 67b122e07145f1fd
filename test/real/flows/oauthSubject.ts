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
  /** What the user enters at the server's pages, by the names of the fields. */
  readonly fills: Readonly<Record<string, string>>;
  /** How the connection names the user, if the server says. */
  readonly person?: string;
  /** What becomes of a refresh token that has been used already, and of what came of it. */
  readonly reuse: 'endsGrant' | 'refused';
  /** The tokens that the server answers questions about. */
  readonly isAskedAbout: readonly ('access_token' | 'refresh_token')[];
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
