import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Filter,
  noFilter,
  type Sort,
  type SortKey,
  sortKeys,
  stateChoices,
} from '../../../../src/core/arrange/arrangement.ts';
import { Matcher } from '../../../../src/core/arrange/filter.ts';
import { found as foundIn } from '../../../../src/core/arrange/found.ts';
import { Groups } from '../../../../src/core/arrange/group.ts';
import {
  ascending,
  collatedUpTo,
  naturalKey,
  Ordering,
  orderValue,
  sortedByCharacters,
} from '../../../../src/core/arrange/sort.ts';
import { isIncomplete, readEverything } from '../../../../src/core/inventory/loadEverything.ts';
import { ConnectionNode, type ItemNode } from '../../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import type { Item } from '../../../../src/core/model/item.ts';
import { nodeState } from '../../../../src/core/model/state.ts';
import { anyRoot, holder, sampleConnection, sampleItem, sampleRoot } from '../../sampleRows.ts';
import { day, now } from '../../ui/wording.ts';

const moment = { now, soonMs: 7 * day };

function matcher(filter: Partial<Filter>): Matcher {
  return new Matcher({ ...noFilter, showsExpired: true, ...filter }, moment);
}

function namesOf(nodes: readonly ItemNode[]): string[] {
  return nodes.map(({ item }) => item.name);
}

const anySort: fc.Arbitrary<Sort> = fc.record({
  by: fc.constantFrom(...sortKeys),
  descending: fc.boolean(),
});

