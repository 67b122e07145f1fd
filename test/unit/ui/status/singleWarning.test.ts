import assert from 'node:assert/strict';
import type { ItemNode } from '../../../../src/core/inventory/tree.ts';
import { type OpenWarning, SingleWarning } from '../../../../src/ui/status/singleWarning.ts';
import { warningSentence } from '../../../../src/ui/text/warning.ts';
import { ManualClock } from '../../fakes.ts';
import { connectionWith, token } from '../tree/nodes.ts';
import { day, now, wording } from '../wording.ts';

function rowsEnding(...days: readonly number[]): readonly ItemNode[] {
  const items = days.map((left) =>
    token(`t${left}`, { name: `t${left}`, lifetime: { kind: 'expires', at: now + left * day } }),
  );
  return connectionWith(items).branch.nodes;
}

describe('the warning about what expires soon', () => {
  const clock = () => new ManualClock(now);
  let shown: { readonly names: readonly string[]; readonly open: OpenWarning }[];
  const warningWith = (at = clock()) =>
    new SingleWarning(at, (rows, open) => shown.push({ names: names(rows), open }));
  const names = (rows: readonly ItemNode[]) => rows.map(({ item }) => item.name);

  beforeEach(() => {
    shown = [];
  });

  it('is one notification, and its answer holds for what came up while it was open', () => {
    const warning = warningWith();
    warning.warn(rowsEnding(3));
    warning.warn(rowsEnding(2, 1));
    assert.deepEqual(
      shown.map((each) => each.names),
      [['t3']],
    );
    assert.deepEqual(names(shown[0]?.open.answered() ?? []), ['t3', 't1', 't2']);
    warning.warn(rowsEnding(5));
    assert.deepEqual(shown[1]?.names, ['t5']);
    warning.dispose();
  });

  it('tells the rest, the soonest first, when it was closed unanswered', () => {
    const warning = warningWith();
    warning.warn(rowsEnding(3));
    warning.warn(rowsEnding(2));
    warning.warn(rowsEnding(1));
    shown[0]?.open.dismissed();
    assert.deepEqual(
      shown.map((each) => each.names),
      [['t3'], ['t1', 't2']],
    );
    warning.dispose();
  });

  it('is not silenced by one that nobody answers', async () => {
    const time = clock();
    const warning = warningWith(time);
    warning.warn(rowsEnding(3));
    warning.warn(rowsEnding(1));
    for (let minutes = 0; minutes < 3; minutes++) {
      time.advance(60_000);
      await new Promise(setImmediate);
    }
    assert.deepEqual(
      shown.map((each) => each.names),
      [['t3'], ['t1', 't3']],
    );
    warning.dispose();
  });

  it('names the first to expire, and says of its count when lists are only partly loaded', () => {
    const rows = rowsEnding(1, 2, 3);
    assert.equal(
      warningSentence(rows, wording),
      '“t1” (work) expires in 24 hours. 2 more tokens expire soon.',
    );
    const [{ root }] = rows as [ItemNode];
    root.branch.hasMore = true;
    assert.equal(
      warningSentence(rows, wording),
      '“t1” (work) expires in 24 hours. More tokens expire soon: 2 so far.',
    );
    assert.equal(warningSentence(rows.slice(0, 1), wording), '“t1” (work) expires in 24 hours.');
  });
});
