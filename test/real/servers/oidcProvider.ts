import { startOidc } from '../../servers/oidc.ts';
import { grantSentences } from '../flows/grants.ts';
import type { OAuthSubject } from '../flows/oauthSubject.ts';
import { packageVersion } from '../packageVersion.ts';
import { isInstalled, type RealServer } from '../realServer.ts';

/** The same package that the sandbox for OAuth is made of, as it is, without anything put between. */
export const oidcProvider: RealServer<OAuthSubject> = {
  id: 'oidcProvider',
  name: 'oidc-provider',
  version: packageVersion('oidc-provider'),
  kind: 'OAuth 2.0 server',
  source: 'oidc-provider from npm, a development dependency, in this process',
  lacks: {
    ...Object.fromEntries(grantSentences.map((sentence) => [sentence, 'it tells of no grants'])),
    'tells a scope that it does not know, in its own words':
      'it leaves out what it does not know, and says so in the token response',
  },
  ...isInstalled,
  start: async () => {
    const server = await startOidc();
    const { shop, open } = server.clients;
    return {
      issuer: server.url,
      clients: {
        secret: { clientId: shop.id, clientAuth: 'client_secret_basic', clientSecret: shop.secret },
        open: { clientId: open.id, clientAuth: 'none' },
      },
      scopes: 'openid offline_access orders:read',
      clientScopes: 'orders:read',
      fills: { login: 'robin', password: 'anything' },
      person: 'robin',
      isAskedAbout: ['access_token', 'refresh_token'],
      isLive: async (token) => server.isActive(token),
      secrets: [shop.secret],
      stop: () => server.stop(),
    };
  },
};
