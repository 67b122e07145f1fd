import assert from 'node:assert/strict';
import { extensions } from 'vscode';
import { thisEditor } from '../../src/adapters/thisEditor/adapter.ts';
import { VscodeAccounts } from '../../src/platform/host/editorAccounts.ts';
import { memoryCore } from '../unit/core/memoryCore.ts';
import { localize } from '../unit/fakes.ts';

const guestId = 'tests.integration-guest';
const providerId = 'integration-guest';

describe('the accounts of VS Code', () => {
  const accounts = new VscodeAccounts();
  after(() => accounts.dispose());

  it('are known by what extensions declare, and VS Code has a command for each act', async () => {
    const provider = accounts.providers().find(({ id }) => id === providerId);
    const extension = extensions.getExtension(guestId);
    assert.deepEqual(provider, {
      id: providerId,
      label: 'Guest Accounts',
      extension: guestId,
      isStarted: extension?.isActive,
    });
    assert.deepEqual([...(await accounts.acts())].sort(), [
      'preferences',
      'removeDynamicProviders',
      'signOut',
      'trustedExtensions',
      'trustedMcpServers',
    ]);
  });

  it('are listed without asking the user, signed out of by VS Code, and read again', async () => {
    const core = memoryCore([thisEditor(accounts)(localize)]);
    await core.connections.add({
      adapterId: 'this-editor',
      serviceName: 'This VS Code',
      label: 'This VS Code',
      account: { id: 'this-editor', name: 'This VS Code' },
      settings: {},
      secrets: {},
    });
    const { inventory, handOvers } = core;
    const [root] = inventory.roots;
    assert(root);
    await inventory.open(root.branch);
    const provider = root.branch.nodes.find(({ id }) => id === providerId);
    assert(provider);
    await inventory.request(provider.branch);
    assert.equal(extensions.getExtension(guestId)?.isActive, true);
    const names = () => provider.branch.nodes.map(({ item }) => item.name).sort();
    assert.deepEqual(names(), ['ann', 'ben']);
    const ann = provider.branch.nodes.find(({ item }) => item.name === 'ann');
    assert(ann);
    const [choice] = await handOvers.choices(ann);
    assert(choice && 'isSignOut' in choice && choice.isSignOut);
    assert.deepEqual(await handOvers.signOut(ann, choice), { kind: 'gone' });
    assert.deepEqual(names(), ['ben']);
    core.dispose();
  });
});
