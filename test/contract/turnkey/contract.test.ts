import { turnkey } from '../../../src/adapters/turnkey/index.ts';
import { startTurnkey } from '../../servers/turnkey.ts';
import { adapterContract } from '../adapterContract.ts';
import { answersFor, isNamed, newKeyPair, refusal, submitPath } from './bench.ts';

const vendorCodes: Readonly<Record<number, string>> = {
  400: 'REQUEST_INVALID',
  401: 'SIGNATURE_INVALID',
  403: 'REQUEST_NOT_AUTHORIZED',
  404: 'CREDENTIAL_NOT_FOUND',
  429: 'RATE_LIMIT_EXCEEDED',
};

for (const [kind, branch] of [
  ['user', 'a user'],
  ['organization', 'a sub-organization'],
] as const) {
  adapterContract(`Turnkey, reading below ${branch},`, {
    async start(options) {
      const server = await startTurnkey(options);
      const users = () => server.state.organizations.flatMap((organization) => organization.users);
      return {
        factory: turnkey,
        server,
        origins: [server.url],
        answers: answersFor(server),
        wrongAnswers: { ...answersFor(server), ...newKeyPair() },
        secrets: [server.credentials.privateKey],
        empty: () => {
          for (const organization of server.state.organizations) {
            if (kind === 'user') {
              for (const user of organization.users) {
                user.oauthProviders = [];
              }
            } else if (organization.parentId) {
              organization.users = [];
            }
          }
        },
        isLive: (path) => users().some(({ oauthProviders }) => oauthProviders.some(isNamed(path.at(-1)))),
      };
    },
    credentialHeaders: ['x-stamp'],
    branch: ({ item }) => item.kind === kind,
    errorReply: (status, words) => refusal(status, vendorCodes[status], words),
    revocations: [
      {
        title: 'a linked login',
        row: ({ item }) => item.name === 'Google',
        isMutation: ({ path }) => path === submitPath,
        repeatable: true,
      },
      {
        title: 'a linked login that takes a while',
        row: ({ item }) => item.name === 'Apple',
        isMutation: ({ path }) => path === submitPath,
        repeatable: true,
      },
    ],
  });
}
