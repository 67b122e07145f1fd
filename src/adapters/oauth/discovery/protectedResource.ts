import type { FormIo, Option } from '../../../core/adapter/contract.ts';
import { checkedEndpoint } from '../../../core/http/address.ts';
import { displayText } from '../../../core/model/displayText.ts';
import { TokenManagerError, toResult } from '../../../core/model/errors.ts';
import type { Settings } from '../../../core/model/item.ts';
import type { Localize } from '../../../core/ports.ts';
import { isSuccess } from '../../support/answers.ts';
import { lazy } from '../../support/lazy.ts';
import * as z from '../../support/schema.ts';
import { jsonIn } from '../protocol/answers.ts';
import { queryOf } from '../protocol/request.ts';

/** What an API says of itself (RFC 9728): which authorization servers issue tokens for it. */
export interface ProtectedResource {
  readonly resource: string;
  readonly servers: readonly string[];
  readonly scopes: readonly string[];
  /** Whether it takes tokens only that are bound to a key (RFC 9449). */
  readonly isBound?: boolean;
}

/** Where it is kept, as words such as `resource=https://…`, which hold no space themselves. */
export const resourceSetting = '.protectedResource';
/** The setting that stands for an address which says nothing of the kind. */
export const noResource = 'none';

const mostServers = 10;
const place = '/.well-known/oauth-protected-resource';

const texts = lazy(() => z.catch(z.array(z.unknown()), []));
const metadata = lazy(() =>
  z.object({
    resource: z.string(),
    authorization_servers: texts(),
    scopes_supported: texts(),
    dpop_bound_access_tokens_required: z.catch(z.boolean(), false),
  }),
);

/**
 * Asks an address whose authorization servers are to be found. Nothing is sent to any other origin, also where the
 * API names one: it can name whatever it likes.
 */
export async function protectedResource(
  address: string,
  io: FormIo,
  signal: AbortSignal,
): Promise<ProtectedResource | undefined> {
  const { origin, pathname, search } = new URL(address);
  const path = pathname.replace(/\/$/, '');
  for (const candidate of new Set([`${origin}${place}${path}${search}`, `${origin}${place}`])) {
    const found = await toldAt(candidate, address, io, signal);
    if (found) {
      return found;
    }
  }
  const named = await namedBy(address, io, signal);
  return named === undefined || URL.parse(named)?.origin !== origin
    ? undefined
    : toldAt(named, address, io, signal);
}

export function writtenResource({ resource, servers, scopes, isBound }: ProtectedResource): string {
  return [
    `resource=${resource}`,
    ...servers.map((server) => `server=${server}`),
    ...scopes.map((scope) => `scope=${scope}`),
    ...(isBound ? ['bound=yes'] : []),
  ].join(' ');
}

/** As it was found when the user signed in. */
export function resourceOf({ [resourceSetting]: text }: Settings): ProtectedResource | undefined {
  if (typeof text !== 'string' || text === noResource) {
    return undefined;
  }
  const of = (name: string) =>
    text.split(' ').flatMap((word) => (word.startsWith(`${name}=`) ? [word.slice(name.length + 1)] : []));
  const [resource = ''] = of('resource');
  const [bound] = of('bound');
  return { resource, servers: of('server'), scopes: of('scope'), isBound: bound === 'yes' };
}

/** A server may be any address, so that none is talked to before it was chosen; there is always another choice. */
export function serverChoices(settings: Settings, localize: Localize): Option[] {
  const { servers, scopes } = resourceOf(settings) ?? { servers: [], scopes: [] };
  const asked = scopes.length === 0 ? undefined : displayText(scopes.join(' '), 200);
  return [
    ...servers.map((server) => ({
      value: server,
      label: displayText(server, 200),
      detail:
        asked === undefined
          ? localize('Named by the API. Nothing is sent there before you choose it.')
          : localize(
              'Named by the API, with these scopes: {0}. Nothing is sent there before you choose it.',
              asked,
            ),
    })),
    { value: '', label: localize('Enter the endpoints by hand') },
  ];
}

async function toldAt(
  candidate: string,
  address: string,
  io: FormIo,
  signal: AbortSignal,
): Promise<ProtectedResource | undefined> {
  const response = await asked(candidate, io, signal);
  const said = response && isSuccess(response) ? metadata().safeParse(jsonIn(response.body)).data : undefined;
  if (!said || !isFor(said.resource, address)) {
    return undefined;
  }
  const servers = said.authorization_servers.filter(isServer).slice(0, mostServers);
  const scopes = said.scopes_supported.filter((scope) => typeof scope === 'string').filter(isScope);
  const isBound = said.dpop_bound_access_tokens_required;
  return servers.length === 0 ? undefined : { resource: said.resource, servers, scopes, isBound };
}

/** What a refusal leads to (RFC 9728 section 5.1). */
async function namedBy(address: string, io: FormIo, signal: AbortSignal): Promise<string | undefined> {
  const response = await asked(address, io, signal);
  const challenge = response?.status === 401 ? response.headers['www-authenticate'] : undefined;
  return challenge === undefined
    ? undefined
    : /\bresource_metadata\s*=\s*(?:"([^"\\]+)"|([^\s",]+))/i.exec(challenge)?.slice(1).find(Boolean);
}

/** @throws only when the user leaves: whatever else goes wrong here, the endpoints can be entered by hand */
async function asked(address: string, io: FormIo, signal: AbortSignal) {
  const url = new URL(address);
  const request = {
    method: 'GET',
    route: url.pathname,
    query: queryOf(url),
    repeat: 'reads',
    signal,
  } as const;
  const response = await toResult(io.http(url.origin).request(request));
  if (response instanceof TokenManagerError) {
    if (response.kind === 'cancelled') {
      throw response;
    }
    return undefined;
  }
  return response;
}

/** The address that was entered, or one above it at the same origin: another's resource is none of ours. */
function isFor(resource: string, address: string): boolean {
  const [said, entered] = [URL.parse(resource), URL.parse(address)];
  if (!said || !entered || /\s/.test(resource) || said.origin !== entered.origin || said.hash !== '') {
    return false;
  }
  const path = said.pathname.replace(/\/$/, '');
  return entered.pathname.replace(/\/$/, '') === path || entered.pathname.startsWith(`${path}/`);
}

function isServer(server: unknown): server is string {
  try {
    return typeof server === 'string' && !/\s/.test(server) && checkedEndpoint(server) !== undefined;
  } catch {
    return false;
  }
}

/** RFC 6749 section 3.3. */
function isScope(scope: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(scope);
}
