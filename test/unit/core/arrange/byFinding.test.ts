import assert from 'node:assert/strict';
import { noFilter } from '../../../../src/core/arrange/arrangement.ts';
import { Matcher } from '../../../../src/core/arrange/filter.ts';
import { Groups } from '../../../../src/core/arrange/group.ts';
import { bitOf } from '../../../../src/core/findings/judge.ts';
import type { ItemNode } from '../../../../src/core/inventory/tree.ts';
import { holder, sampleItem, sampleRoot } from '../../sampleRows.ts';
import { day, now } from '../../ui/wording.ts';

const bits: Readonly<Record<string, number>> = {
  unused: bitOf('unused'),
  both: bitOf('unused') | bitOf('issuer'),
  broad: bitOf('tooBroad'),
};
const moment = { now, soonMs: 7 * day, findingsOf: ({ id }: ItemNode) => bits[id] ?? 0 };

function namesOf(nodes: readonly ItemNode[]): string[] {
  return nodes.map(({ item }) => item.name);
}

describe('findings arrange rows', () => {
  it('in groups by the most serious one, those without any last, and by a filter', () => {
    const root = sampleRoot(
      'c',
      ['fine', 'unused', 'both', 'broad'].map((id) => sampleItem({ id })),
    );
    const { nodes } = new Matcher({ ...noFilter, showsExpired: true }, moment).entries([root]);
    assert.deepEqual(
      new Groups(nodes, 'finding', moment, 'en').all.map((group) => [group.key, namesOf(group.nodes)]),
      [
        ['finding:issuer', ['both']],
        ['finding:toobroad', ['broad']],
        ['finding:unused', ['unused']],
        ['finding', ['fine']],
      ],
    );
    const filtered = new Matcher({ ...noFilter, findings: ['unused', 'owner'] }, moment).entries([root]);
    assert.deepEqual(namesOf(filtered.nodes), ['unused', 'both']);
  });

  it('by a filter that keeps what holds a row it finds, and no row that none finds anything in', () => {
    const root = sampleRoot('c', [
      holder('app', 'application', [sampleItem({ id: 'unused' })]),
      holder('other', 'application', [sampleItem({ id: 'fine' })]),
    ]);
    const filtered = new Matcher({ ...noFilter, findings: ['unused'] }, moment);
    assert.deepEqual(namesOf(filtered.below(root.branch).nodes), ['app']);
    const unasked = new Matcher({ ...noFilter, findings: ['unused'] }, { now, soonMs: 0 });
    assert.deepEqual(unasked.below(root.branch).nodes, []);
  });
});
