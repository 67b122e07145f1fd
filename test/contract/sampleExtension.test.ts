import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { guardedAdapter } from '../../src/adapters/thirdParty/adapter.ts';
import type { AdapterFactory } from '../../src/core/adapter/contract.ts';
import { systemClock } from '../../src/platform/host/clock.ts';
import { projectRoot } from '../host/places.ts';
import { tidewater } from '../sample-extension/adapter.ts';
import { json } from '../servers/loopback.ts';
import { startTidewater, type TidewaterServer } from '../servers/tidewater.ts';
import { sampleApi } from '../unit/publicApi/sampleApi.ts';
import { adapterContract } from './adapterContract.ts';

/** The sample extension's adapter as the product runs it: in custody. */
const factory: AdapterFactory = (localize) =>
  guardedAdapter(
    {
      extension: { id: 'samples.tidewater-tokens', name: 'Tidewater Tokens' },
      adapter: tidewater(sampleApi()),
      adapterId: 'tidewater',
      end: new AbortController().signal,
    },
    { localize, clock: systemClock, patienceMs: () => 5000 },
  );

adapterContract('The sample extension', {
  async start(options) {
    const server = await startTidewater(options);
    return {
      factory,
      server,
      origins: [server.url],
      answers: answersFor(server),
      wrongAnswers: { ...answersFor(server), key: 'twk_somebody-elses' },
      secrets: [server.credentials.key],
      empty: () => {
        server.state.keys = [];
      },
      isLive: ([{ id }]) => server.state.keys.some((key) => key.id === id),
    };
  },
  credentialHeaders: ['authorization'],
  ownRow: ({ item }) => item.id === 'key-4',
  paged: true,
  errorReply: (status, words) => json(status, { message: words }),
  revocations: [
    {
      title: 'a key',
      row: ({ item }) => item.id === 'key-5',
      isMutation: ({ method }) => method === 'DELETE',
    },
  ],
});

function answersFor({ url, credentials }: TidewaterServer) {
  return { url, key: credentials.key };
}

describe('The sample extension', () => {
  it('is less than a hundred lines', () => {
    const lines = ['adapter.ts', 'extension.ts'].flatMap((file) =>
      readFileSync(join(projectRoot, 'test', 'sample-extension', file), 'utf8')
        .trimEnd()
        .split('\n'),
    );
    assert(lines.length < 100, `${lines.length} lines`);
  });

  it('needs nothing of ours but the public types', () => {
    const imports = ['adapter.ts', 'extension.ts'].flatMap((file) => [
      ...readFileSync(join(projectRoot, 'test', 'sample-extension', file), 'utf8').matchAll(/from '(.+)'/g),
    ]);
    const allowed = ['vscode', './adapter.ts', '../../api/oauth-token-manager.d.ts'];
    assert.deepEqual(
      imports.map(([, from]) => from).filter((from) => !allowed.includes(from ?? '')),
      [],
    );
  });
});