describe('a filter', () => {
  const token = sampleItem({ id: 'Deploy', owner: 'Ann', identifier: 'tok_1', remark: 'nightly' });
  const soon = sampleItem({ id: 'Soon', lifetime: { kind: 'expires', at: now + day } });
  const dead = sampleItem({ id: 'Dead', lifetime: { kind: 'expires', at: now - day } });
  const root = sampleRoot('c1', [
    holder('Bot', 'application', [token, soon, dead]),
    holder('Other', 'application', [sampleItem({ id: 'Else' })]),
  ]);

  const found = (filter: Partial<Filter>) => namesOf(matcher(filter).entries([root]).nodes);

  it('tells how much it finds, whether there may be more, and the first of each list', () => {
    const what = foundIn([root], { ...noFilter, showsExpired: true, text: 'e' }, moment);
    assert.deepEqual([what.count, what.isPartial], [4, false]);
    assert.deepEqual(namesOf(what.firsts), ['Deploy', 'Else']);
    const unread = new ConnectionNode(sampleConnection('c2'));
    const more = foundIn([root, unread], { ...noFilter, text: 'deploy' }, moment);
    assert.deepEqual([more.count, more.isPartial], [1, true]);
    const elsewhere = foundIn([root, unread], { ...noFilter, text: 'deploy', connections: ['c1'] }, moment);
    assert.equal(elsewhere.isPartial, false, 'a connection that is filtered out has no part in it');
  });

  for (const [where, text] of [
    ['name', 'dEPLOY'],
    ['owner', 'ann'],
    ['identifier', 'TOK_1'],
    ['remark', 'night'],
  ] as const) {
    it(`by text finds a part of the ${where}, upper or lower case`, () => {
      assert.deepEqual(found({ text }), ['Deploy']);
    });
  }

  it('by text or kind is met by a row above, the connection included', () => {
    assert.deepEqual(found({ text: 'bot' }), ['Deploy', 'Soon', 'Dead']);
    assert.deepEqual(found({ text: 'connection c1' }).length, 4);
    assert.deepEqual(found({ kinds: ['application'], text: 'soon' }), ['Soon']);
  });

  it('by state asks for the row’s own, and shows the dead when asked for them', () => {
    assert.deepEqual(found({ states: ['expiring'] }), ['Soon']);
    assert.deepEqual(found({ states: ['expired'], showsExpired: false }), ['Dead']);
    assert.deepEqual(found({ showsExpired: false }), ['Deploy', 'Soon', 'Else']);
  });

  it('keeps a row that holds what is looked for, and only such', () => {
    assert.deepEqual(namesOf(matcher({ text: 'deploy' }).below(root.branch).nodes), ['Bot']);
    assert.deepEqual(namesOf(matcher({ states: ['waiting'] }).below(root.branch).nodes), []);
    assert(matcher({ text: 'deploy' }).keepsRoot(root));
    assert(!matcher({ text: 'no such' }).keepsRoot(root));
    assert(!matcher({ connections: ['c2'] }).keepsRoot(root));
  });

  it('never hides a failure, nor a connection that has not been read', () => {
    const failed = new ConnectionNode(sampleConnection('c2'));
    assert(matcher({ text: 'no such' }).keepsRoot(failed));
    failed.branch.fail(new TokenManagerError('network'));
    assert(matcher({ text: 'no such' }).keepsRoot(failed));
    const below = sampleRoot('c3', [holder('App', 'application', [])]);
    below.branch.nodes[0]?.branch.fail(new TokenManagerError('forbidden'));
    assert.deepEqual(namesOf(matcher({ text: 'no such' }).below(below.branch).nodes), ['App']);
  });

  it('leaves the parts of what it keeps alone', () => {
    const access = sampleItem({ id: 'orders', kind: 'access', status: undefined });
    const parted = sampleRoot('c4', [{ ...token, children: { kind: 'inline', items: [access] } }]);
    const [node] = parted.branch.nodes;
    assert(node);
    assert.deepEqual(namesOf(matcher({ states: ['active'] }).below(node.branch).nodes), ['orders']);
  });

  it('says until when it holds', () => {
    const { until } = matcher({}).entries([root]);
    assert.equal(until, now + day);
  });

  it('keeps just the entries that meet it', () => {
    fc.assert(
      fc.property(
        anyRoot,
        fc.subarray([...stateChoices]),
        fc.constantFrom('', 'a', 'B1'),
        (items, states, text) => {
          const any = sampleRoot('c', items);
          const all = matcher({}).entries([any]).nodes;
          const kept = new Set(matcher({ states, text }).entries([any]).nodes);
          for (const node of all) {
            const state = nodeState(node, now, moment.soonMs);
            const isState = states.length === 0 || states.some((choice) => choice === state);
            const texts = [node.item.name, node.item.owner ?? '', node.parent === any.branch ? '' : 'app'];
            const isText = texts.some((part) => part.toLowerCase().includes(text.toLowerCase()));
            const isAlwaysMet = 'connection c example me@example.com'.includes(text.toLowerCase());
            assert.equal(kept.has(node), isState && (isText || isAlwaysMet), node.item.name);
          }
        },
      ),
    );
  });
});

