import assert from 'node:assert/strict';
import { ConnectionNode } from '../../../src/core/branch.ts';
import { type Item, noChildren, noLifetime } from '../../../src/core/model.ts';
import { hostileIds, hostileTexts } from '../../servers/loopback.ts';

function item(id: string): Item {
  return { id, kind: 'token', name: id, lifetime: noLifetime, fields: [], children: noChildren, actions: [] };
}

function rootWith(ids: readonly string[]): ConnectionNode {
  const root = new ConnectionNode({
    id: 'c1',
    adapterId: 'example',
    serviceName: 'Example',
    label: 'work',
    account: { id: '1', name: 'me' },
    settings: {},
  });
  root.branch.show({ items: ids.map(item), pages: 1 }, 0);
  return root;
}

describe('the keys of rows', () => {
  it('are there and different for every identifier that a service can make up', () => {
    const ids = [
      ...hostileIds,
      ...hostileTexts,
      '\uD83D',
      '\uDE00',
      '\uD83D\uDE00',
      '\uDE00\uD83D',
      '#d83d',
      '%23d83d',
    ];
    const keys = rootWith(ids).branch.nodes.map(({ key }) => key);
    assert.equal(new Set(keys).size, ids.length);
    for (const key of keys) {
      assert(key.isWellFormed());
    }
  });

  it('leave no two rows of a tree the same place', () => {
    const keys = rootWith(['a/b', 'a', 'a#more']).branch.nodes.map(({ key }) => key);
    assert.deepEqual(keys, ['c1/a%2Fb', 'c1/a', 'c1/a%23more']);
  });
});
