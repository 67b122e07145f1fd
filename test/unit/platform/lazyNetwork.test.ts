import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Secret } from '../../../src/core/secret.ts';
import { LazyNetwork } from '../../../src/platform/lazyNetwork.ts';
import type { NetworkOptions } from '../../../src/platform/transport.ts';
import { localize } from '../fakes.ts';

describe('the network half, loaded when first needed,', () => {
  const proxy = {
    isOff: true,
    proxy: new Secret(''),
    noProxy: [],
    authorization: undefined,
    checksCertificate: true,
  };
  const options: NetworkOptions = { stack: 'undici', connectMs: 1000, proxy };

  it('has done once, after what is sent first, what can be done while the answer is waited for', async () => {
    const order: string[] = [];
    const network = new LazyNetwork(
      () => options,
      localize,
      () => order.push('meanwhile'),
    );
    await network.adapters();
    await pause(5);
    assert.equal(order.length, 0);
    const first = await network.transport(undefined);
    order.push('sent');
    network.reset();
    assert.notEqual(await network.transport(undefined), first);
    order.push('sent');
    await pause(5);
    assert.deepEqual(order, ['sent', 'sent', 'meanwhile']);
    network.dispose();
  });
});
