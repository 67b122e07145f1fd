import type { AuthorizationServer } from 'oauth4webapi';
import { checkedEndpoint } from '../../../core/http/address.ts';
import { TokenManagerError } from '../../../core/model/errors.ts';
import type { Settings } from '../../../core/model/item.ts';
import { resourceOf } from './protectedResource.ts';

export const endpoints = [
  'token_endpoint',
  'authorization_endpoint',
  'device_authorization_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'registration_endpoint',
] as const;

/** Those that few servers have, so that no other document is asked for them. */
const rareEndpoints = ['pushed_authorization_request_endpoint'] as const;
/** What is read there alone, without any credential. */
const documents = ['jwks_uri'] as const;
const allEndpoints = [...endpoints, ...rareEndpoints, ...documents] as const;

const lists = [
  'grant_types_supported',
  'token_endpoint_auth_methods_supported',
  'introspection_endpoint_auth_methods_supported',
  'revocation_endpoint_auth_methods_supported',
  'id_token_signing_alg_values_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'code_challenge_methods_supported',
  'dpop_signing_alg_values_supported',
  'response_modes_supported',
  'authorization_signing_alg_values_supported',
] as const;

const flags = [
  'authorization_response_iss_parameter_supported',
  'require_pushed_authorization_requests',
] as const;

type Fact = 'issuer' | (typeof allEndpoints)[number] | (typeof lists)[number] | (typeof flags)[number];

/** What a server says of itself (RFC 8414), as far as it is used here. */
export type Server = Pick<AuthorizationServer, Fact> & {
  /** Where clients go that prove themselves by a certificate (RFC 8705 section 5). */
  readonly mtls_endpoint_aliases?: Aliases;
};

/** Those that ask a client to prove itself. */
export const aliasedEndpoints = [
  'token_endpoint',
  'device_authorization_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'pushed_authorization_request_endpoint',
] as const;
type Aliases = Readonly<Partial<Record<(typeof aliasedEndpoints)[number], string>>>;

const aliasesName = 'mtls_endpoint_aliases';

/** The server as a client with a certificate talks to it. */
export function withAliases({ [aliasesName]: aliases, ...server }: Server): Server {
  return { ...server, ...aliases };
}

/** The endpoints, in the order in which they are asked for by hand, by the form step that asks. */
export const endpointsByHand = {
  tokenEndpoint: 'token_endpoint',
  authorizationEndpoint: 'authorization_endpoint',
  deviceEndpoint: 'device_authorization_endpoint',
  revocationEndpoint: 'revocation_endpoint',
  introspectionEndpoint: 'introspection_endpoint',
} as const;

/** Where the description is kept, under a name that keeps it from the user’s eyes. */
export const serverSetting = '.server';

/** Where the description of the server that an API led to is kept. */
export const ledToSetting = '.authorizationServer';

/** The setting that stands for a server which does not describe itself. */
export const byHand = 'by-hand';

/** A description as one setting: words such as `token_endpoint=https://…`, which hold no space themselves. */
export function written(server: Server): string {
  // An issuer is compared character by character; discovery has seen that no space is in it.
  const words = [`issuer=${server.issuer}`];
  for (const name of allEndpoints) {
    const value = server[name];
    if (value !== undefined) {
      words.push(`${name}=${new URL(value).href}`);
    }
  }
  for (const [name, value] of Object.entries(server[aliasesName] ?? {})) {
    words.push(`${aliasesName}.${name}=${new URL(value).href}`);
  }
  for (const name of lists) {
    const value = server[name];
    if (Array.isArray(value)) {
      words.push(`${name}=${value.filter((entry) => /^[\w:./+-]+$/.test(String(entry))).join(',')}`);
    }
  }
  return [...words, ...flags.filter((name) => server[name] === true)].join(' ');
}

/**
 * The server as it was described when the user signed in, or as they entered it.
 * @throws `configuration` when there is none
 */
export function serverOf(settings: Settings): Server {
  const server = described(settings);
  if (!server?.issuer || !server.token_endpoint) {
    throw new TokenManagerError('configuration', 'server', { code: 'unusable-settings' });
  }
  return server;
}

/** The same while it is still being entered. */
export function described(settings: Settings): Server | undefined {
  const server = textOf(settings);
  if (typeof server !== 'string') {
    return undefined;
  }
  const entered = Object.entries(endpointsByHand).flatMap(([step, name]) => {
    const address = settings[step];
    return typeof address === 'string' && address !== '' ? [[name, address] as const] : [];
  });
  const issuer = isLed(settings) ? settings.authorizationServer : settings.issuer;
  return server === byHand
    ? { issuer: typeof issuer === 'string' ? issuer : '', ...Object.fromEntries(entered) }
    : { ...Object.fromEntries(entered), ...read(server) };
}

