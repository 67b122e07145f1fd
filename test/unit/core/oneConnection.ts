import assert from 'node:assert/strict';
import type {
  AdapterSession,
  Page,
  ProviderAdapter,
  RevokeOutcome,
} from '../../../src/core/adapter/contract.ts';
import type { Inventory } from '../../../src/core/inventory/inventory.ts';
import type { ItemNode } from '../../../src/core/inventory/tree.ts';
import { type Item, noChildren } from '../../../src/core/model/item.ts';
import { Secret } from '../../../src/core/model/secret.ts';
import { ManualClock, MemoryCredentialStore, MemoryLogger } from '../fakes.ts';
import { memoryCore } from './memoryCore.ts';

export function token(id: string, change: Partial<Item> = {}): Item {
  return {
    id,
    kind: 'token',
    name: id,
    status: 'active',
    lifetime: { kind: 'never' },
    fields: [],
    children: noChildren,
    actions: ['revoke'],
    ...change,
  };
}

export async function setUp(
  session: Partial<AdapterSession>,
  clock = new ManualClock(),
  logger = new MemoryLogger(),
) {
  const credentials = new MemoryCredentialStore();
  const adapter: ProviderAdapter = {
    id: 'example',
    displayName: 'Example',
    description: '',
    form: [],
    signIn: async () => assert.fail('not used'),
    open: () => ({ list: async () => ({ items: [] }), ...session }),
  };
  const core = memoryCore([adapter], { credentialStore: credentials, clock, logger });
  const { connections, inventory } = core;
  const { id } = await connections.add({
    adapterId: 'example',
    serviceName: 'Example',
    label: 'x',
    account: { id: '1', name: 'me' },
    settings: {},
    secrets: {},
  });
  await credentials.write(id, { token: new Secret('t') });
  const [root] = inventory.roots;
  assert(root);
  return { ...core, root, clock, credentials };
}

/** Pages of one list that a test changes as it goes. */
export function paged(pages: Item[][]): Pick<AdapterSession, 'list'> {
  return {
    list: async (_, cursor): Promise<Page> => {
      const index = Number(cursor ?? 0);
      const next = index + 1 < pages.length ? { next: String(index + 1) } : {};
      return { items: pages[index] ?? [], ...next };
    },
  };
}

export const signal = new AbortController().signal;

export async function firstNode(inventory: Inventory): Promise<ItemNode> {
  const [root] = inventory.roots;
  assert(root);
  await inventory.open(root.branch);
  const [node] = root.branch.nodes;
  assert(node);
  return node;
}

export function revoking(outcome: () => Promise<RevokeOutcome>): Pick<AdapterSession, 'revocation'> {
  return { revocation: { reach: () => ({ sentence: 'all of it', warnings: [] }), revoke: outcome } };
}
