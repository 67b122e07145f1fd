import { TokenManagerError, toResult } from '../../../core/model/errors.ts';
import type { Settings } from '../../../core/model/item.ts';
import type { Secret } from '../../../core/model/secret.ts';
import type { Secrets } from '../../../core/ports.ts';
import { provesItBySecret } from '../client/authentication.ts';
import type { AuthorizationServerClient, Client, ClientMetadata } from '../client/client.ts';
import {
  isDueAt,
  isOverAt,
  type Management,
  managementIn,
  type RegistrationManager,
  type SecretEnd,
  secretEndIn,
} from '../client/management.ts';
import { clientOf, type Method, type OAuthSettings, oauthSettings } from '../client/settings.ts';
import type { Server } from '../discovery/server.ts';
import { commonAlgorithm, madeKey, publicJwkOf } from '../protocol/keys.ts';

/** A client and what is stored so that it can be used again. */
export interface KnownClient {
  readonly client: Client | undefined;
  readonly settings: Settings;
  /** Of a client of this connection's own, where the server lets it be managed. */
  readonly management?: Management;
  /** Whether it was registered for this sign-in, so that it is worth nothing without it. */
  readonly isNew?: boolean;
}

export interface RegistrationContext {
  readonly server: AuthorizationServerClient;
  readonly manager: RegistrationManager;
  readonly metadata: Server;
  /** What the connection holds already, or has entered. */
  readonly draft: { readonly settings: Settings; readonly secrets: Secrets };
  /** Epoch milliseconds. */
  readonly now: number;
  readonly signal: AbortSignal;
}

const grantTypes: Readonly<Record<Method, string[]>> = {
  browser: ['authorization_code', 'refresh_token'],
  device: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
  clientCredentials: ['client_credentials'],
  paste: [],
};

/**
 * A client of this connection's own (RFC 7591), registered once. It is registered anew when the browser leads
 * back to where the first one must not, when its secret is about to expire, and when the server has forgotten it.
 */
export async function registeredClient(
  redirectUri: string | undefined,
  context: RegistrationContext,
): Promise<KnownClient> {
  const settings = oauthSettings(context.draft.settings);
  return (
    (await registeredBefore(redirectUri, settings, context)) ?? registeredNow(redirectUri, settings, context)
  );
}

async function registeredBefore(
  redirectUri: string | undefined,
  { method }: OAuthSettings,
  context: RegistrationContext,
): Promise<KnownClient | undefined> {
  const { server, draft, now, signal } = context;
  const {
    '.registeredFor': registeredFor,
    '.registeredClient': clientId,
    '.registeredAuth': clientAuth = 'none',
  } = draft.settings;
  const keys = [redirectUri, portless(redirectUri)].map((uri) => registrationKey(method, uri));
  if (typeof registeredFor !== 'string' || typeof clientId !== 'string' || clientId === '') {
    return undefined;
  }
  const before = oauthSettings({ ...draft.settings, clientId, clientAuth });
  const client = await toResult((async () => clientOf(before, draft.secrets))());
  const management = managementIn(draft.secrets);
  const end = management ? management.secretEnd : registeredEnd(draft.settings);
  if (!client || client instanceof TokenManagerError) {
    return undefined;
  }
  if (!keys.includes(registeredFor) || isDueAt(now, end)) {
    return management && updated(client, management, redirectUri, method, context);
  }
  if (!(await server.isKnown(client, signal))) {
    return undefined;
  }
  const settings = registrationSettings(client, registeredFor, end);
  return { client, settings, ...(management && { management }) };
}

/** The same client with another way back or another secret; `undefined` where the server gives it neither. */
async function updated(
  client: Client,
  management: Management,
  redirectUri: string | undefined,
  method: Method,
  { manager, now, signal }: RegistrationContext,
): Promise<KnownClient | undefined> {
  let latest = management;
  const reissued = await toResult(
    manager.update(
      management,
      (metadata) => ({ ...metadata, ...withRedirect(metadata.redirect_uris, redirectUri) }),
      async (next) => {
        latest = next.management;
      },
      signal,
    ),
  );
  if (reissued instanceof TokenManagerError || isDueAt(now, reissued.management.secretEnd)) {
    if (isOverAt(now, latest.secretEnd)) {
      // Nothing can be done as this client any more.
      await toResult(manager.unregister(latest, new AbortController().signal));
    }
    return undefined;
  }
  const { secret, management: next } = reissued;
  const same: Client = secret && provesItBySecret(client) ? { ...client, secret } : client;
  const settings = registrationSettings(same, registrationKey(method, redirectUri), next.secretEnd);
  return { client: same, settings, management: next };
}

