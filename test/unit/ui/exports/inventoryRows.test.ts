import assert from 'node:assert/strict';
import { accessGroups } from '../../../../src/adapters/planetscale/accessRows.ts';
import { type Item, noLifetime } from '../../../../src/core/model/item.ts';
import type { Localize } from '../../../../src/core/ports.ts';
import { accessesOf } from '../../../../src/ui/exports/inventoryRows.ts';
import { localize } from '../../fakes.ts';

const read = { name: 'read_user', description: 'Read the user' };

describe('What a PlanetScale token may do', () => {
  it('tells what is allowed from what it is allowed for', () => {
    const databases = [{ id: 'd1', name: 'orders', organization: 'shopfront' }];
    const user = { accesses: [read], users: [{ id: 'u1', name: 'shopfront-dev' }] };
    const groups = accessGroups({ oauth_accesses_by_resource: { database: { databases }, user } }, localize);
    const remarks = groups.flatMap(({ children }) =>
      children.kind === 'inline' ? children.items.map(({ name, remark }) => [name, remark]) : [],
    );
    assert.deepEqual(remarks, [
      ['orders', 'resource in shopfront'],
      ['read_user', 'Read the user'],
      ['shopfront-dev', 'resource'],
    ]);
  });
});

describe('What a row may do, as it is exported', () => {
  it('is the same in every language', () => {
    const translated: Localize = (message) => `${message} (übersetzt)`;
    for (const language of [localize, translated]) {
      const items = accessGroups({ oauth_accesses_by_resource: { user: { accesses: [read] } } }, language);
      const row: Item = {
        id: '1',
        kind: 'token',
        name: 'ci',
        lifetime: noLifetime,
        fields: [],
        children: { kind: 'inline', isPassive: true, items },
        actions: [],
      };
      assert.deepEqual(accessesOf(row), ['users: read_user']);
    }
  });
});
