import assert from 'node:assert/strict';
import { type BulkOutcome, revokeMany } from '../../src/core/revoke/bulk.ts';
import { targetsBelow } from '../../src/core/revoke/targets.ts';
import { type Sandboxes, type ServiceId, serviceIds, services, startSandboxes } from '../services.ts';
import { localize, SkippingClock } from '../unit/fakes.ts';
import { Harness, unhurried } from './harness.ts';

/** Everything that each service lets go, in one go. */
describe('revoking everything of a connection', () => {
  let sandboxes: Sandboxes;
  const harnesses: Harness[] = [];

  beforeEach(async () => {
    sandboxes = await startSandboxes();
  });

  afterEach(async () => {
    for (const harness of harnesses.splice(0)) {
      harness.dispose();
    }
    await sandboxes.stop();
  });

  async function revokeAll(service: ServiceId): Promise<{
    readonly outcomes: readonly BulkOutcome[];
    readonly counts: Readonly<Record<string, number>>;
    readonly harness: Harness;
  }> {
    const harness = new Harness(services[service].factory, new SkippingClock(Date.now()));
    harnesses.push(harness);
    const { root } = await harness.connect(sandboxes.running[service].answers);
    const now = harness.clock.now();
    const { targets } = await targetsBelow(harness.inventory, [root], now, unhurried());
    const outcomes = await revokeMany(harness.revocations, targets, unhurried());
    const counts: Record<string, number> = {};
    for (const { result } of outcomes) {
      counts[result.kind] = (counts[result.kind] ?? 0) + 1;
    }
    return { outcomes, counts, harness };
  }

  for (const service of serviceIds.filter((id) => services[id].ownRow)) {
    const { displayName } = services[service].factory(localize);

    it(`loses no right at ${displayName} before everything else is revoked`, async () => {
      const { outcomes } = await revokeAll(service);
      const own = outcomes.filter(({ node }) => node.item.isOwnCredential).map(({ node }) => node.item.id);
      assert.deepEqual(own, [sandboxes.running[service].ownRow]);
      for (const { node, result } of outcomes) {
        assert.notEqual(result.kind, 'notBegun', node.item.name);
        assert(result.kind !== 'failed' || result.error.kind !== 'unauthorized', node.item.name);
      }
    });
  }

  it('takes all connected providers of Codegen', async () => {
    const { outcomes, counts } = await revokeAll('codegen');
    assert.deepEqual(counts, { revoked: outcomes.length });
    assert(outcomes.length >= 3);
    const [organization] = sandboxes.codegen.state.organizations;
    assert(organization?.tokens.every(({ active }) => !active));
  });

  it('takes all sessions of Mage AI, its own last, and refuses what belongs to a provider', async () => {
    const { outcomes, counts } = await revokeAll('mage');
    const own = outcomes.find(({ node }) => node.item.isOwnCredential);
    assert.equal(own?.result.kind, 'revoked');
    // Two of the live tokens are kept for providers, which only a reset of those ends.
    assert.deepEqual(counts, { revoked: outcomes.length - 2, failed: 2 });
    const live = sandboxes.mage.state.tokens.filter(
      ({ user_id: user, expires }) => user === 2 && expires > Date.now(),
    );
    assert.deepEqual(live.map(({ application }) => application).sort(), ['github', 'gitlab']);
    const lists = sandboxes.mage.requests.filter(({ path }) => path.endsWith('/oauth_access_tokens'));
    assert(lists.length < 25, `${lists.length} lists were read for ${outcomes.length} tokens`);
  });

  it('takes all tokens of PlanetScale, expired ones too', async () => {
    const { outcomes, counts } = await revokeAll('planetscale');
    assert.deepEqual(counts, { revoked: outcomes.length });
    assert.equal(sandboxes.planetscale.state.tokens.length, 0);
  });

  it('takes all tokens of GitLab, its own last', async () => {
    const { outcomes, counts } = await revokeAll('gitlab');
    // Without its own token the list cannot be read again.
    assert.deepEqual(counts, { revoked: outcomes.length - 1, unverified: 1 });
    const revokes = sandboxes.gitlab.requests.filter(({ method }) => method === 'DELETE');
    assert.equal(revokes.at(-1)?.path, '/api/v4/personal_access_tokens/1');
    const isOver = (end: string | null) => end !== null && Date.parse(end) <= Date.now();
    assert(sandboxes.gitlab.state.tokens.every(({ revoked, expires_at: end }) => revoked || isOver(end)));
  });

  it('tells apart what becomes of the logins at Turnkey', async () => {
    const { outcomes, counts } = await revokeAll('turnkey');
    assert((counts.revoked ?? 0) > 0);
    assert((counts.waitingForApproval ?? 0) > 0);
    assert((counts.failed ?? 0) > 0);
    for (const { node, result } of outcomes) {
      assert.equal(node.pendingReference !== undefined, 'reference' in result, node.item.name);
    }
  });
});
