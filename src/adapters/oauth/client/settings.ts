import { TokenManagerError } from '../../../core/model/errors.ts';
import type { Settings } from '../../../core/model/item.ts';
import type { Secrets } from '../../../core/ports.ts';
import { lazy } from '../../support/lazy.ts';
import * as z from '../../support/schema.ts';
import { parseSettings } from '../../support/storedSettings.ts';
import { resourceOf } from '../discovery/protectedResource.ts';
import { described, isLed } from '../discovery/server.ts';
import { type Client, clientAuthMethods, isByCertificate } from './authentication.ts';
import type { TokenKind } from './client.ts';

export const methods = ['browser', 'device', 'paste', 'clientCredentials'] as const;
export type Method = (typeof methods)[number];

/** What a connection stores besides the server and its endpoints; what is empty was not given. */
const settingsSchema = lazy(() =>
  z.object({
    method: z.enum(methods),
    clientId: z._default(z.string().check(z.trim()), ''),
    clientAuth: z._default(z.enum(clientAuthMethods), 'none'),
    clientCertificateFile: z._default(z.string(), ''),
    clientKeyFile: z._default(z.string(), ''),
    scopes: z._default(z.string().check(z.trim()), ''),
    resource: z._default(z.string().check(z.trim()), ''),
    /** What the server signs its answers for a registered client by, and which client that is. */
    '.registeredSigning': z.optional(z.string()),
    '.registeredClient': z.optional(z.string()),
    resourceParameter: z._default(z.enum(['resource', 'audience']), 'resource'),
    /**
     * Of which kind of tokens the server has called one active, so that its "not active" says something; `no`
     * where it is not to be asked, `unknown` where it has not answered yet.
     */
    '.introspects': z._default(z.enum(['yes', 'no', 'unknown', 'access_token', 'refresh_token']), 'yes'),
  }),
);

export type OAuthSettings = z.infer<ReturnType<typeof settingsSchema>>;

export function oauthSettings(settings: Settings): OAuthSettings {
  const parsed = parseSettings(settingsSchema(), settings);
  const led = isLed(settings) ? resourceOf(settings) : undefined;
  return led ? { ...parsed, resource: led.resource, resourceParameter: 'resource' } : parsed;
}

/** `undefined` where the user has none. @throws `credentialMissing` when its secret is not there */
export function clientOf(settings: OAuthSettings, secrets: Secrets): Client | undefined {
  const { clientId: id, clientAuth: auth, '.registeredSigning': signing } = settings;
  if (id === '') {
    return undefined;
  }
  const signedBy = id === settings['.registeredClient'] ? signing : undefined;
  const common = { id, auth, ...(signedBy !== undefined && { signedBy }) };
  if (isByCertificate(auth)) {
    if (settings.clientCertificateFile === '' || settings.clientKeyFile === '') {
      throw new TokenManagerError('configuration', 'clientCertificateFile', { code: 'unusable-settings' });
    }
    return common;
  }
  if (auth === 'none') {
    return common;
  }
  const secret = auth === 'private_key_jwt' ? secrets.clientKey : secrets.clientSecret;
  if (!secret) {
    throw new TokenManagerError('credentialMissing');
  }
  return { ...common, secret };
}

/**
 * Of which kinds of tokens the server tells whether they are active. RFC 7662 section 2.2 lets it say "not
 * active" of every token that it does not want to tell of, and some do so of all refresh tokens.
 */
export function answeredKinds({ '.introspects': answers }: OAuthSettings): readonly TokenKind[] {
  switch (answers) {
    case 'yes':
      return ['access_token', 'refresh_token'];
    case 'no':
    case 'unknown':
      return [];
    default:
      return [answers];
  }
}

/** What a token is asked for with: scopes, and what it is for. */
export function grantParameters(
  settings: Pick<OAuthSettings, 'scopes' | 'resource' | 'resourceParameter'>,
): Record<string, string> {
  const { scopes } = settings;
  return {
    ...(scopes !== '' && { scope: scopes.split(/\s+/).join(' ') }),
    ...resourceParameters(settings),
  };
}

/** RFC 8707, or the `audience` that some servers take. */
export function resourceParameters({
  resource,
  resourceParameter,
}: Pick<OAuthSettings, 'resource' | 'resourceParameter'>): Record<string, string> {
  return resource === '' ? {} : { [URL.canParse(resource) ? resourceParameter : 'audience']: resource };
}

export function offersRegistration(settings: Settings): boolean {
  return described(settings)?.registration_endpoint !== undefined && settings.method !== 'paste';
}

/** Whether the user wants a client of this connection's own. */
export function registers(settings: Settings): boolean {
  return offersRegistration(settings) && settings.client === 'register';
}
