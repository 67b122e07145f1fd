import type { AuthorizationServer } from 'oauth4webapi';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Settings } from '../../core/model/item.ts';

const texts = [
  'issuer',
  'token_endpoint',
  'authorization_endpoint',
  'device_authorization_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'registration_endpoint',
] as const;

const lists = [
  'grant_types_supported',
  'token_endpoint_auth_methods_supported',
  'introspection_endpoint_auth_methods_supported',
  'revocation_endpoint_auth_methods_supported',
  'id_token_signing_alg_values_supported',
] as const;

const flags = ['authorization_response_iss_parameter_supported'] as const;

type Fact = (typeof texts)[number] | (typeof lists)[number] | (typeof flags)[number];

/** What a server says of itself (RFC 8414), as far as it is used here. */
export type Server = Pick<AuthorizationServer, Fact>;

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

/** The setting that stands for a server which does not describe itself. */
export const byHand = 'by-hand';

/** A description as one setting: words such as `token_endpoint=https://…`, which hold no space themselves. */
export function written(server: Server): string {
  const words: string[] = [];
  for (const name of texts) {
    const value = server[name];
    if (value !== undefined) {
      // An issuer is compared character by character; discovery has seen that no space is in it.
      words.push(`${name}=${name === 'issuer' ? value : new URL(value).href}`);
    }
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
  const { issuer, [serverSetting]: server } = settings;
  if (typeof server !== 'string') {
    return undefined;
  }
  if (server !== byHand) {
    return read(server);
  }
  const endpoints = Object.entries(endpointsByHand).flatMap(([step, name]) => {
    const address = settings[step];
    return typeof address === 'string' && address !== '' ? [[name, address] as const] : [];
  });
  return { issuer: typeof issuer === 'string' ? issuer : '', ...Object.fromEntries(endpoints) };
}

export function isByHand(settings: Settings): boolean {
  return settings[serverSetting] === byHand;
}

/** Every address that a connection to it talks to; the page for signing in is the browser's affair. */
export function addressesOf(server: Server): string[] {
  return [...Object.values(endpointsByHand), 'registration_endpoint' as const]
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
    ...Object.fromEntries(texts.flatMap((name) => (facts.get(name) ? [[name, facts.get(name)]] : []))),
    ...Object.fromEntries(
      lists.flatMap((name) => (facts.has(name) ? [[name, facts.get(name)?.split(',')]] : [])),
    ),
    ...Object.fromEntries(flags.flatMap((name) => (facts.has(name) ? [[name, true]] : []))),
  };
}
