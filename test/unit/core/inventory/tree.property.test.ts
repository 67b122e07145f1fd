import assert from 'node:assert/strict';
import { Branch, ConnectionNode } from '../../../../src/core/inventory/tree.ts';
import { type Item, noChildren } from '../../../../src/core/model/item.ts';
import { anyText, property } from '../../property.ts';

function itemNamed(id: string): Item {
  const lifetime = { kind: 'none' } as const;
  return { id, kind: 'note', name: '', lifetime, fields: [], children: noChildren, actions: [] };
}

function keyOfRow(id: string): string {
  const connection = {
    id: 'c',
    adapterId: 'a',
    serviceName: 's',
    label: 'l',
    account: { id: '1', name: 'n' },
    settings: {},
  };
  const branch = new Branch(new ConnectionNode(connection));
  branch.show({ items: [itemNamed(id)], pages: 1 }, 0);
  return branch.nodes[0]?.key ?? '';
}

describe('properties of tree', () => {
  property(
    'a row’s key tells it from every other row, whatever their identifiers are',
    (one: string, other: string) => {
      assert.equal(keyOfRow(one) === keyOfRow(other), one === other);
      assert.match(keyOfRow(one), /^c\/[^/#]*$/);
    },
    anyText,
    anyText,
  );
});
