import { mage } from '../../../src/adapters/mage/index.ts';
import { json, sampleSecret, send } from '../../servers/loopback.ts';
import { startMage } from '../../servers/mage.ts';
import { adapterContract } from '../adapterContract.ts';
import { isLive, rowIdOf, secretsOf, tokenAnswers } from './bench.ts';

adapterContract('Mage AI', {
  async start(options) {
    const now = options.now ?? Date.now;
    const server = await startMage(options);
    return {
      factory: mage,
      server,
      origins: [new URL(server.url).origin],
      answers: tokenAnswers(server),
      wrongAnswers: { ...tokenAnswers(server), token: 'somebody-elses-token' },
      get secrets() {
        return secretsOf(server);
      },
      empty: () => {
        // The token that asks is always listed, so only the answer can be empty.
        server.intercept(({ response }) => {
          send(response, json(200, { oauth_access_tokens: [], metadata: { count: 0, next: false } }));
          return true;
        });
      },
      isLive: (path) => isLive(server, path, now()),
    };
  },
  credentialHeaders: ['oauth-token'],
  branch: ({ item }) => item.id === 'tokens',
  ownRow: ({ item }) => item.remark !== undefined,
  errorReply: (status, words) =>
    // The vendor's way: only a 401 is one (`api/middleware.py`).
    json(status === 401 ? 401 : 200, {
      error: { code: status, type: 'some_type', message: words },
      status: 200,
    }),
  kinds: { empty: 'server' },
  revocations: [
    {
      title: 'a session token',
      row: ({ item }) => item.id === rowIdOf(sampleSecret('mage notebook')),
      isMutation: ({ method, path }) => method === 'PUT' && path.startsWith('/api/sessions/'),
    },
    {
      title: "the connection's own token",
      row: ({ item }) => item.remark !== undefined,
      endsConnection: true,
      isMutation: ({ method, path }) => method === 'PUT' && path.startsWith('/api/sessions/'),
    },
    {
      title: 'a provider',
      row: ({ item }) => item.id === 'gitlab',
      isMutation: ({ method, path }) => method === 'PUT' && path.startsWith('/api/oauths/'),
      // A reset with nothing to reset is answered like any other.
      again: 'revoked',
    },
  ],
});
