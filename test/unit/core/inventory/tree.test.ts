import assert from 'node:assert/strict';
import { ConnectionNode } from '../../../../src/core/inventory/tree.ts';
import { type Item, noChildren, noLifetime } from '../../../../src/core/model/item.ts';
import { summarize } from '../../../../src/core/status/expiryIndex.ts';
import { hostileIds, hostileTexts } from '../../../servers/loopback.ts';
import { sampleItem, sampleRoot } from '../../sampleRows.ts';

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

function withChildren(id: string, children: Item['children']): Item {
  return { ...item(id), children };
}

function expiring(id: string, at: number): Item {
  return { ...item(id), status: 'active', lifetime: { kind: 'expires', at } };
}

function show(root: ConnectionNode, items: readonly Item[]): void {
  root.branch.show({ items, pages: 1 }, 0);
}

describe('the rows of a branch in memory', () => {
  it('make what came with a row only when somebody looks at it, unless it has a state to be counted', () => {
    const root = rootWith([]);
    let made = 0;
    const lazily = (isPassive: boolean): Item['children'] => ({
      kind: 'inline',
      get items() {
        made++;
        return [expiring('below', 5)];
      },
      isPassive,
    });
    show(root, [withChildren('a', lazily(true))]);
    assert.deepEqual(
      [[...root.branch.descendants()].length, root.branch.countStates(0, 10).expiring, made],
      [1, 0, 0],
    );
    show(root, [withChildren('a', lazily(false))]);
    assert.equal(root.branch.countStates(0, 10).expiring, 1);
    assert.deepEqual(
      [...root.branch.descendants()].map(({ item: { id } }) => id),
      ['a', 'below'],
    );
  });

  it('keep the nodes of what came with a row until the row comes anew', () => {
    const root = rootWith([]);
    const bringing = (name: string) =>
      withChildren('a', {
        kind: 'inline',
        get items() {
          return [{ ...item('below'), name }];
        },
      });
    show(root, [bringing('one')]);
    const branch = root.branch.nodes[0]?.branch;
    const [before] = branch?.nodes ?? [];
    assert(before);
    assert.equal(branch?.nodes[0], before);
    show(root, [bringing('two')]);
    assert.deepEqual([branch?.nodes[0], branch?.nodes[0]?.item.name], [before, 'two']);
  });

  it('keep their nodes, and what is opened below them, whatever comes and goes beside them', () => {
    const root = sampleRoot('c', []);
    const names = 'abcdef';
    const lists = ['', 'abc', 'abc', 'xabc', 'abcd', 'abc', 'acb', 'fedcba', 'bdf', 'ace', 'f', ''];
    for (const list of [...lists, ...lists.toReversed()]) {
      const before = new Map(root.branch.nodes.map((node) => [node.id, node]));
      const opened = new Set(root.branch.openedBelow().map(({ owner }) => owner));
      const items = [...list].map((id) => sampleItem({ id, name: `${id} of ${list} of ${names}` }));
      root.branch.show({ items, pages: 1 }, 1);
      assert.deepEqual(
        root.branch.nodes.map(({ item }) => item.name),
        items.map(({ name }) => name),
      );
      for (const node of root.branch.nodes) {
        assert.equal(node, before.get(node.id) ?? node);
        assert.equal(node.openedBranch !== undefined, opened.has(node));
      }
      for (const { owner } of root.branch.openedBelow()) {
        assert(
          owner.kind === 'item' && root.branch.nodes.includes(owner),
          'what has gone is not open any more',
        );
      }
      // Every other one is opened, once.
      for (const node of root.branch.nodes.filter((_, index) => index % 2 === 0)) {
        assert(node.branch);
      }
    }
  });

  it('are counted anew when one of them changes, and when time changes one', () => {
    const root = rootWith([]);
    show(root, [expiring('a', 100), expiring('b', 1000), item('c')]);
    const count = (now: number) => {
      const { expired, expiring: soon, waiting } = summarize(root, now, 10);
      return [expired, soon, waiting];
    };
    assert.deepEqual(count(0), [0, 0, 0]);
    assert.deepEqual(count(89), [0, 0, 0]);
    assert.deepEqual(count(90), [0, 1, 0]);
    assert.deepEqual(count(100), [1, 0, 0]);
    assert.deepEqual(count(0), [0, 0, 0]);
    const [a, b] = root.branch.nodes;
    assert(a && b);
    a.pendingReference = 'activity';
    assert.deepEqual(count(0), [0, 0, 1]);
    root.branch.replace(b, expiring('b', 0));
    assert.deepEqual(count(0), [1, 0, 1]);
    root.branch.replace(b, undefined);
    assert.deepEqual(count(0), [0, 0, 1]);
    a.branch.show({ items: [expiring('below', 0)], pages: 1 }, 0);
    assert.deepEqual(count(0), [1, 0, 1]);
    show(root, []);
    assert.deepEqual(count(0), [0, 0, 0]);
  });
});

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
