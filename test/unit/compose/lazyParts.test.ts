import assert from 'node:assert/strict';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { LazyNetwork } from '../../../src/compose/lazyParts.ts';
import { FakeMachine } from '../adapters/thisComputer/machine.ts';
import { noAccounts } from '../adapters/thisEditor/accounts.ts';
import { localize } from '../fakes.ts';
import { direct } from '../platform/direct.ts';

const noMachine = new FakeMachine({});

describe('the network half, loaded when first needed,', () => {
  it('has done once, after what is sent first, what can be done while the answer is waited for', async () => {
    const order: string[] = [];
    const meanwhile = Promise.withResolvers<void>();
    const network = new LazyNetwork(
      () => direct,
      localize,
      { accounts: noAccounts, machine: noMachine, http: () => assert.fail('nothing is sent') },
      [() => order.push('meanwhile'), () => order.push('after that'), () => meanwhile.resolve()],
    );
    await network.services();
    const first = await network.transport(undefined);
    order.push('sent');
    await meanwhile.promise;
    network.reset();
    assert.notEqual(await network.transport(undefined), first);
    order.push('sent');
    // What would be done again would wait for as long as this, and has begun to before.
    await pause(0);
    await nextTurn();
    assert.deepEqual(order, ['sent', 'meanwhile', 'after that', 'sent']);
    network.dispose();
  });
});
