import assert from 'node:assert/strict';
import { leakTables } from '../../../src/adapters/leaks/tables.ts';
import { thisComputer } from '../../../src/adapters/thisComputer/adapter.ts';
import { thisEditor } from '../../../src/adapters/thisEditor/adapter.ts';
import { type Filter, noFilter } from '../../../src/core/arrange/arrangement.ts';
import { Matcher } from '../../../src/core/arrange/filter.ts';
import { type FlatGrouping, Groups } from '../../../src/core/arrange/group.ts';
import { Ordering } from '../../../src/core/arrange/sort.ts';
import { ChangeTracker } from '../../../src/core/changes/changes.ts';
import { judge } from '../../../src/core/findings/judge.ts';
import { loadForIncident } from '../../../src/core/incident/load.ts';
import { readEverything } from '../../../src/core/inventory/loadEverything.ts';
import { overview } from '../../../src/core/status/overview.ts';
import { inventoryExport, inventoryFormats } from '../../../src/ui/exports/inventoryExport.ts';
import { filesOf, values } from '../adapters/thisComputer/files.ts';
import { FakeMachine } from '../adapters/thisComputer/machine.ts';
import { FakeAccounts } from '../adapters/thisEditor/accounts.ts';
import { usualLimits } from '../core/findings/limits.ts';
import { memoryCore } from '../core/memoryCore.ts';
import { MemoryDocuments } from '../core/watched.ts';
import { localize, ManualClock } from '../fakes.ts';
import { day, now, wording } from './wording.ts';

const moment = { now, soonMs: 7 * day };
const { signal } = new AbortController();

/** Both connections that need no service, with everything read. */
async function both() {
  const accounts = new FakeAccounts();
  accounts.accountsOf = { running: [{ id: '1', label: 'ann' }] };
  const machine = new FakeMachine({ ...filesOf('/home/ann') });
  const adapters = [
    thisEditor(accounts)(localize),
    thisComputer({ machine, tables: async () => leakTables, http: () => assert.fail('nothing is sent') })(
      localize,
    ),
  ];
  const clock = new ManualClock();
  const core = memoryCore(adapters, { clock });
  const changes = new ChangeTracker({
    inventory: core.inventory,
    activity: { acts: async () => [] },
    clock,
    documents: new MemoryDocuments(),
  });
  for (const { id, displayName } of adapters) {
    const settings = id === 'this-computer' ? { programs: ['gh', 'codex', 'mcp-remote', 'terraform'] } : {};
    await core.connections.add({
      adapterId: id,
      serviceName: displayName,
      label: displayName,
      account: { id, name: displayName },
      settings,
      secrets: {},
    });
  }
  const { inventory } = core;
  const { roots } = inventory;
  await readEverything(inventory, roots, signal, () => undefined);
  const entries = (filter: Partial<Filter> = {}) =>
    new Matcher({ ...noFilter, showsExpired: true, ...filter }, moment).entries(roots).nodes;
  const names = (filter: Partial<Filter> = {}) => entries(filter).map(({ item }) => item.name);
  return { accounts, machine, core, clock, inventory, roots, changes, entries, names };
}

const ofComputer = [
  'github.com',
  'git.example.com:8443',
  'OpenAI',
  'ChatGPT',
  'board',
  '5d41402a',
  '5d41402a',
  'app.terraform.io',
];

describe('Rows of this VS Code and of this computer', () => {
  it('are filtered by text, kind and state', async () => {
    const { names } = await both();
    assert.deepEqual(names().sort(), ['ann', ...ofComputer].sort());
    assert.deepEqual(names({ text: 'board' }), ['board']);
    assert.deepEqual(names({ kinds: ['identity'] }), ['ann']);
    assert.deepEqual(names({ states: ['active'] }), ['board']);
  });

  it('are sorted and grouped', async () => {
    const { entries } = await both();
    const sorted = new Ordering(entries(), { by: 'expiry', descending: false }, 'en').nodes;
    assert.equal(sorted[0]?.item.name, 'board');
    const groups = (grouping: FlatGrouping) =>
      new Groups(entries(), grouping, moment, 'en').all.map(({ key, nodes }) => [key, nodes.length]);
    assert.deepEqual(groups('state'), [
      ['state:unknown', 8],
      ['state:active', 1],
    ]);
    assert.deepEqual(groups('owner'), [
      ['owner:ann', 2],
      ['owner', 7],
    ]);
  });

  it('are exported in every format, without a value', async () => {
    const { roots } = await both();
    for (const format of inventoryFormats) {
      const { pieces, rows } = inventoryExport(roots, format, wording);
      const text = [...pieces].join('');
      assert(rows() > 0, format);
      assert(text.includes('board') && (format === 'ics' || text.includes('ann')), format);
      assert(
        Object.values(values).every((value) => !text.includes(value)),
        format,
      );
    }
  });

  it('are counted in the overview, each with its state', async () => {
    const { roots } = await both();
    const { connections } = overview(roots, { ...moment, namedPerWeek: 3 });
    assert.deepEqual(
      connections.map(({ total, states }) => [total, states.active, states.unknown]),
      [
        [1, 0, 1],
        [8, 1, 7],
      ],
    );
  });

  it('are judged by the rules as far as they tell, and counted where they do not', async () => {
    const { roots } = await both();
    for (const root of roots) {
      const { found, unjudged } = await judge(root, { now, limits: usualLimits, roots });
      assert(found.length > 0 || unjudged.size > 0, root.connection.label);
    }
  });

  it('are compared with what was there before', async () => {
    const { accounts, machine, core, clock, inventory, changes } = await both();
    await changes.idle();
    assert.deepEqual(await changes.list(), []);
    accounts.accountsOf = { running: [{ id: '2', label: 'ben' }] };
    Object.assign(machine.files, { '/home/ann/.codex/auth.json': '{}' });
    clock.advance(1000);
    await inventory.refreshAll();
    await changes.idle();
    const listed = (await changes.list()).map(({ kind, name }) => `${kind} ${name}`).sort();
    assert.deepEqual(listed, ['gone ChatGPT', 'gone OpenAI', 'gone ann', 'new ben']);
    core.dispose();
  });

  it('are revoked on a bad day as far as they can be', async () => {
    const { inventory, roots } = await both();
    const clock = { now: () => now, sleep: () => new Promise<never>(() => undefined) };
    const { targets } = await loadForIncident(
      { inventory, clock, patienceMs: 1000 },
      roots,
      signal,
      () => undefined,
    );
    assert.deepEqual(targets.map(({ item }) => item.name).sort(), ['board', 'github.com']);
  });
});