function withRedirect(registered: unknown, redirectUri: string | undefined) {
  const uris = [registered].flat().filter((uri) => typeof uri === 'string');
  return redirectUri === undefined ? {} : { redirect_uris: [...new Set([...uris, redirectUri])] };
}

/** When the secret of the registered client ends, as it was when it was registered. */
export function registeredEnd(settings: Settings): SecretEnd | undefined {
  const { '.registeredUntil': until, '.registeredDue': due } = settings;
  return typeof until === 'string'
    ? secretEndIn(until, typeof due === 'string' ? due : undefined)
    : undefined;
}

async function registeredNow(
  redirectUri: string | undefined,
  { method, scopes }: OAuthSettings,
  { server, metadata, signal }: RegistrationContext,
): Promise<KnownClient> {
  const anyPort = portless(redirectUri);
  const uris = new Set([redirectUri, anyPort].filter((uri) => uri !== undefined));
  let scope = scopes;
  const proof = await proofFor(metadata);
  for (;;) {
    try {
      const wanted = { ...clientMetadata(method, [...uris], scope), ...proof.metadata };
      const client = await server.register(wanted, proof.key, signal);
      const registeredFor = registrationKey(method, anyPort && uris.has(anyPort) ? anyPort : redirectUri);
      const settings = registrationSettings(client, registeredFor, client.secretEnd);
      return { client, settings, isNew: true, ...(client.management && { management: client.management }) };
    } catch (thrown) {
      const error = TokenManagerError.from(thrown);
      if (!['rejected', 'configuration'].includes(error.kind)) {
        throw error;
      }
      // Refused, so that nothing was registered. The scope is optional (RFC 7591 section 2), and so is any port.
      if (uris.size > 1 && anyPort !== undefined && (scope === '' || error.code === 'invalid_redirect_uri')) {
        uris.delete(anyPort);
      } else if (scope !== '') {
        scope = '';
      } else {
        throw error;
      }
    }
  }
}

/** How the client shall prove itself: by a key that is made here where the server takes no secret. */
async function proofFor({
  token_endpoint_auth_methods_supported: listed = ['client_secret_basic'],
  token_endpoint_auth_signing_alg_values_supported: algorithms,
}: Server): Promise<Proof> {
  const method = (['client_secret_basic', 'client_secret_post', 'none', 'private_key_jwt'] as const).find(
    (one) => listed.includes(one),
  );
  if (method !== 'private_key_jwt') {
    return { metadata: { token_endpoint_auth_method: method ?? 'client_secret_basic' } };
  }
  const algorithm = commonAlgorithm(algorithms) ?? 'ES256';
  const key = await madeKey(await import('../protocol/library.ts'), algorithm);
  return {
    metadata: {
      token_endpoint_auth_method: method,
      token_endpoint_auth_signing_alg: algorithm,
      jwks: { keys: [{ ...publicJwkOf(key), use: 'sig', alg: algorithm }] },
    },
    key,
  };
}

interface Proof {
  readonly metadata: ClientMetadata;
  readonly key?: Secret;
}

function clientMetadata(method: Method, redirectUris: string[], scope: string) {
  return {
    client_name: 'OAuth Token Manager',
    application_type: 'native',
    redirect_uris: redirectUris,
    response_types: redirectUris.length === 0 ? [] : ['code'],
    grant_types: grantTypes[method],
    ...(scope !== '' && { scope }),
  };
}

/** A port of loopback is another each time, and most servers then take any (RFC 8252 section 7.3). */
function portless(redirectUri: string | undefined): string | undefined {
  return redirectUri?.replace(/^(http:\/\/127\.0\.0\.1):\d+(?=\/callback$)/, '$1');
}

function registrationKey(method: Method, redirectUri: string | undefined): string {
  return `${method} ${redirectUri ?? ''}`.trim();
}

function registrationSettings(
  { id, auth, signedBy }: Client,
  registeredFor: string,
  end: SecretEnd | undefined,
): Settings {
  return {
    clientId: id,
    clientAuth: auth,
    '.registeredFor': registeredFor,
    '.registeredClient': id,
    '.registeredAuth': auth,
    ...(signedBy !== undefined && { '.registeredSigning': signedBy }),
    ...(end && { '.registeredUntil': String(end.expiresAt), '.registeredDue': String(end.dueAt) }),
  };
}
