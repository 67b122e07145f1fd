import { oauth } from '../../../src/adapters/oauth/adapter.ts';
import { json } from '../../servers/loopback.ts';
import { startOidc } from '../../servers/oidc.ts';
import { adapterContract } from '../adapterContract.ts';
import { byHand, shop } from './bench.ts';

/** An access token that was pasted, at a server whose endpoints were entered by hand. */
adapterContract('OAuth 2.0 server', {
  async start() {
    const server = await startOidc({ describesItself: false });
    const { accessToken, refreshToken } = server.grant();
    const answers = { ...byHand(server), ...shop(server), method: 'paste', accessToken };
    return {
      factory: oauth,
      server,
      origins: [server.url],
      answers,
      wrongAnswers: { ...answers, accessToken: 'of-another-server' },
      secrets: [accessToken, refreshToken, server.clients.shop.secret],
      empty: () => server.forget(),
      isLive: () => server.isActive(accessToken),
    };
  },
  credentialHeaders: ['authorization'],
  mayCarryCredential: ({ method }) => method === 'POST',
  errorReply: (status, words) => json(status, { error: 'not_today', error_description: words }),
  renews: true,
  holdsItsRows: true,
  revocations: [
    {
      title: 'the access token',
      row: ({ item }) => item.id === 'access_token',
      isMutation: ({ path }) => path === '/token/revocation',
    },
  ],
});
