import assert from 'node:assert/strict';
import { type Item, noChildren } from '../../../../src/core/model/item.ts';
import { rowState } from '../../../../src/core/model/state.ts';

const hour = 60 * 60_000;
const day = 24 * hour;

function token(life: number, createdAt?: number): Item {
  return {
    id: '1',
    kind: 'token',
    name: 'token',
    status: 'active',
    lifetime: { kind: 'expires', at: life },
    ...(createdAt !== undefined && { createdAt }),
    fields: [],
    children: noChildren,
    actions: [],
  };
}

describe('the state of a row', () => {
  it('is “expiring” within the time that is set before its end', () => {
    assert.equal(rowState(token(30 * day, 0), 22 * day, 7 * day), 'active');
    assert.equal(rowState(token(30 * day, 0), 23 * day, 7 * day), 'expiring');
  });

  it('is “expiring” in its last quarter, where a whole life is a day at most', () => {
    assert.equal(rowState(token(hour, 0), 0, 7 * day), 'active');
    assert.equal(rowState(token(hour, 0), 0.74 * hour, 7 * day), 'active');
    assert.equal(rowState(token(hour, 0), 0.76 * hour, 7 * day), 'expiring');
    assert.equal(rowState(token(hour, 0), hour, 7 * day), 'expired');
  });

  it('is “expiring” where it is not known how long the life was', () => {
    assert.equal(rowState(token(hour), 0, 7 * day), 'expiring');
  });
});