/** Whether the server's own description lacks an endpoint, which the user may know. */
export function lacks(settings: Settings, endpoint: (typeof endpoints)[number]): boolean {
  const server = textOf(settings);
  return typeof server === 'string' && server !== byHand && read(server)[endpoint] === undefined;
}

export function isByHand(settings: Settings): boolean {
  return textOf(settings) === byHand;
}

/** Whether what was entered describes no server. */
export function isUndescribed({ [serverSetting]: server }: Settings): boolean {
  return server === byHand;
}

/** Whether what was entered is an API, one of whose servers was chosen. */
export function isLed(settings: Settings): boolean {
  const { authorizationServer } = settings;
  const servers: readonly unknown[] = isUndescribed(settings) ? (resourceOf(settings)?.servers ?? []) : [];
  return servers.includes(authorizationServer);
}

function textOf(settings: Settings): Settings[string] | undefined {
  return settings[isLed(settings) ? ledToSetting : serverSetting];
}

/**
 * What a document says of a server, `undefined` for one that is none: web sites answer every address with a page
 * of theirs. An optional member that cannot be used counts as left out (RFC 8414 section 2).
 *
 * @throws `configuration` for a token endpoint that may not be talked to
 */
export function serverIn(document: unknown): Server | undefined {
  const said = memberOf(document);
  const issuer = said('issuer');
  if (typeof issuer !== 'string' || !URL.canParse(issuer) || /\s/.test(issuer)) {
    return undefined;
  }
  const tokenEndpoint = said('token_endpoint');
  if (typeof tokenEndpoint === 'string' && URL.canParse(tokenEndpoint)) {
    checkedEndpoint(tokenEndpoint);
  }
  return {
    issuer,
    ...Object.fromEntries(
      allEndpoints.map((name) => [name, said(name)] as const).filter(([, address]) => isUsable(address)),
    ),
    ...Object.fromEntries(
      lists.flatMap((name) => {
        const list = said(name);
        return Array.isArray(list) ? [[name, list.filter((entry) => typeof entry === 'string')]] : [];
      }),
    ),
    ...Object.fromEntries(flags.flatMap((name) => (said(name) === true ? [[name, true]] : []))),
    ...aliasesIn((name) => memberOf(said(aliasesName))(name)),
  };
}

function aliasesIn(
  said: (name: (typeof aliasedEndpoints)[number]) => unknown,
): Pick<Server, 'mtls_endpoint_aliases'> {
  const found = aliasedEndpoints.map((name) => [name, said(name)] as const);
  const usable = found.filter(([, address]) => isUsable(address));
  return usable.length === 0 ? {} : { [aliasesName]: Object.fromEntries(usable) };
}

function memberOf(document: unknown): (name: Fact | typeof aliasesName) => unknown {
  const members =
    typeof document === 'object' && document !== null ? new Map(Object.entries(document)) : undefined;
  return (name) => members?.get(name);
}

function isUsable(address: unknown): address is string {
  try {
    return typeof address === 'string' && checkedEndpoint(address) !== undefined;
  } catch {
    return false;
  }
}

/** Every address that a connection to it talks to; the page for signing in is the browser's affair. */
export function addressesOf(server: Server): string[] {
  return [...Object.values(endpointsByHand), 'registration_endpoint' as const, ...rareEndpoints]
    .filter((name) => name !== 'authorization_endpoint')
    .flatMap((name) => server[name] ?? []);
}

function read(text: string): Server {
  const facts = new Map(
    text.split(' ').map((word) => {
      const [name = '', ...value] = word.split('=');
      return [name, value.join('=')] as const;
    }),
  );
  return {
    issuer: '',
    ...Object.fromEntries(
      (['issuer', ...allEndpoints] as const).flatMap((name) =>
        facts.get(name) ? [[name, facts.get(name)]] : [],
      ),
    ),
    ...Object.fromEntries(
      lists.flatMap((name) => (facts.has(name) ? [[name, facts.get(name)?.split(',')]] : [])),
    ),
    ...Object.fromEntries(flags.flatMap((name) => (facts.has(name) ? [[name, true]] : []))),
    ...aliasesIn((name) => facts.get(`${aliasesName}.${name}`)),
  };
}
