import assert from 'node:assert/strict';
import type { AdapterSession, ProviderAdapter } from '../../../src/core/adapter/contract.ts';
import type { Core } from '../../../src/core/createCore.ts';
import type { Inventory } from '../../../src/core/inventory/inventory.ts';
import type { Branch, ConnectionNode, ItemNode } from '../../../src/core/inventory/tree.ts';
import type { Item } from '../../../src/core/model/item.ts';
import { Secret } from '../../../src/core/model/secret.ts';
import type { Clock } from '../../../src/core/ports.ts';
import { ManualClock, MemoryCredentialStore } from '../fakes.ts';
import { sampleItem } from '../sampleRows.ts';
import { memoryCore } from './memoryCore.ts';

export function token(id: string, change: Partial<Item> = {}): Item {
  return sampleItem({ id, actions: ['revoke'], ...change });
}

export function section(id: string, change: Partial<Item> = {}): Item {
  const { status: _, ...bare } = token(id, {
    kind: 'section',
    lifetime: { kind: 'none' },
    children: { kind: 'list' },
    actions: [],
    ...change,
  });
  return bare;
}

/** The real core with one connection to each of these sessions, everything else in memory. */
export async function connected(
  sessions: readonly Partial<AdapterSession>[],
  clock: Clock = new ManualClock(),
): Promise<Core & { readonly roots: readonly ConnectionNode[] }> {
  const credentials = new MemoryCredentialStore();
  const adapters = sessions.map(
    (session, index): ProviderAdapter => ({
      id: `service-${index}`,
      displayName: `Service ${index}`,
      description: '',
      form: [],
      signIn: async () => assert.fail('not used'),
      open: () => ({ list: async () => ({ items: [] }), ...session }),
    }),
  );
  const core = memoryCore(adapters, { credentialStore: credentials, clock });
  for (const adapter of adapters) {
    const { id } = await core.connections.add({
      adapterId: adapter.id,
      serviceName: adapter.displayName,
      label: `${adapter.displayName} at work`,
      account: { id: '1', name: 'me' },
      settings: {},
      secrets: {},
    });
    await credentials.write(id, { token: new Secret('t') });
  }
  return { ...core, roots: core.inventory.roots };
}

/** All rows below, opened as far as they can be. */
export async function opened(inventory: Inventory, branch: Branch): Promise<readonly ItemNode[]> {
  await inventory.open(branch);
  const below = await Promise.all(
    branch.nodes
      .filter(({ item }) => item.children.kind === 'list')
      .map((node) => opened(inventory, node.branch)),
  );
  return [...branch.nodes, ...below.flat()];
}
