import assert from 'node:assert/strict';
import type { ItemNode } from '../../../src/core/inventory/tree.ts';
import type { OddServer } from '../../servers/oidcOdd.ts';
import { failure, type Harness, unhurried } from '../harness.ts';
import { deskByBrowser, LedBack } from '../signingIn.ts';
import { beginOdd, describeOdd, endOdd } from './oddBench.ts';

describe('A token that an OAuth connection holds', () => {
  let server: OddServer;
  let harness: Harness;

  beforeEach(async () => {
    ({ server, harness } = await beginOdd(new LedBack()));
    describeOdd(server, { dpop_signing_alg_values_supported: ['ES256'] });
  });

  afterEach(() => endOdd(server, harness));

  async function rowsWith(more: object): Promise<readonly ItemNode[]> {
    server.answers.set('/token', { access_token: 'access-1', refresh_token: 'refresh-1', ...more });
    const { root } = await harness.connect({
      ...deskByBrowser(server.url),
      scopes: 'orders:read',
    });
    await harness.inventory.open(root.branch);
    return root.branch.nodes;
  }

  async function copied(node: ItemNode): Promise<string> {
    let value = '';
    await harness.heldTokens.copy(node, unhurried(), async (token) => {
      value = token.reveal();
    });
    return value;
  }

  it('is the access token alone: whoever uses a refresh token elsewhere uses it up', async () => {
    const rows = await rowsWith({ token_type: 'bearer' });
    assert.deepEqual(
      rows.map((row) => [row.item.id, harness.heldTokens.has(row)]),
      [
        ['access_token', true],
        ['refresh_token', false],
      ],
    );
    const [access, refresh] = rows;
    assert(access && refresh);
    assert.equal(await copied(access), 'access-1');
    assert.equal((await failure(copied(refresh))).kind, 'unsupported');
  });

  it('is the newest one after a renewal', async () => {
    const [access] = await rowsWith({ token_type: 'bearer' });
    assert(access);
    server.answers.set('/token', { access_token: 'access-2', token_type: 'bearer' });
    await harness.renewals.renew(access, unhurried());
    assert.equal(await copied(access), 'access-2');
  });

  it('is none where it is bound to a key, without which it is worth nothing', async () => {
    const [access] = await rowsWith({ token_type: 'DPoP' });
    assert(access);
    assert(!harness.heldTokens.has(access));
    assert.equal((await failure(copied(access))).kind, 'unsupported');
  });
});