describe('an order', () => {
  it('has just the rows that the filter kept, each once', () => {
    fc.assert(
      fc.property(anyRoot, anySort, (items, sort) => {
        const { nodes } = matcher({ text: 'a' }).entries([sampleRoot('c', items)]);
        const ordered = new Ordering(nodes, sort, 'en').nodes;
        assert.deepEqual(new Set(ordered), new Set(nodes));
        assert.equal(ordered.length, nodes.length);
      }),
    );
  });

  it('lets neighbours stand as they do, and leaves equal ones as they were', () => {
    fc.assert(
      fc.property(anyRoot, anySort, (items, sort) => {
        const { nodes } = matcher({}).entries([sampleRoot('c', items)]);
        const ordering = new Ordering(nodes, sort, 'en');
        for (const [index, node] of ordering.nodes.entries()) {
          const next = ordering.nodes[index + 1];
          if (next) {
            assert(ordering.fits(node, undefined, next));
            const isEqual = ordering.fits(next, undefined, node);
            assert(!isEqual || nodes.indexOf(node) < nodes.indexOf(next));
          }
        }
      }),
    );
  });

  for (const by of ['expiry', 'lastUse', 'created'] satisfies SortKey[]) {
    it(`by ${by} puts what is not told last in both directions`, () => {
      fc.assert(
        fc.property(anyRoot, fc.boolean(), (items, descending) => {
          const { nodes } = matcher({}).entries([sampleRoot('c', items)]);
          const values = new Ordering(nodes, { by, descending }, 'en').nodes.map(({ item }) =>
            orderValue(item, by),
          );
          const told = values.filter((value) => value !== undefined);
          assert.deepEqual(values.slice(0, told.length), told);
          assert.deepEqual(
            told,
            told.toSorted((one, other) => (one === other ? 0 : one < other === descending ? 1 : -1)),
          );
        }),
      );
    });
  }

  it('by name compares numbers by value and does not mind case', () => {
    const nodes = sampleRoot(
      'c',
      ['team 10', 'Team 9', 'älter', 'alt', 'zeta'].map((id) => sampleItem({ id })),
    ).branch.nodes;
    const ordering = new Ordering(nodes, { by: 'name', descending: false }, 'de');
    assert.deepEqual(namesOf(ordering.nodes), ['alt', 'älter', 'Team 9', 'team 10', 'zeta']);
  });

  it('of very many names is nearly that of the language', () => {
    const anyNames = fc.array(fc.stringMatching(/^[abAB019ä]{0,5}$/), { minLength: 20, maxLength: 300 });
    const base = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
    const byKey = (names: readonly string[]) =>
      sortedByCharacters(
        names.map((name) => ({ name })),
        ({ name }) => naturalKey(name),
      ).map(({ name }) => name);
    fc.assert(
      fc.property(anyNames, (names) => {
        assert.deepEqual(byKey(names), names.toSorted(base.compare));
      }),
    );
    assert.deepEqual(byKey(['b 10', 'B 9', 'a 007', 'a 8', 'Ä 1']), ['Ä 1', 'a 007', 'a 8', 'B 9', 'b 10']);
  });

  it('by characters leaves equal ones as they were, in both directions', () => {
    const anyTexts = fc.array(fc.stringMatching(/^[ab\u00e4]{0,2}$/), { maxLength: 300 });
    fc.assert(
      fc.property(anyTexts, fc.boolean(), (texts, descending) => {
        const rows = texts.map((text) => ({ text }));
        const sorted = sortedByCharacters(rows, ({ text }) => text, descending);
        const sign = descending ? -1 : 1;
        const stable = rows.toSorted((one, other) => sign * ascending(one.text, other.text));
        assert(sorted.length === rows.length && sorted.every((row, place) => row === stable[place]));
      }),
    );
  });

  it('of very many rows is by name, too', () => {
    const ids = Array.from({ length: collatedUpTo + 1 }, (_, index) => `Row ${(index * 7919) % 5003}`);
    const { nodes } = sampleRoot(
      'c',
      ids.map((id) => sampleItem({ id })),
    ).branch;
    const sorted = new Ordering(nodes, { by: 'name', descending: true }, 'en').nodes;
    assert.deepEqual(
      namesOf(sorted).map((name) => Number(name.slice(4))),
      ids.map((id) => Number(id.slice(4))).toSorted((one, other) => other - one),
    );
  });
});

