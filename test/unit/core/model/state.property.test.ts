import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Item, noChildren } from '../../../../src/core/model/item.ts';
import { rowState } from '../../../../src/core/model/state.ts';
import { moment, property } from '../../property.ts';

function itemNamed(id: string): Item {
  const lifetime = { kind: 'none' } as const;
  return { id, kind: 'note', name: '', lifetime, fields: [], children: noChildren, actions: [] };
}

describe('properties of state', () => {
  property(
    'a token is expired from its last moment on, and expiring only before',
    (at: number, left: number, soon: number) => {
      const item = { ...itemNamed('t'), status: 'active', lifetime: { kind: 'expires', at } } as const;
      const state = rowState(item, at - left, soon);
      assert.equal(state, left <= 0 ? 'expired' : left <= soon ? 'expiring' : 'active');
    },
    moment,
    fc.integer({ min: -1e10, max: 1e10 }),
    fc.integer({ min: 0, max: 1e10 }),
  );
});
