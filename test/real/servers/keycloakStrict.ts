import { clientsOf, clientWithKey, type OAuthSubject } from '../flows/oauthSubject.ts';
import type { RealServer } from '../realServer.ts';
import {
  accountRoles,
  isLiveFor,
  keycloak,
  realmSettings,
  secretsOfTheShop,
  shop,
  signsIn,
  startKeycloakServer,
} from './keycloak.ts';

const { secret: watcher, open } = clientsOf('keycloak strict');

/** The same server with a realm whose clients have all that Keycloak can require of them, short of certificates. */
export const keycloakStrict: RealServer<OAuthSubject> = {
  ...keycloak,
  id: 'keycloakStrict',
  name: 'Keycloak, strict',
  folder: keycloak.id,
  lacks: {},
  start: async () => {
    const { client, jwk } = clientWithKey('shop-desk');
    const attributes = {
      ...signsIn.attributes,
      'require.pushed.authorization.requests': 'true',
      'dpop.bound.access.tokens': 'true',
      'pkce.code.challenge.method': 'S256',
    };
    const common = { ...signsIn, attributes };
    const { url, stop } = await startKeycloakServer({
      ...realmSettings(),
      clients: [
        {
          ...common,
          clientId: client.clientId,
          clientAuthenticatorType: 'client-jwt',
          attributes: {
            ...attributes,
            'use.jwks.string': 'true',
            'jwks.string': JSON.stringify({ keys: [jwk] }),
            'token.endpoint.auth.signing.alg': 'ES256',
          },
          serviceAccountsEnabled: true,
          defaultClientScopes: ['basic', 'roles', 'profile'],
        },
        { ...common, clientId: open.clientId, publicClient: true },
        // For the tests alone, which look at tokens without the product.
        { clientId: 'watcher', secret: watcher.clientSecret, enabled: true, standardFlowEnabled: false },
      ],
      clientScopeMappings: { account: [{ client: client.clientId, roles: accountRoles }] },
    });
    return {
      issuer: `${url}/realms/shop`,
      clients: { secret: client, open },
      ...shop,
      isLive: isLiveFor(url, { ...watcher, clientId: 'watcher' }),
      secrets: [...secretsOfTheShop, client.clientKey, watcher.clientSecret],
      stop,
    };
  },
};
