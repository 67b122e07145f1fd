import { TokenManagerError, toResult } from '../../../core/model/errors.ts';
import { isClientRefused } from '../client/authentication.ts';
import type { AuthorizationServerClient, Client, Parameters } from '../client/client.ts';
import { grantParameters, type OAuthSettings } from '../client/settings.ts';
import type { Server } from '../discovery/server.ts';

/** The page for signing in, and what the browser carries there. */
export interface AuthorizationRequest {
  readonly client: Client;
  readonly settings: OAuthSettings;
  readonly server: AuthorizationServerClient;
  readonly metadata: Server;
  /** How the server shall answer where it signs its answer (JARM). */
  readonly responseMode: string | undefined;
  /** What belongs to this sign-in alone. */
  readonly parameters: Parameters;
  readonly signal: AbortSignal;
}

export interface AuthorizationPage {
  readonly address: string;
  /** Whether the server takes pushed requests (RFC 9126), and did not take this one. */
  readonly isPushRefused: boolean;
}

/** A server that takes pushed requests has been told of everything but which request it is. */
export async function authorizationPage(request: AuthorizationRequest): Promise<AuthorizationPage> {
  const { client, settings, metadata, parameters, responseMode } = request;
  const page = URL.parse(metadata.authorization_endpoint ?? '');
  if (!page) {
    throw new TokenManagerError('unsupported', '', { code: 'authorization_endpoint' });
  }
  const all: Parameters = {
    response_type: 'code',
    client_id: client.id,
    ...(responseMode !== undefined && { response_mode: responseMode }),
    ...parameters,
    ...grantParameters(settings),
    // Without it a server is to ignore that scope (OpenID Connect Core section 11).
    ...(isOpenId(settings) && scopesOf(settings).includes('offline_access') && { prompt: 'consent' }),
  };
  const short = await pushed(request, all);
  for (const [name, value] of Object.entries(short ?? all)) {
    page.searchParams.set(name, value);
  }
  const isPushRefused = !short && metadata.pushed_authorization_request_endpoint !== undefined;
  return { address: page.href, isPushRefused };
}

/** What stands for the parameters where the server was told of them; `undefined` where it was not. */
async function pushed(
  { client, server, metadata, signal }: AuthorizationRequest,
  all: Parameters,
): Promise<Parameters | undefined> {
  if (metadata.pushed_authorization_request_endpoint === undefined) {
    return undefined;
  }
  const uri = await toResult(server.push(client, all, signal));
  if (!(uri instanceof TokenManagerError)) {
    return { client_id: client.id, request_uri: uri };
  }
  if (metadata.require_pushed_authorization_requests || !isOnlyOfPushing(uri, client)) {
    throw uri;
  }
  return undefined;
}

/**
 * Whether the page for signing in may take what the endpoint for pushing did not: it is in trouble, says no in no
 * word of OAuth, or does not let this client push. What it says of the request itself it would say there as well.
 */
function isOnlyOfPushing(error: TokenManagerError, { auth }: Client): boolean {
  const { kind, code } = error;
  if (['notFound', 'server', 'protocol'].includes(kind)) {
    return true;
  }
  const isUnproven = auth === 'none' && isClientRefused(error);
  const isWordless = ['rejected', 'forbidden'].includes(kind) && code === undefined;
  return isUnproven || isWordless || code === 'unauthorized_client';
}

/** RFC 7636; in clear only at a server that says that it understands nothing else. */
export async function challengeOf(
  library: typeof import('../protocol/library.ts'),
  verifier: string,
  { code_challenge_methods_supported: listed }: Server,
): Promise<Record<string, string>> {
  return listed?.includes('plain') && !listed.includes('S256')
    ? { code_challenge: verifier, code_challenge_method: 'plain' }
    : {
        code_challenge: await library.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      };
}

export function isOpenId(settings: OAuthSettings): boolean {
  return scopesOf(settings).includes('openid');
}

function scopesOf({ scopes }: OAuthSettings): readonly string[] {
  return scopes.split(/\s+/);
}
