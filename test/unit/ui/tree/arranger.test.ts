import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Arrangement,
  groupings,
  noFilter,
  sortKeys,
  stateChoices,
  usualArrangement,
} from '../../../../src/core/arrange/arrangement.ts';
import { arrangementThatReveals } from '../../../../src/core/arrange/reveal.ts';
import type { RuleId } from '../../../../src/core/findings/rules.ts';
import { ConnectionNode, type ItemNode } from '../../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { Arranger } from '../../../../src/ui/tree/arranger.ts';
import type { Row } from '../../../../src/ui/tree/row.ts';
import { rowView } from '../../../../src/ui/tree/rows.ts';
import { anyRoot, holder, sampleConnection, sampleItem, sampleRoot } from '../../sampleRows.ts';
import { day, now, wording } from '../wording.ts';
import { arranged } from './arranged.ts';

function labelsOf(rows: readonly Row[]): string[] {
  return rows.map((row) => rowView(row, wording).label);
}

/** Every row that opening everything shows, with the row it stands below. */
function everyRow(
  arranger: Arranger,
  parent?: Row,
): { readonly row: Row; readonly parent: Row | undefined }[] {
  return arranger.children(parent).flatMap((row) => [{ row, parent }, ...everyRow(arranger, row)]);
}

function tokens(count: number): ReturnType<typeof sampleItem>[] {
  return Array.from({ length: count }, (_, index) => sampleItem({ id: `token ${index}` }));
}

function first(rows: readonly Row[]): Row {
  const [row] = rows;
  assert(row);
  return row;
}

