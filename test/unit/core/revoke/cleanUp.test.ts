import assert from 'node:assert/strict';
import { ConnectionNode, ItemNode } from '../../../../src/core/inventory/tree.ts';
import type { Item } from '../../../../src/core/model/item.ts';
import { proposals } from '../../../../src/core/revoke/cleanUp.ts';
import { token } from '../fakeService.ts';

const day = 24 * 60 * 60_000;
const now = Date.UTC(2026, 10, 20, 12);

const connection = {
  id: 'c1',
  adapterId: 'example',
  serviceName: 'Example',
  label: 'work',
  account: { id: '1', name: 'me' },
  settings: {},
};

function node(change: Partial<Item>, clockOffset = 0): ItemNode {
  const root = new ConnectionNode(connection);
  root.clockOffset = clockOffset;
  return new ItemNode(root.branch, token('t', { createdAt: now - 400 * day, ...change }));
}

function proposed(change: Partial<Item>, days = 90, clockOffset = 0) {
  const [proposal] = proposals([node(change, clockOffset)], now, days * day);
  return proposal && [proposal.reasons.join(' '), proposal.isLikely];
}

describe('Clean Up proposes', () => {
  const soon = { kind: 'expires' as const, at: now + day };
  const over = { kind: 'expires' as const, at: now - 1 };
  const never = { kind: 'never' as const };

  const cases: readonly [string, Partial<Item>, readonly [string, boolean] | undefined][] = [
    ['what has expired', { lifetime: over }, ['expired', true]],
    ['what was not used for that long', { lifetime: soon, lastUsedAt: now - 90 * day }, ['unused', true]],
    ['not what was used since', { lifetime: soon, lastUsedAt: now - 90 * day + 1 }, undefined],
    ['what was never used', { lifetime: soon, lastUsedAt: null }, ['neverUsed', true]],
    [
      'what was never used so far, unticked where it is new',
      { lifetime: soon, lastUsedAt: null, createdAt: now - day },
      ['neverUsed', false],
    ],
    ['what never expires, unticked', { lifetime: never, lastUsedAt: now - day }, ['neverExpires', false]],
    [
      'what never expires and was not used, ticked',
      { lifetime: never, lastUsedAt: now - 100 * day },
      ['unused neverExpires', true],
    ],
    ['all reasons at once', { lifetime: over, lastUsedAt: now - 100 * day }, ['expired unused', true]],
    ['nothing about a service that does not tell', { lifetime: { kind: 'unknown' } }, undefined],
    ['nothing about what has no lifetime', { lifetime: { kind: 'none' } }, undefined],
    [
      'what the connection lives on, unticked',
      { lifetime: soon, lastUsedAt: null, isOwnCredential: true },
      ['neverUsed', false],
    ],
  ];
  for (const [title, change, expected] of cases) {
    it(title, () => {
      assert.deepEqual(proposed(change), expected);
    });
  }

  it('by the service’s clock', () => {
    assert.equal(proposed({ lifetime: soon }), undefined);
    assert.deepEqual(proposed({ lifetime: soon }, 90, 2 * day), ['expired', true]);
  });

  it('by the number of days that was asked for', () => {
    const change = { lifetime: soon, lastUsedAt: now - 10 * day };
    assert.equal(proposed(change, 11), undefined);
    assert.deepEqual(proposed(change, 10), ['unused', true]);
  });
});
