import assert from 'node:assert/strict';
import { ConnectionNode, ItemNode } from '../../../../src/core/inventory/tree.ts';
import { noChildren } from '../../../../src/core/model/item.ts';
import { judge, survey } from '../../../../src/core/status/expiryIndex.ts';
import { clockWords } from '../../../../src/ui/text/clock.ts';
import { statusTooltip } from '../../../../src/ui/text/status.ts';
import { rowView } from '../../../../src/ui/tree/rows.ts';
import { tooltip } from '../../../../src/ui/tree/tooltip.ts';
import { rowsOf } from '../tree/arranged.ts';
import { day, now, wording } from '../wording.ts';

const hour = day / 24;

/** A connection whose service says it is `ahead` later than this computer thinks, with a token for four hours. */
function connectionWithClock(ahead: number): { readonly root: ConnectionNode; readonly node: ItemNode } {
  const root = new ConnectionNode({
    id: 'c',
    adapterId: 'x',
    serviceName: 'Example',
    label: 'work',
    account: { id: '1', name: 'me' },
    settings: {},
  });
  const at = now + ahead + 4 * hour;
  const item = {
    id: 't',
    kind: 'token',
    name: 'Deploy',
    status: 'active',
    lifetime: { kind: 'expires', at },
    fields: [{ label: 'Expires', at }],
    children: noChildren,
    actions: [],
  } as const;
  root.branch.show({ items: [item], pages: 1 }, now);
  root.clockOffset = ahead;
  const [node] = root.branch.nodes;
  assert(node instanceof ItemNode);
  return { root, node };
}

describe('a clock that is wrong', () => {
  const cases: readonly [number, string][] = [
    [-3 * hour - 60_000, 'this computer’s clock is about 3 hours ahead of the service'],
    [hour, 'this computer’s clock is about 1 hour behind the service'],
    [7 * 60_000, 'this computer’s clock is about 7 minutes behind the service'],
    [-400 * day, 'this computer’s clock is about 400 days ahead of the service'],
  ];
  for (const [offset, words] of cases) {
    it(`is named: ${words}`, () => {
      assert.equal(clockWords(offset, wording), words);
    });
  }

  it('is not worth a word when it is right', () => {
    assert.equal(clockWords(0, wording), undefined);
  });

  it('is named on the connection, in its tooltip, to a screen reader and in the status bar', () => {
    const { root } = connectionWithClock(-9 * hour);
    const words = /clock is about 9 hours ahead/;
    const view = rowView(root, wording);
    assert.match(view.description ?? '', words);
    assert.match(view.spoken, words);
    assert.match(tooltip(root, wording) ?? '', words);
    assert.match(
      statusTooltip([judge(survey(root, 7 * day), now)], wording, () => ''),
      words,
    );
  });

  for (const ahead of [-9 * hour, 9 * hour]) {
    it(`changes nothing in what rows say, ${ahead < 0 ? 'ahead' : 'behind'}`, () => {
      const { root, node } = connectionWithClock(ahead);
      assert.equal(rowView(node, wording).description, 'expires in 4 hours');
      assert.match((tooltip(node, wording) ?? '').replaceAll('\\', ''), /\(in 4 hours\)/);
      assert.deepEqual(rowsOf(root.branch, false, wording), [node]);
      const { expired, expiring } = judge(survey(root, 7 * day), now);
      assert.deepEqual([expired, expiring], [0, 1]);
    });
  }
});
