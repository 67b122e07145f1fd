import assert from 'node:assert/strict';
import { Branch, ConnectionNode } from '../../../src/core/branch.ts';
import { type Item, noChildren } from '../../../src/core/model.ts';

function itemNamed(id: string): Item {
  const lifetime = { kind: 'none' } as const;
  return { id, kind: 'note', name: id, lifetime, fields: [], children: noChildren, actions: [] };
}

describe('a row’s key', () => {
  it('is there for identifiers that no URL could carry, and tells them apart', () => {
    const connection = {
      id: 'c',
      adapterId: 'a',
      serviceName: 's',
      label: 'l',
      account: { id: '1', name: 'n' },
      settings: {},
    };
    const branch = new Branch(new ConnectionNode(connection));
    const ids = ['\ud800', '\udfff', '\ufffd', '%ud800', 'a/b', '😀'];
    branch.show({ items: ids.map(itemNamed), pages: 1 }, 0);
    const keys = branch.nodes.map(({ key }) => key);
    assert.equal(new Set(keys).size, ids.length);
    assert(keys.every((key) => key.isWellFormed()));
  });
});
