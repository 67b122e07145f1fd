import assert from 'node:assert/strict';
import { leakTables } from '../../../../src/adapters/leaks/tables.ts';
import { thisComputer } from '../../../../src/adapters/thisComputer/adapter.ts';
import { programs } from '../../../../src/adapters/thisComputer/programs.ts';
import type { ItemNode } from '../../../../src/core/inventory/tree.ts';
import { memoryCore } from '../../core/memoryCore.ts';
import { localize } from '../../fakes.ts';
import type { FakeMachine } from './machine.ts';

/** A connection to this computer whose list has been read. Nothing is sent. */
export async function connect(machine: FakeMachine, chosen = programs.map(({ id }) => id)) {
  const adapter = thisComputer({
    machine,
    tables: async () => leakTables,
    http: () => assert.fail('nothing is sent'),
  })(localize);
  const core = memoryCore([adapter]);
  await core.connections.add({
    adapterId: adapter.id,
    serviceName: adapter.displayName,
    label: adapter.displayName,
    account: { id: 'desk', name: 'desk' },
    settings: { programs: chosen },
    secrets: {},
  });
  const [root] = core.inventory.roots;
  assert(root);
  await core.inventory.open(root.branch);
  const rows: ItemNode[] = root.branch.nodes.flatMap(({ branch }) => branch.nodes);
  return { adapter, core, root, rows };
}
