import assert from 'node:assert/strict';
import type { ProviderAdapter } from '../../../../src/core/adapter/contract.ts';
import { AdapterRegistry } from '../../../../src/core/adapter/registry.ts';
import { choiceOf } from '../../../../src/core/adapter/service.ts';

function adapter(id: string): ProviderAdapter {
  const fail = () => assert.fail('nothing is opened here');
  return { id, displayName: `Service ${id}`, description: 'tokens', form: [], signIn: fail, open: fail };
}

describe('the services that can be chosen', () => {
  it('are named without an adapter of ours, and only the one that is asked for is loaded', async () => {
    const loaded: string[] = [];
    const registry = new AdapterRegistry(async () =>
      ['one', 'two'].map((id) => ({
        ...choiceOf(adapter(id)),
        load: async () => {
          loaded.push(id);
          return adapter(id);
        },
      })),
    );
    const choices = await registry.choices();
    assert.deepEqual(
      choices.map(({ displayName }) => displayName),
      ['Service one', 'Service two'],
    );
    assert.deepEqual(loaded, []);
    assert.equal((await registry.get('two')).id, 'two');
    assert.equal((await choices[0]?.load())?.id, 'one');
    assert.deepEqual(loaded, ['two', 'one']);
  });

  it('hold one whose adapter cannot be loaded, which says so when it is chosen', async () => {
    const registry = new AdapterRegistry(async () => [
      { ...choiceOf(adapter('one')), load: () => Promise.reject(new Error('gone')) },
      choiceOf(adapter('two')),
    ]);
    const [one, two] = await registry.choices();
    assert.equal((await two?.load())?.id, 'two');
    await assert.rejects(async () => one?.load(), /gone/);
    await assert.rejects(registry.get('one'), /gone/);
  });
});
