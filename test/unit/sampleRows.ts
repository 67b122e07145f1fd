import fc from 'fast-check';
import { ConnectionNode } from '../../src/core/inventory/tree.ts';
import type { Connection, Item } from '../../src/core/model/item.ts';
import { noChildren, noLifetime } from '../../src/core/model/item.ts';
import { day, now } from './ui/wording.ts';

/** Rows and connections for tests about which of them are shown where. */

export function sampleItem(change: Partial<Item> & { readonly id: string }): Item {
  return {
    kind: 'token',
    name: change.id,
    status: 'active',
    lifetime: { kind: 'never' },
    fields: [],
    children: noChildren,
    actions: [],
    ...change,
  };
}

/** A row that holds others. */
export function holder(id: string, kind: Item['kind'], items: readonly Item[]): Item {
  return {
    id,
    kind,
    name: id,
    lifetime: noLifetime,
    fields: [],
    children: { kind: 'inline', items },
    actions: [],
  };
}

export function sampleConnection(id: string, change: Partial<Connection> = {}): Connection {
  return {
    id,
    adapterId: 'example',
    serviceName: 'Example',
    label: `connection ${id}`,
    account: { id: '1', name: 'me@example.com' },
    settings: {},
    ...change,
  };
}

export function sampleRoot(id: string, items: readonly Item[], change: { readonly next?: string } = {}) {
  const root = new ConnectionNode(sampleConnection(id));
  root.branch.show({ items, pages: 1, ...change }, now);
  return root;
}

const anyMoment = fc.integer({ min: now - 40 * day, max: now + 40 * day });

const anyLeaf = fc.record({
  kind: fc.constantFrom<Item['kind']>('token', 'provider', 'identity'),
  name: fc.stringMatching(/^[a-cA-C0-9 äß字]{1,6}$/),
  status: fc.constantFrom<NonNullable<Item['status']>>('active', 'inactive', 'revoked', 'unknown'),
  lifetime: fc.oneof(
    anyMoment.map((at) => ({ kind: 'expires' as const, at })),
    fc.constant({ kind: 'never' as const }),
    fc.constant({ kind: 'unknown' as const }),
  ),
  createdAt: fc.option(anyMoment, { nil: undefined }),
  lastUsedAt: fc.option(fc.option(anyMoment), { nil: undefined }),
  owner: fc.option(fc.constantFrom('Ann', 'ann', 'Ben'), { nil: undefined }),
});

/** Entries with unique ids, some of them below an application. */
export const anyRoot = fc
  .tuple(fc.array(anyLeaf, { maxLength: 40 }), fc.array(anyLeaf, { maxLength: 10 }))
  .map(([above, below]) => {
    const items = above.map((leaf, index) => sampleItem({ ...leaf, id: `a${index}` }));
    const inner = below.map((leaf, index) => sampleItem({ ...leaf, id: `b${index}` }));
    return [...items, holder('app', 'application', inner)];
  });
