import assert from 'node:assert/strict';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { firstNode, paged, setUp, signal, token } from '../oneConnection.ts';

describe('Renewals', () => {
  it('runs once for two who ask at the same time', async () => {
    let sent = 0;
    const item = token('a', { actions: ['renew'] });
    const { inventory, renewals } = await setUp({
      ...paged([[item]]),
      renew: async () => {
        sent++;
        return {};
      },
    });
    const node = await firstNode(inventory);
    const [one, two] = await Promise.all([renewals.renew(node, signal), renewals.renew(node, signal)]);
    assert.equal(sent, 1);
    assert.equal(one, two);
    assert.equal(one.kind, 'renewed');
  });

  it('is never tried twice by itself', async () => {
    let sent = 0;
    const { inventory, renewals } = await setUp({
      ...paged([[token('a', { actions: ['renew'] })]]),
      renew: async () => {
        sent++;
        throw new TokenManagerError('network');
      },
    });
    await assert.rejects(renewals.renew(await firstNode(inventory), signal), { kind: 'network' });
    assert.equal(sent, 1);
  });
});
