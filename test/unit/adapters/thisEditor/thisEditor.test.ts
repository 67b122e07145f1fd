import assert from 'node:assert/strict';
import { thisEditor } from '../../../../src/adapters/thisEditor/adapter.ts';
import { readEverything } from '../../../../src/core/inventory/loadEverything.ts';
import type { ItemNode } from '../../../../src/core/inventory/tree.ts';
import { signOutSentence } from '../../../../src/ui/text/signOut.ts';
import { rowView } from '../../../../src/ui/tree/rows.ts';
import { memoryCore } from '../../core/memoryCore.ts';
import { localize, MemoryActStore } from '../../fakes.ts';
import { wording } from '../../ui/wording.ts';
import { FakeAccounts } from './accounts.ts';

/** The product's core, connected as Add Connection does it. */
async function set() {
  const accounts = new FakeAccounts();
  accounts.accountsOf = {
    running: [
      { id: '1', label: 'ann' },
      { id: '2', label: 'ben' },
    ],
    idle: [{ id: '3', label: 'cyd' }],
  };
  const adapter = thisEditor(accounts)(localize);
  const actStore = new MemoryActStore();
  const core = memoryCore([adapter], { actStore });
  assert.deepEqual(adapter.form, []);
  const signedIn = await adapter.signIn(
    { settings: {}, secrets: {} },
    { http: () => assert.fail('nothing is sent'), clock: { now: () => 0, sleep: async () => undefined } },
    new AbortController().signal,
  );
  assert.deepEqual(signedIn.secrets, {});
  await core.connections.add({
    adapterId: adapter.id,
    serviceName: adapter.displayName,
    label: adapter.displayName,
    ...signedIn,
  });
  const [root] = core.inventory.roots;
  assert(root);
  await core.inventory.open(root.branch);
  const [running, idle] = root.branch.nodes;
  assert(running && idle);
  return { accounts, core, root, running, idle, acts: actStore.lines };
}

type Set = Awaited<ReturnType<typeof set>>;

async function firstAccount({ core, running }: Set): Promise<ItemNode> {
  await core.inventory.open(running.branch);
  const [ann] = running.branch.nodes;
  assert(ann);
  return ann;
}

async function signOut({ core }: Set, node: ItemNode) {
  const [choice] = await core.handOvers.choices(node);
  assert(choice && 'isSignOut' in choice && choice.isSignOut);
  return core.handOvers.signOut(node, choice);
}

describe('This VS Code', () => {
  it('shows an account a row, and says of its end that it is not known', async () => {
    const all = await set();
    const ann = await firstAccount(all);
    assert.deepEqual(
      all.running.branch.nodes.map(({ item }) => item.name),
      ['ann', 'ben'],
    );
    const { tags, spoken } = rowView(ann, wording);
    assert(tags.includes('manageable') && !tags.includes('revocable'));
    assert.match(spoken, /unknown/);
  });

  it('starts no other extension but by its row, not even when everything is loaded', async () => {
    const { accounts, core, root, idle } = await set();
    await readEverything(core.inventory, [root], new AbortController().signal, () => undefined);
    await core.inventory.refreshAll();
    assert(!accounts.started.includes('idle'));
    await core.inventory.request(idle.branch);
    assert.deepEqual(
      idle.branch.nodes.map(({ item }) => item.name),
      ['cyd'],
    );
  });

  it('says that an account is gone when the editor lists it no longer, and only then', async () => {
    const all = await set();
    const ann = await firstAccount(all);
    all.accounts.agrees = false;
    const kept = await signOut(all, ann);
    assert.equal(kept.kind, 'stillListed');
    assert.match(signOutSentence(kept, 'ann', wording), /still lists “ann”/);
    all.accounts.agrees = true;
    const gone = await signOut(all, ann);
    assert.match(signOutSentence(gone, 'ann', wording), /no longer lists “ann”\. Its service may not/);
    assert.deepEqual(
      all.running.branch.nodes.map(({ item }) => item.name),
      ['ben'],
    );
    assert.deepEqual(all.accounts.acted, [
      ['signOut', { providerId: 'running', accountLabel: 'ann' }],
      ['signOut', { providerId: 'running', accountLabel: 'ann' }],
    ]);
    const ends = new Map(all.acts.map(({ id, kind, result }) => [id, `${kind}: ${result.kind}`]));
    assert.deepEqual([...ends.values()].slice(-2), ['signOut: stillListed', 'signOut: done']);
  });

  it('says that the end is not known when the accounts cannot be read again', async () => {
    const all = await set();
    const ann = await firstAccount(all);
    const [choice] = await all.core.handOvers.choices(ann);
    assert(choice && 'isSignOut' in choice);
    const { accounts } = all;
    Object.assign(accounts, { accounts: async () => Promise.reject(new Error('no provider')) });
    const result = await all.core.handOvers.signOut(ann, choice);
    assert.equal(result.kind, 'unverified');
    assert.match(signOutSentence(result, 'ann', wording), /not known/);
  });

  it('leaves out what the editor has no command for, and acts on no name that two accounts have', async () => {
    const all = await set();
    const ann = await firstAccount(all);
    const titles = async () => (await all.core.handOvers.choices(ann)).map(({ title }) => title);
    assert.deepEqual(await titles(), [
      'Sign Out…',
      'Manage Trusted Extensions…',
      'Remove Dynamic Authentication Providers…',
    ]);
    all.accounts.accountsOf = {
      running: [
        { id: '1', label: 'ann' },
        { id: '2', label: 'ann' },
      ],
    };
    assert.deepEqual(await titles(), ['Remove Dynamic Authentication Providers…']);
    all.accounts.possible = [];
    assert.deepEqual(await titles(), []);
  });

  it('hands the editor the name that it gave, to the letter', async () => {
    const all = await set();
    all.accounts.accountsOf = { running: [{ id: '1', label: 'ann\u202E\n' }] };
    const ann = await firstAccount(all);
    assert.equal(ann.item.name, 'ann');
    await signOut(all, ann);
    assert.equal(all.accounts.acted[0]?.[1]?.accountLabel, 'ann\u202E\n');
  });
});