describe('groups', () => {
  it('have every entry in just one, in the order it had', () => {
    fc.assert(
      fc.property(anyRoot, fc.constantFrom('state', 'owner', 'provider', 'finding'), (items, grouping) => {
        const { nodes } = matcher({}).entries([sampleRoot('c', items), sampleRoot('d', items)]);
        const groups = new Groups(nodes, grouping, moment, 'en').all;
        const members = groups.flatMap((group) => group.nodes);
        assert.equal(members.length, nodes.length);
        assert.deepEqual(new Set(members), new Set(nodes));
        assert.equal(new Set(groups.map(({ key }) => key)).size, groups.length);
        for (const group of groups) {
          assert.deepEqual(
            group.nodes,
            nodes.filter((node) => group.nodes.includes(node)),
          );
        }
      }),
    );
  });

  it('bring together what several connections call alike', () => {
    const roots = [
      sampleRoot('c', [sampleItem({ id: 'GitHub', kind: 'provider' })]),
      sampleRoot('d', [
        sampleItem({ id: 'github', kind: 'provider' }),
        sampleItem({ id: 'x', owner: 'Ann' }),
      ]),
    ];
    const { nodes } = matcher({}).entries(roots);
    const byProvider = new Groups(nodes, 'provider', moment, 'en').all;
    assert.deepEqual(
      byProvider.map((group) => namesOf(group.nodes)),
      [['x'], ['GitHub', 'github']],
    );
    const byOwner = new Groups(nodes, 'owner', moment, 'en').all;
    assert.deepEqual(
      byOwner.map(({ name }) => name),
      [
        { by: 'owner', owner: 'Ann' },
        { by: 'owner', owner: undefined },
      ],
    );
  });

  it('by provider take the application that a token was given to, by owner the user it stands below', () => {
    const root = sampleRoot('c', [
      holder('Bot', 'application', [sampleItem({ id: 't' })]),
      holder('Ann', 'user', [sampleItem({ id: 'Google', kind: 'identity' })]),
    ]);
    const { nodes } = matcher({}).entries([root]);
    const provider = new Groups(nodes, 'provider', moment, 'en').all.map(({ name }) => name);
    assert.deepEqual(provider, [
      { by: 'provider', provider: 'Bot' },
      { by: 'provider', provider: 'Google' },
    ]);
    const owners = new Groups(nodes, 'owner', moment, 'en').all.map(({ name }) => name);
    assert.deepEqual(owners[0], { by: 'owner', owner: 'Ann' });
  });

  it('are in order of their names also where there are very many, and those without one come last', () => {
    const count = 6000;
    // 7 and 6000 have no common divisor, so that each comes once.
    const owners = Array.from({ length: count }, (_, index) => `Person ${(index * 7) % count}`);
    const items = [undefined, ...owners].map((owner, index) => sampleItem({ id: String(index), owner }));
    const { nodes } = matcher({}).entries([sampleRoot('c', items)]);
    assert.deepEqual(
      new Groups(nodes, 'owner', moment, 'en').all.map(({ name }) => name),
      [...Array.from({ length: count }, (_, index) => `Person ${index}`), undefined].map((owner) => ({
        by: 'owner',
        owner,
      })),
    );
  });
});

describe('reading everything', () => {
  const list = (id: string): Item => ({ ...holder(id, 'section', []), children: { kind: 'list' } });

  function setUp() {
    const root = sampleRoot('c', [
      list('one'),
      list('two'),
      sampleItem({ id: 't', children: { kind: 'list' } }),
    ]);
    const read: string[] = [];
    const reader = {
      open: async (branch: ConnectionNode['branch']) => {
        read.push(`open ${branch.owner.key}`);
        if (!branch.isLoaded) {
          branch.show({ items: [sampleItem({ id: 'x' })], pages: 1, next: '2' }, now);
        }
      },
      loadAll: async (branch: ConnectionNode['branch']) => {
        read.push(`all ${branch.owner.key}`);
        branch.show({ items: ['x', 'y', 'z'].map((id) => sampleItem({ id })), pages: 2 }, now);
      },
    };
    return { root, read, reader };
  }

  it('reads each list to its end, but not what belongs to a single token', async () => {
    const { root, read, reader } = setUp();
    assert(isIncomplete(root));
    let rows = 0;
    await readEverything(reader, [root], new AbortController().signal, (progress) => {
      rows = progress.rows;
    });
    assert.deepEqual(read.toSorted(), ['all c/one', 'all c/two', 'open c', 'open c/one', 'open c/two']);
    assert.equal(rows, 9);
    assert(!isIncomplete(root));
  });

  it('stops when told to', async () => {
    const { root, read, reader } = setUp();
    const controller = new AbortController();
    await readEverything(reader, [root], controller.signal, () => controller.abort());
    assert.deepEqual(read, ['open c']);
    assert(isIncomplete(root));
  });

  it('counts a list that failed as read: its row says why', () => {
    const root = new ConnectionNode(sampleConnection('c'));
    assert(isIncomplete(root));
    root.branch.fail(new TokenManagerError('network'));
    assert(!isIncomplete(root));
  });
});
