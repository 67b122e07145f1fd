import assert from 'node:assert/strict';
import { ShownItem } from '../../../../src/core/model/displayItem.ts';
import { type Item, noChildren, noLifetime } from '../../../../src/core/model/item.ts';
import { plainItem } from '../../../../src/core/model/plainItem.ts';

const hostile = 'a\u202E\nb';

const said: Item = {
  id: hostile,
  kind: 'token',
  name: hostile,
  status: 'active',
  lifetime: noLifetime,
  createdAt: 1,
  lastUsedAt: null,
  owner: hostile,
  remark: hostile,
  fields: [
    { label: hostile, text: hostile },
    { label: hostile, at: 1 },
  ],
  children: noChildren,
  actions: ['revoke'],
  identifier: hostile,
};

describe('an item on its way to the screen', () => {
  it('has clean texts, and identifiers as they are', () => {
    assert.deepEqual(plainItem(ShownItem.of(said)), {
      ...said,
      name: 'a b',
      owner: 'a b',
      remark: 'a b',
      fields: [
        { label: 'a b', text: 'a b' },
        { label: 'a b', at: 1 },
      ],
    });
  });

  it('shows everything as JSON, with no member that is not there', () => {
    const { id, kind, name, lifetime, fields, children, actions } = said;
    const bare: Item = { id, kind, name, lifetime, fields, children, actions };
    assert.deepEqual(JSON.parse(JSON.stringify(ShownItem.of(bare))), {
      ...bare,
      name: 'a b',
      fields: [
        { label: 'a b', text: 'a b' },
        { label: 'a b', at: 1 },
      ],
    });
  });

  it('goes through the door once however often it is shown', () => {
    const shown = ShownItem.of(said);
    assert.equal(ShownItem.of(shown), shown);
  });
});
