import * as z from 'zod';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Settings } from '../../core/model/item.ts';
import type { Secrets } from '../../core/ports.ts';
import { madeOnce } from '../support/lazy.ts';
import { understood } from '../support/storedSettings.ts';
import { type Client, clientAuthMethods } from './client.ts';

export const methods = ['browser', 'device', 'paste', 'clientCredentials'] as const;
export type Method = (typeof methods)[number];

/** What a connection stores besides the server and its endpoints; what is empty was not given. */
export const settingsSchema = madeOnce(() =>
  z.object({
    method: z.enum(methods),
    clientId: z.string().trim().default(''),
    clientAuth: z.enum(clientAuthMethods).default('none'),
    scopes: z.string().trim().default(''),
    resource: z.string().trim().default(''),
    /** `no` where the server does not let this client ask about tokens. */
    '.introspects': z.enum(['yes', 'no']).default('yes'),
  }),
);

export type OAuthSettings = z.infer<ReturnType<typeof settingsSchema>>;

export function oauthSettings(settings: Settings): OAuthSettings {
  return understood(settingsSchema(), settings);
}

/** `undefined` where the user has none. @throws `credentialMissing` when its secret is not there */
export function clientOf({ clientId, clientAuth }: OAuthSettings, secrets: Secrets): Client | undefined {
  if (clientId === '') {
    return undefined;
  }
  if (clientAuth === 'none') {
    return { id: clientId, auth: clientAuth };
  }
  if (!secrets.clientSecret) {
    throw new TokenManagerError('credentialMissing');
  }
  return { id: clientId, auth: clientAuth, secret: secrets.clientSecret };
}

/** What a token is asked for with: scopes, and whom it is for (RFC 8707, or the `audience` that some servers take). */
export function grantParameters({ scopes, resource }: Pick<OAuthSettings, 'scopes' | 'resource'>) {
  return {
    ...(scopes !== '' && { scope: scopes.split(/\s+/).join(' ') }),
    ...resourceParameters({ resource }),
  };
}

export function resourceParameters({ resource }: Pick<OAuthSettings, 'resource'>): Record<string, string> {
  return resource === '' ? {} : { [URL.canParse(resource) ? 'resource' : 'audience']: resource };
}
