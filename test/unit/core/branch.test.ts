import assert from 'node:assert/strict';

<<<<<<< HEAD

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
=======
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
>>>>>>> issue3-secret
  });
});