describe('an arrangement of rows', () => {
  it('gives each row an id of its own and the parent that it stands below, however rows are arranged', () => {
    const anyChoice = fc.record({
      sort: fc.record({ by: fc.constantFrom(...sortKeys), descending: fc.boolean() }),
      grouping: fc.constantFrom(...groupings),
      filter: fc.constantFrom(noFilter, { ...noFilter, text: 'a', showsExpired: true }),
    });
    fc.assert(
      fc.property(anyRoot, anyRoot, anyChoice, (one, other, choice) => {
        const roots = [sampleRoot('c', one), sampleRoot('d', other)];
        const arranger = arranged(roots, choice, wording);
        const rows = everyRow(arranger);
        const ids = rows.map(({ row }) => rowView(row, wording, choice.grouping).id);
        assert.equal(new Set(ids).size, ids.length);
        for (const { row, parent } of rows) {
          assert.equal(arranger.parent(row), parent);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('says of a list that has not been read yet that it is being read, never that it is empty', () => {
    const root = new ConnectionNode(sampleConnection('c'));
    const arranger = arranged([root], {}, wording);
    assert.deepEqual(labelsOf(arranger.children(root)), ['Loading…']);
    root.branch.show({ items: [], pages: 1 }, now);
    arranger.noteChange(root);
    assert.deepEqual(labelsOf(arranger.children(root)), ['Nothing here']);
  });

  it('in groups has a row for each connection that is still being read, never no row at all', () => {
    const roots = [new ConnectionNode(sampleConnection('one')), new ConnectionNode(sampleConnection('two'))];
    for (const grouping of ['state', 'owner', 'provider'] as const) {
      const arranger = arranged(roots, { grouping }, wording);
      const views = arranger.children(undefined).map((row) => rowView(row, wording, grouping));
      assert.deepEqual(
        views.map(({ label, description }) => [label, description]),
        [
          ['Loading…', 'connection one'],
          ['Loading…', 'connection two'],
        ],
      );
      assert.equal(new Set(views.map(({ id }) => id)).size, 2);
      assert.equal(arranger.emptiness(), 'none');
    }
  });

  it('in groups has each entry once, and each says its connection', () => {
    const roots = [sampleRoot('c', tokens(2)), sampleRoot('d', [holder('Bot', 'application', tokens(1))])];
    const arranger = arranged(roots, { grouping: 'state' }, wording);
    const [active, ...others] = arranger.children(undefined);
    assert(active);
    assert.deepEqual(others, []);
    assert.equal(rowView(active, wording, 'state').label, 'Active');
    const descriptions = arranger
      .children(active)
      .map((row) => rowView(row, wording, 'state'))
      .map(({ description, spoken }) => [description, spoken]);
    assert.deepEqual(descriptions[2], [
      'never expires · connection d',
      'token 0, token, active, never expires, connection d',
    ]);
  });

  it('in groups shows a failure once, with the connection that it is about', () => {
    const failed = new ConnectionNode(sampleConnection('d'));
    failed.branch.fail(new TokenManagerError('network', '', { code: 'ECONNREFUSED' }));
    const arranger = arranged([sampleRoot('c', tokens(1)), failed], { grouping: 'state' }, wording);
    const errors = everyRow(arranger).filter(({ row }) => row.kind === 'error');
    assert.equal(errors.length, 1);
    assert(errors[0]);
    assert.equal(errors[0].parent, undefined);
    assert.match(rowView(errors[0].row, wording, 'state').description ?? '', /^connection d: /);
  });

  it('says how many connections an order or a filter could not take wholly into account', () => {
    const roots = [sampleRoot('c', tokens(2), { next: '2' }), sampleRoot('d', tokens(1))];
    const sorted = arranged(roots, { sort: { by: 'name', descending: false } }, wording);
    const last = sorted.children(undefined).at(-1);
    assert(last);
    const view = rowView(last, wording);
    assert.equal(view.description, '1 connection is not fully loaded');
    assert.equal(view.click, 'loadAll');
    assert.equal(arranged(roots, {}, wording).children(undefined).length, 2);
  });

  it('tells why nothing is there', () => {
    const roots = [sampleRoot('c', tokens(2))];
    const more = [sampleRoot('d', tokens(2), { next: '2' })];
    const filter = { ...noFilter, text: 'no such' };
    assert.equal(arranged([], {}, wording).emptiness(), 'noConnection');
    assert.equal(arranged(roots, {}, wording).emptiness(), 'none');
    assert.equal(arranged(roots, { filter }, wording).emptiness(), 'filtered');
    assert.equal(arranged(more, { filter }, wording).emptiness(), 'filteredSoFar');
    assert.deepEqual(arranged(more, { filter }, wording).children(undefined), []);
  });

  it('is not empty for ever when the only connection it was filtered by is gone', () => {
    const filter = { ...noFilter, connections: ['gone'] };
    assert.equal(arranged([sampleRoot('c', tokens(1))], { filter }, wording).emptiness(), 'none');
  });
});

describe('showing a row whatever the arrangement', () => {
  it('changes the arrangement until the row is there, and no more than that takes', () => {
    const anyChoice = fc.record({
      sort: fc.constant({ by: 'name' as const, descending: false }),
      grouping: fc.constantFrom(...groupings),
      filter: fc.record({
        text: fc.constantFrom('', 'a', 'no such'),
        states: fc.subarray([...stateChoices], { maxLength: 2 }),
        kinds: fc.constant([]),
        connections: fc.constantFrom([], ['d']),
        findings: fc.subarray<RuleId>(['unused', 'owner'], { maxLength: 1 }),
        showsExpired: fc.boolean(),
      }),
    });
    fc.assert(
      fc.property(anyRoot, anyChoice, fc.nat(), (items, choice, place) => {
        const roots = [sampleRoot('c', items), sampleRoot('d', [])];
        const nodes: (ConnectionNode | ItemNode)[] = [
          ...roots,
          ...roots.flatMap(({ branch }) => [...branch.descendants()]),
        ];
        const node = nodes[place % nodes.length];
        assert(node);
        const isThere = (arrangement: Arrangement) =>
          everyRow(arranged(roots, arrangement, wording)).some(({ row }) => row === node);
        const moment = { now: wording.now(), soonMs: wording.expiringWithinMs() };
        const found = arrangementThatReveals(node, choice, moment);
        assert(isThere(found), node.key);
        assert.equal(found === choice, isThere(choice));
      }),
      { numRuns: 200 },
    );
  });
});

describe('very many rows', () => {
  const root = sampleRoot('c', tokens(1201));
  const arranger = arranged([root], {}, wording);

  it('stand in ranges of a few hundred, of which the first is open', () => {
    const ranges = arranger.children(root);
    assert.deepEqual(labelsOf(ranges), ['1 – 250', '251 – 500', '501 – 750', '751 – 1,000', '1,001 – 1,201']);
    assert.deepEqual(
      ranges.map((row) => rowView(row, wording).collapsible),
      ['expanded', 'collapsed', 'collapsed', 'collapsed', 'collapsed'],
    );
    assert.deepEqual(
      ranges.flatMap((range) => arranger.children(range)),
      root.branch.nodes,
    );
  });

  it('can be revealed: each knows its range', () => {
    const node = root.branch.nodes[777];
    assert(node);
    const range = arranger.parent(node);
    assert.equal(range, arranger.children(root)[3]);
    assert(range);
    assert.equal(arranger.parent(range), root);
  });

  it('keep their range rows when one of them changes', () => {
    const before = arranger.children(root);
    const node = root.branch.nodes[5];
    assert(node);
    node.pendingReference = 'activity';
    arranger.noteChange(node);
    assert.deepEqual(arranger.children(root), before);
    assert(arranger.children(root).every((row, index) => row === before[index]));
    node.pendingReference = undefined;
  });

  it('in groups stand in ranges, too', () => {
    const grouped = arranged([root], { grouping: 'owner' }, wording);
    const group = first(grouped.children(undefined));
    assert.equal(grouped.children(group).length, 5);
  });
});

describe('one changed row', () => {
  /** Enough for the list to be remembered. */
  const count = 200;

  function setUp(change: Partial<Arrangement>) {
    const items = Array.from({ length: count }, (_, index) =>
      sampleItem({
        id: `t${index}`,
        name: `row ${index}`,
        lifetime: { kind: 'expires', at: now + (30 + index) * day },
      }),
    );
    const root = sampleRoot('c', items);
    const arranger = arranged([root], change, wording);
    return { root, arranger };
  }

  function renamed(node: ItemNode, name: string): void {
    node.parent.replace(node, sampleItem({ id: node.item.id, name, lifetime: { kind: 'never' } }));
  }

  it('moves to where its order has it', () => {
    const { root, arranger } = setUp({ sort: { by: 'name', descending: false } });
    assert.deepEqual(labelsOf(arranger.children(root)).slice(0, 2), ['row 0', 'row 1']);
    const node = root.branch.nodes[100];
    assert(node);
    renamed(node, 'aaa');
    arranger.noteChange(node);
    assert.deepEqual(labelsOf(arranger.children(root)).slice(0, 2), ['aaa', 'row 0']);
  });

  it('leaves the list when the filter no longer keeps it, and comes back', () => {
    const { root, arranger } = setUp({ filter: { ...noFilter, text: 'row' } });
    const node = root.branch.nodes[7];
    assert(node);
    assert.equal(arranger.children(root).length, count);
    renamed(node, 'other');
    arranger.noteChange(node);
    assert.equal(arranger.children(root).length, count - 1);
    renamed(node, 'row again');
    arranger.noteChange(node);
    assert.equal(arranger.children(root).length, count);
  });

  it('goes from group to group', () => {
    const { root, arranger } = setUp({ grouping: 'state' });
    assert.deepEqual(labelsOf(arranger.children(undefined)), ['Active']);
    const [node] = root.branch.nodes;
    assert(node);
    node.pendingReference = 'activity';
    arranger.noteChange(node);
    assert.deepEqual(labelsOf(arranger.children(undefined)), ['Waiting for approval', 'Active']);
    const group = arranger.parent(node);
    assert.equal(group, first(arranger.children(undefined)));
  });

  it('is hidden by time alone once it has expired', () => {
    let later = 0;
    const root = sampleRoot('c', [
      ...tokens(count),
      sampleItem({ id: 'soon', lifetime: { kind: 'expires', at: now + day } }),
    ]);
    const arranger = new Arranger({
      roots: () => [root],
      arrangement: () => usualArrangement,
      wording: { ...wording, now: () => now + later },
    });
    assert.equal(arranger.children(root).length, count + 1);
    later = 2 * day;
    assert.equal(labelsOf(arranger.children(root)).at(-1), '1 expired token is hidden');
  });

  it('is held only against its neighbours, not arranged anew with all others', () => {
    const { root, arranger } = setUp({ sort: { by: 'expiry', descending: false } });
    const before = arranger.children(root);
    const node = root.branch.nodes[3];
    assert(node);
    let looked = 0;
    const watched = root.branch.nodes[150];
    assert(watched);
    watched.parent.replace(watched, {
      ...sampleItem({ id: 't150', name: 'row 150' }),
      get lifetime() {
        looked++;
        return { kind: 'expires' as const, at: now + 180 * day };
      },
    });
    arranger.noteChange(node);
    assert.deepEqual(arranger.children(root), before);
    assert.equal(looked, 0);
  });
});
