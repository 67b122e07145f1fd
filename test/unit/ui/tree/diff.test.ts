import assert from 'node:assert/strict';
import { noFilter, usualArrangement } from '../../../../src/core/arrange/arrangement.ts';
import type { ConnectionNode } from '../../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { Arranger } from '../../../../src/ui/tree/arranger.ts';
import { type Passed, Shown } from '../../../../src/ui/tree/diff.ts';
import type { Row } from '../../../../src/ui/tree/row.ts';
import { rowView } from '../../../../src/ui/tree/rows.ts';
import { holder, sampleItem, sampleRoot } from '../../sampleRows.ts';
import { day, now, wording } from '../wording.ts';

/** A tree in which everything has been opened. */
function opened(roots: ConnectionNode[]) {
  let filter = noFilter;
  let later = 0;
  const words = { ...wording, now: () => now + later };
  const arranger = new Arranger({
    roots: () => roots,
    arrangement: () => ({ ...usualArrangement, filter }),
    wording: words,
  });
  const shown = new Shown({
    children: (parent) => arranger.children(parent),
    view: (row) => rowView(row, words),
  });
  const open = (parent?: Row) => {
    const rows = arranger.children(parent);
    shown.noteChildren(parent, rows);
    for (const row of rows) {
      shown.noteView(row, rowView(row, words));
      if (rowView(row, words).collapsible !== 'none') {
        open(row);
      }
    }
  };
  open();
  return {
    shown,
    after(change: { readonly node?: Parameters<Arranger['noteChange']>[0] }) {
      arranger.noteChange(change.node);
      return shown.differences(new Set());
    },
    filterBy(text: string) {
      filter = { ...noFilter, text };
      arranger.forget();
    },
    pass(ms: number, passed: Passed = 'all') {
      later += ms;
      return shown.differences(passed);
    },
  };
}

const items = [
  sampleItem({ id: 'one', lifetime: { kind: 'expires', at: now + 3.5 * day } }),
  sampleItem({ id: 'two' }),
  holder('App', 'application', [sampleItem({ id: 'three' })]),
];

function nodeAt(root: ConnectionNode, place: number) {
  const node = root.branch.nodes[place];
  assert(node);
  return node;
}

describe('what has to be drawn anew', () => {
  it('is nothing when a list was read again and is the same', () => {
    const root = sampleRoot('c', items);
    const tree = opened([root]);
    root.branch.show({ items: items.map((item) => ({ ...item })), pages: 1 }, now);
    assert.deepEqual(tree.after({ node: root }), []);
  });

  it('is the one row that is different, not what it stands below', () => {
    const root = sampleRoot('c', items);
    const tree = opened([root]);
    root.branch.show(
      { items: [...items.slice(0, 1), sampleItem({ id: 'two', name: 'TWO' }), ...items.slice(2)], pages: 1 },
      now,
    );
    assert.deepEqual(tree.after({ node: root }), [nodeAt(root, 1)]);
    const waiting = nodeAt(root, 0);
    waiting.pendingReference = 'activity';
    assert.deepEqual(tree.after({ node: waiting }), [waiting]);
    assert.deepEqual(tree.after({ node: waiting }), [], 'and only once');
  });

  it('is the row that a row was added to or taken from', () => {
    const root = sampleRoot('c', items);
    const tree = opened([root]);
    root.branch.show({ items: items.slice(1), pages: 1 }, now);
    assert.deepEqual(tree.after({ node: root }), [root]);
  });

  it('is a row that came along with another one', () => {
    const root = sampleRoot('c', items);
    const tree = opened([root]);
    const changed = holder('App', 'application', [sampleItem({ id: 'three', name: 'THREE' })]);
    root.branch.show({ items: [...items.slice(0, 2), changed], pages: 1 }, now);
    assert.deepEqual(tree.after({ node: root }), [nodeAt(root, 2).branch.nodes[0]]);
  });

  it('is what a failure, which is a row of its own, comes under', () => {
    const root = sampleRoot('c', items);
    const tree = opened([root]);
    root.branch.fail(new TokenManagerError('network'));
    const redraw = tree.after({ node: root });
    assert.notEqual(redraw, 'all');
    assert(redraw !== 'all' && redraw.includes(root));
    root.branch.fail(new TokenManagerError('network'));
    assert.deepEqual(tree.after({ node: root }), [], 'the same failure again is nothing new');
  });

  it('is everything when a connection comes, goes, or changes places', () => {
    const roots = [sampleRoot('c', items), sampleRoot('d', items)];
    const tree = opened(roots);
    roots.reverse();
    assert.equal(tree.after({}), 'all');
  });

  it('is, as time passes, just the rows that read differently', () => {
    const root = sampleRoot('c', items);
    const tree = opened([root]);
    assert.deepEqual(tree.pass(1000), [nodeAt(root, 0)], '"in 4 days" has become "in 3 days"');
    assert.deepEqual(tree.pass(1000), []);
  });

  it('is, as time passes for some rows, not looked for among the others', () => {
    const root = sampleRoot('c', items);
    const tree = opened([root]);
    const first = nodeAt(root, 0);
    assert.deepEqual(tree.pass(1000, new Set([nodeAt(root, 1)])), []);
    assert.deepEqual(tree.pass(0, new Set([first])), [first]);
    assert.deepEqual(tree.pass(day, new Set([root])), [first], 'what is below a row is meant with it');
  });

  it('is nothing below rows that are gone', () => {
    const root = sampleRoot('c', items);
    const tree = opened([root]);
    const gone = nodeAt(root, 2);
    root.branch.show({ items: items.slice(0, 2), pages: 1 }, now);
    tree.after({ node: root });
    gone.branch.replace(gone.branch.nodes[0] ?? gone, undefined);
    assert.deepEqual(tree.after({ node: gone }), []);
  });
});
