import { startOidc } from '../../servers/oidc.ts';
import { grantSentences } from '../flows/grants.ts';
import { clientWithKey, type OAuthSubject } from '../flows/oauthSubject.ts';
import { notStrict } from '../flows/strict.ts';
import { packageVersion } from '../packageVersion.ts';
import { isInstalled, type RealServer } from '../realServer.ts';

const noGrants = Object.fromEntries(grantSentences.map((sentence) => [sentence, 'it tells of no grants']));

/** The same package that the sandbox for OAuth is made of, as it is, without anything put between. */
export const oidcProvider: RealServer<OAuthSubject> = {
  id: 'oidcProvider',
  name: 'oidc-provider',
  version: packageVersion('oidc-provider'),
  kind: 'OAuth 2.0 server',
  source: 'oidc-provider from npm, a development dependency, in this process',
  lacks: {
    ...noGrants,
    ...notStrict,
    'tells a scope that it does not know, in its own words':
      'it leaves out what it does not know, and says so in the token response',
  },
  ...isInstalled,
  start: async () => {
    const server = await startOidc();
    const { shop, open } = server.clients;
    return {
      ...askedFor(server),
      clients: {
        secret: { clientId: shop.id, clientAuth: 'client_secret_basic', clientSecret: shop.secret },
        open: { clientId: open.id, clientAuth: 'none' },
      },
      secrets: [shop.secret],
    };
  },
};

function askedFor(server: Awaited<ReturnType<typeof startOidc>>) {
  return {
    issuer: server.url,
    scopes: 'openid offline_access orders:read',
    clientScopes: 'orders:read',
    fills: { login: 'robin', password: 'anything' },
    person: 'robin',
    isAskedAbout: ['access_token', 'refresh_token'],
    isLive: async (token) => server.isActive(token),
    stop: () => server.stop(),
  } satisfies Partial<OAuthSubject>;
}

/** Set up as the profiles for banks ask, short of certificates: nothing works without a key and a pushed request. */
export const oidcProviderStrict: RealServer<OAuthSubject> = {
  ...oidcProvider,
  id: 'oidcProviderStrict',
  name: 'oidc-provider, strict',
  lacks: {
    ...noGrants,
    'signs in as a client that has no secret': 'here every client has to prove itself',
    'tells a scope that it does not know, in its own words':
      'it leaves out what it does not know, and says so in the token response',
  },
  start: async () => {
    const { client, jwk } = clientWithKey('shop-desk');
    const server = await startOidc({
      strictClients: [
        {
          client_id: client.clientId,
          application_type: 'native',
          grant_types: [
            'authorization_code',
            'refresh_token',
            'client_credentials',
            'urn:ietf:params:oauth:grant-type:device_code',
          ],
          redirect_uris: ['http://127.0.0.1/callback'],
          response_types: ['code'],
          dpop_bound_access_tokens: true,
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: 'ES256',
          jwks: { keys: [{ kty: 'EC', ...jwk }] },
        },
      ],
    });
    return {
      ...askedFor(server),
      clients: { secret: client, open: { clientId: 'none-here', clientAuth: 'none' } },
      secrets: [client.clientKey],
    };
  },
};
