import type { FormIo } from '../../core/adapter/contract.ts';
import { checkedBaseUrl } from '../../core/http/client.ts';
import { displayText } from '../../core/model/displayText.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Localize } from '../../core/ports.ts';
import { requestThrough } from './client.ts';
import { libraryError } from './refusal.ts';
import { addressesOf, type Server } from './server.ts';

const wellKnown = '/.well-known/';
const names = ['oauth-authorization-server', 'openid-configuration'] as const;

/**
 * What the server says of itself, or `undefined` where it says nothing. RFC 8414 puts the well-known part
 * between host and path, OpenID Connect behind the path; servers are found that do either with both names.
 *
 * @param address an issuer, or the address of its description
 * @throws `configuration` when a description is somebody else's
 */
export async function discover(
  address: string,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<Server | undefined> {
  const isDocument = new URL(address).pathname.includes(wellKnown);
  let stranger: TokenManagerError | undefined;
  for (const place of isDocument ? [address] : placesOf(address)) {
    const found = await describedAt(place, io, localize, signal);
    if (!found) {
      continue;
    }
    const isMeant = isDocument ? placesOf(found.issuer).includes(place) : isSame(found.issuer, address);
    if (isMeant) {
      return checked(found);
    }
    stranger ??= new TokenManagerError(
      'configuration',
      localize('The description found there is that of another server: {0}', displayText(found.issuer, 200)),
      { code: 'issuer-mismatch' },
    );
  }
  if (stranger) {
    throw stranger;
  }
  if (isDocument) {
    throw new TokenManagerError('configuration', localize('There is no server description at this address.'));
  }
  return undefined;
}

/** Where an issuer's description may be, in the order in which it is looked for. */
export function placesOf(issuer: string): string[] {
  const url = URL.parse(issuer);
  if (!url) {
    return [];
  }
  const path = url.pathname.replace(/\/$/, '');
  const places = names.map((name) => url.origin + wellKnown + name + path);
  const behind = names.toReversed().map((name) => url.origin + path + wellKnown + name);
  return [...new Set([...places.slice(0, 1), ...behind.slice(0, 1), ...places, ...behind])];
}

async function describedAt(
  place: string,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<Server | undefined> {
  try {
    const response = await requestThrough(io, localize, { secrets: [], repeat: 'reads', signal })(place, {
      method: 'GET',
      headers: { accept: 'application/json' },
    });
    const issuer = issuerIn(await response.clone().text());
    if (issuer === undefined) {
      return undefined;
    }
    const library = await import('./library.ts');
    return await library.processDiscoveryResponse(new URL(issuer), response);
  } catch (thrown) {
    const error = libraryError(thrown);
    // A server without a description answers in all sorts of ways; only one that cannot be reached is told of.
    if (
      ['notFound', 'rejected', 'unauthorized', 'forbidden'].includes(error.kind) ||
      error.code === 'redirect'
    ) {
      return undefined;
    }
    throw error;
  }
}

/** Web sites answer every address with a page of theirs. */
function issuerIn(body: string): string | undefined {
  try {
    const { issuer }: { readonly issuer?: unknown } = JSON.parse(body) ?? {};
    return typeof issuer === 'string' && URL.canParse(issuer) ? issuer : undefined;
  } catch {
    return undefined;
  }
}

/** As a user enters it, a slash at the end is neither here nor there. */
function isSame(issuer: string, entered: string): boolean {
  const plain = (address: string) => new URL(address).href.replace(/\/$/, '');
  return plain(issuer) === plain(entered);
}

/** @throws `configuration` when an address in it may not be talked to by anybody, `protocol` when it is none */
function checked(server: Server): Server {
  if (!server.token_endpoint || /\s/.test(server.issuer)) {
    throw new TokenManagerError('protocol', 'issuer, token_endpoint', { code: 'unexpected-shape' });
  }
  for (const address of [...addressesOf(server), server.authorization_endpoint ?? []].flat()) {
    checkedBaseUrl(URL.parse(address)?.origin ?? '');
  }
  return server;
}
