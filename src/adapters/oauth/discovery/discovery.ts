import type { FormIo } from '../../../core/adapter/contract.ts';
import { displayText } from '../../../core/model/displayText.ts';
import { type ErrorKind, TokenManagerError } from '../../../core/model/errors.ts';
import type { Localize } from '../../../core/ports.ts';
import { jsonIn } from '../protocol/answers.ts';
import { isSameAddress } from '../protocol/idToken.ts';
import { libraryError } from '../protocol/refusal.ts';
import { requestThrough } from '../protocol/request.ts';
import { endpoints, type Server, serverIn } from './server.ts';

const wellKnown = '/.well-known/';
const names = ['oauth-authorization-server', 'openid-configuration'] as const;

const saysThatThereIsNone: readonly ErrorKind[] = ['notFound', 'rejected', 'unauthorized', 'forbidden'];
/** After other errors, such as that the server cannot be reached, another place says no more. */
const isOfThisPlaceOnly: readonly ErrorKind[] = ['server', 'protocol', 'configuration'];

/**
 * What the server says of itself, or `undefined` where it says nothing. RFC 8414 puts the well-known part
 * between host and path, OpenID Connect behind the path; servers are found that do either with both names, and
 * whose documents tell different parts. So all places are asked until nothing is missing, and what is told of
 * the same issuer is put together.
 *
 * @param address an issuer, or the address of its description
 * @throws `configuration` when a description is that of another server
 */
export async function discover(
  address: string,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<Server | undefined> {
  const isDocument = new URL(address).pathname.includes(wellKnown);
  const place = isDocument ? withoutSlash(address) : undefined;
  let merged: Server | undefined;
  const problems: TokenManagerError[] = [];
  for (const candidate of place === undefined ? placesOf(address) : [place]) {
    const found = await describedAt(candidate, io, localize, signal, problems);
    if (!found) {
      continue;
    }
    if (place === undefined ? isSameAddress(found.issuer, address) : placesOf(found.issuer).includes(place)) {
      merged = merged?.issuer === found.issuer || !merged ? { ...found, ...merged } : merged;
    } else {
      problems.push(strange(found.issuer, localize));
    }
    if (merged && endpoints.every((name) => merged?.[name] !== undefined)) {
      break;
    }
  }
  return merged ? whole(merged) : nothingFound(problems, isDocument, localize);
}

function nothingFound(
  problems: readonly TokenManagerError[],
  isDocument: boolean,
  localize: Localize,
): undefined {
  const [problem] = problems.toSorted((one, other) => rank(one) - rank(other));
  if (problem) {
    throw problem;
  }
  if (isDocument) {
    throw new TokenManagerError('configuration', localize('There is no server description at this address.'));
  }
  return undefined;
}

/** That a description is another server's says more than that one could not be read. */
function rank({ code }: TokenManagerError): number {
  return code === 'issuer-mismatch' ? 0 : 1;
}

function strange(issuer: string, localize: Localize): TokenManagerError {
  return new TokenManagerError(
    'configuration',
    localize('The description found there is that of another server: {0}', displayText(issuer, 200)),
    { code: 'issuer-mismatch' },
  );
}

/** Where an issuer's description may be, in the order in which it is looked for. */
export function placesOf(issuer: string): string[] {
  const url = URL.parse(issuer);
  if (!url) {
    return [];
  }
  const path = url.pathname.replace(/\/$/, '');
  const places = names.map((name) => url.origin + wellKnown + name + path + url.search);
  const behind = names.toReversed().map((name) => url.origin + path + wellKnown + name + url.search);
  return [...new Set([...places.slice(0, 1), ...behind.slice(0, 1), ...places, ...behind])];
}

function withoutSlash(address: string): string {
  const url = new URL(address);
  return url.origin + url.pathname.replace(/\/$/, '') + url.search;
}

async function describedAt(
  place: string,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
  problems: TokenManagerError[],
): Promise<Server | undefined> {
  const call = { secrets: [], repeat: 'reads', signal, asked: 'metadata' } as const;
  try {
    const response = await requestThrough(
      io,
      localize,
      call,
    )(place, {
      method: 'GET',
      headers: { accept: 'application/json' },
    });
    return serverIn(jsonIn(await response.text()));
  } catch (thrown) {
    const error = libraryError(thrown);
    // A server without a description answers in all sorts of ways.
    if (saysThatThereIsNone.includes(error.kind) || error.code === 'redirect') {
      return undefined;
    }
    if (!isOfThisPlaceOnly.includes(error.kind)) {
      throw error;
    }
    problems.push(error);
    return undefined;
  }
}

/** @throws `protocol` without a token endpoint */
function whole(found: Server): Server {
  if (found.token_endpoint === undefined) {
    throw new TokenManagerError('protocol', 'token_endpoint', { code: 'unexpected-shape' });
  }
  return found;
}
