import type { FormIo, RevokeOutcome } from '../../core/adapter/contract.ts';
import { checkedBaseUrl, type HttpClient } from '../../core/http/client.ts';
import type { LeakTables } from '../../core/leaks/leakedTokens.ts';
import { TokenRecognizer } from '../../core/leaks/recognize.ts';
import { revokeByValue, type ValueRevocation } from '../../core/leaks/revokeByValue.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Clock, Localize } from '../../core/ports.ts';
import { AuthorizationServerClient } from '../oauth/client/client.ts';
import { discover } from '../oauth/discovery/discovery.ts';
import type { LocalSignIn } from './signIn.ts';

export interface RevokeDeps {
  readonly tables: LeakTables;
  readonly clock: Clock;
  readonly localize: Localize;
  /** A client for this address and no other. */
  http(baseUrl: string): HttpClient;
}

/** How a sign-in can be revoked from here. */
export type RevokeWay =
  | { readonly kind: 'value'; readonly how: ValueRevocation; readonly value: Secret }
  /** RFC 7009, at the server that issued the tokens. */
  | { readonly kind: 'oauth'; readonly address: URL; readonly token: Secret; readonly client: Client };

type Client = NonNullable<LocalSignIn['client']>;

/**
 * A value goes to the service that its file and its shape both name, never by its shape alone: servers of one product
 * issue tokens that look the same.
 */
export function wayToRevoke(signIn: LocalSignIn, { revocations, shapes }: LeakTables): RevokeWay | undefined {
  const { service, access } = signIn;
  if (service !== undefined && access) {
    const shape = new TokenRecognizer(shapes).recognize(access.reveal())?.shape;
    const isOf = ({ shapes: ids }: ValueRevocation) => shape?.service === service && ids.includes(shape.id);
    const how = revocations.find(isOf);
    return how && { kind: 'value', how, value: access };
  }
  return atIssuer(signIn);
}

/**
 * Where a file does not say who issued the tokens, it may be the server that they open. That one has been shown the
 * access token, and nothing else: it could collect what another server has issued.
 */
function atIssuer({ access, refresh, client, serverUrl, issuerUrl }: LocalSignIn): RevokeWay | undefined {
  const token = issuerUrl === undefined ? access : (refresh ?? access);
  const address = toAddress(issuerUrl ?? URL.parse(serverUrl ?? '')?.origin ?? '');
  return address && client && token && (issuerUrl !== undefined || !client.secret)
    ? { kind: 'oauth', address, token, client }
    : undefined;
}

/** What a file says may be anything, and `undefined` where nothing could be sent there. */
export function toAddress(text: string): URL | undefined {
  try {
    return checkedBaseUrl(text);
  } catch {
    return undefined;
  }
}

/** @throws where it was not revoked, or nothing is known of its end */
export async function revokeBy(
  way: RevokeWay,
  deps: RevokeDeps,
  signal: AbortSignal,
): Promise<RevokeOutcome> {
  return way.kind === 'value' ? byValue(way, deps, signal) : atServer(way, deps, signal);
}

async function byValue(
  { how, value }: Extract<RevokeWay, { readonly kind: 'value' }>,
  { http, clock }: RevokeDeps,
  signal: AbortSignal,
): Promise<RevokeOutcome> {
  const outcome = await revokeByValue(value, how, http(how.baseUrl), clock, signal);
  switch (outcome.kind) {
    case 'dead':
      return { kind: 'accepted' };
    case 'deadBefore':
      return { kind: 'alreadyGone' };
    case 'accepted':
      return { kind: 'unverifiable' };
    case 'refused':
      throw new TokenManagerError('rejected', outcome.words, { status: outcome.status });
    case 'unknown':
      throw outcome.error;
  }
}

/**
 * At the server's own address only: it could name another, and would be given a refresh token that it has never seen.
 */
async function atServer(
  { address, token, client: { id, secret } }: Extract<RevokeWay, { readonly kind: 'oauth' }>,
  { http, clock, localize }: RevokeDeps,
  signal: AbortSignal,
): Promise<RevokeOutcome> {
  const io: FormIo = { http: (baseUrl) => http(atOrigin(baseUrl, address.origin)), clock };
  const server = await discover(address.href, io, localize, signal);
  if (server?.revocation_endpoint === undefined) {
    throw new TokenManagerError('unsupported', '', { code: 'no-revocation-endpoint' });
  }
  const client = new AuthorizationServerClient(server, io, localize);
  const known = secret ? { id, auth: 'client_secret_basic' as const, secret } : { id, auth: 'none' as const };
  await client.revoke(known, token, undefined, signal);
  return { kind: 'unverifiable' };
}

function atOrigin(baseUrl: string, origin: string): string {
  if (URL.parse(baseUrl)?.origin !== origin) {
    throw new TokenManagerError('configuration', '', { code: 'other-origin', nothingSent: true });
  }
  return baseUrl;
}
