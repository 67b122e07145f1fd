import { planetscale } from '../../../src/adapters/planetscale/index.ts';
import { json } from '../../servers/loopback.ts';
import { startPlanetScale } from '../../servers/planetscale.ts';
import { adapterContract } from '../adapterContract.ts';
import { answersFor, secretsOf } from './bench.ts';

const vendorCodes: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'unauthorized',
  404: 'not_found',
  422: 'unprocessable',
};

adapterContract('PlanetScale', {
  async start(options) {
    const server = await startPlanetScale(options);
    const { state } = server;
    return {
      factory: planetscale,
      server,
      origins: [new URL(server.apiUrl).origin, server.oauthUrl],
      answers: answersFor(server, options),
      wrongAnswers: { ...answersFor(server, options), serviceToken: 'pscale_tkn_somebody_elses' },
      secrets: secretsOf(server),
      empty: () => {
        state.tokens = [];
      },
      isLive: (path) => state.tokens.some(({ resource }) => resource.id === path.at(-1)?.id),
    };
  },
  credentialHeaders: ['authorization'],
  branch: ({ item }) => item.name === 'Grafana Dashboards',
  paged: true,
  errorReply: (status, words) => json(status, { code: vendorCodes[status] ?? 'error', message: words }),
  revocations: [
    {
      title: 'a listed token',
      row: ({ item }) => item.name === 'Release pipeline',
      isMutation: ({ method }) => method === 'DELETE',
    },
    {
      title: 'a token that has expired',
      row: ({ item }) => item.name === 'Nightly migration',
      isMutation: ({ method }) => method === 'DELETE',
    },
  ],
  renews: true,
  attaches: true,
});
