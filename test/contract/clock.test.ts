import assert from 'node:assert/strict';
import { mage } from '../../src/adapters/mage/index.ts';
import { planetscale } from '../../src/adapters/planetscale/index.ts';
import { summarize } from '../../src/core/status/expiryIndex.ts';
import { startMage } from '../servers/mage.ts';
import { startPlanetScale } from '../servers/planetscale.ts';
import { SkippingClock } from '../unit/fakes.ts';
import { type Answers, Harness } from './harness.ts';

const hour = 60 * 60_000;
const day = 24 * hour;
const truth = Date.UTC(2026, 10, 22, 12);

const services = [
  {
    name: 'PlanetScale',
    factory: planetscale,
    start: async () => {
      const server = await startPlanetScale({ now: () => truth });
      const { credentials, apiUrl, oauthUrl } = server;
      const { serviceTokenId, serviceToken, organization } = credentials;
      const answers: Answers = { apiUrl, oauthUrl, serviceTokenId, serviceToken, organization };
      return { server, answers };
    },
  },
  {
    name: 'Mage AI',
    factory: mage,
    start: async () => {
      const server = await startMage({ now: () => truth });
      const answers: Answers = { baseUrl: server.url, access: 'token', token: server.credentials.jwt };
      return { server, answers };
    },
  },
];

/** Everything below a connection that is read when the view opens it, and how it stands. */
async function standing(service: (typeof services)[number], localNow: number) {
  const { server, answers } = await service.start();
  const harness = new Harness(service.factory, new SkippingClock(localNow));
  try {
    const { root } = await harness.connect(answers);
    await harness.inventory.open(root.branch);
    for (const node of root.branch.nodes) {
      if (node.item.children.kind === 'list') {
        await harness.inventory.open(node.branch);
      }
    }
    const { expired, expiring } = summarize(root, harness.clock.now(), 7 * day);
    return { expired, expiring, clockOffset: root.clockOffset };
  } finally {
    harness.dispose();
    await server.stop();
  }
}

for (const service of services) {
  describe(`${service.name} and a clock that is wrong`, () => {
    for (const error of [-40 * day, -5 * hour, 3 * hour, 40 * day, 800 * day]) {
      it(`by ${error / hour} hours: the rows are judged by the service's clock, and the difference is known`, async () => {
        const right = await standing(service, truth);
        const wrong = await standing(service, truth + error);
        assert.deepEqual([wrong.expired, wrong.expiring], [right.expired, right.expiring]);
        assert.equal(right.clockOffset, 0);
        // Our clock skips its waits, and the service’s stands still meanwhile.
        assert(Math.abs(wrong.clockOffset + error) <= 1000, String(wrong.clockOffset));
      });
    }
  });
}
