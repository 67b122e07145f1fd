import assert from 'node:assert/strict';
import { RowHistory } from '../../../../src/core/changes/rowHistory.ts';
import type { ItemNode } from '../../../../src/core/inventory/tree.ts';
import type { Item } from '../../../../src/core/model/item.ts';
import { nodeWith, token } from '../../ui/tree/nodes.ts';
import { day, now } from '../../ui/wording.ts';

/** What is seen when the row changes like this between two looks. */
function seen(before: Partial<Item>, after: Partial<Item>, later = 0) {
  const node = nodeWith(token('a', before));
  const history = new RowHistory();
  history.look(node, now, 7 * day);
  node.item = token('a', after);
  history.look(node, now + later, 7 * day);
  return history.observations.slice(1);
}

describe('what was seen of a row', () => {
  it('begins with the first look', () => {
    const history = new RowHistory();
    history.look(nodeWith(token('a')), now, day);
    assert.deepEqual(history.observations, [{ at: now, kind: 'first' }]);
  });

  it('is nothing as long as it stays the same', () => {
    assert.deepEqual(seen({}, {}), []);
  });

  it('are changes of state, also when only time has passed', () => {
    const lifetime = { kind: 'expires', at: now + 8 * day } as const;
    assert.deepEqual(seen({ lifetime }, { lifetime }, 2 * day), [
      { at: now + 2 * day, kind: 'state', from: 'active', to: 'expiring' },
    ]);
  });

  it('are changes of fields, new ones and lost ones', () => {
    const [changed, lost, added] = seen(
      {
        fields: [
          { label: 'Scopes', text: 'read' },
          { label: 'Used', at: 1 },
        ],
      },
      {
        fields: [
          { label: 'Scopes', text: 'read write' },
          { label: 'Actor', text: 'me' },
        ],
      },
    );
    assert.deepEqual(changed, {
      at: now,
      kind: 'field',
      from: { label: 'Scopes', text: 'read' },
      to: { label: 'Scopes', text: 'read write' },
    });
    assert.deepEqual(lost, { at: now, kind: 'field', from: { label: 'Used', at: 1 }, to: undefined });
    assert.deepEqual(added, { at: now, kind: 'field', from: undefined, to: { label: 'Actor', text: 'me' } });
  });

  it('are new names, told once where a field tells them', () => {
    assert.deepEqual(seen({ name: 'old' }, { name: 'new' }), [
      { at: now, kind: 'renamed', from: 'old', to: 'new' },
    ]);
    const named = (name: string) => ({ name, fields: [{ label: 'Name', text: name }] });
    assert.deepEqual(
      seen(named('old'), named('new')).map(({ kind }) => kind),
      ['field'],
    );
  });

  it('are accesses that came and went, in groups too', () => {
    const accesses = (...names: string[]): Partial<Item> => ({
      children: {
        kind: 'inline',
        items: [
          token('group', {
            kind: 'section',
            children: { kind: 'inline', items: names.map((name) => token(name, { kind: 'access' })) },
          }),
        ],
      },
    });
    assert.deepEqual(seen(accesses('read', 'write'), accesses('read', 'admin')), [
      { at: now, kind: 'rows', came: ['admin'], went: ['write'] },
    ]);
  });

  it('is that it left and came back, once each', () => {
    const history = new RowHistory();
    const node = nodeWith(token('a'));
    const looks: (ItemNode | undefined)[] = [node, undefined, undefined, node];
    for (const look of looks) {
      history.look(look, now, day);
    }
    assert.deepEqual(
      history.observations.map(({ kind }) => kind),
      ['first', 'gone', 'back'],
    );
  });

  it('is not that rows are new which had only not been read', () => {
    const node = nodeWith(token('a', { children: { kind: 'list' } }));
    const history = new RowHistory();
    history.look(node, now, day);
    node.branch.show({ items: [token('b')], pages: 1 }, now);
    history.look(node, now, day);
    assert.equal(history.observations.length, 1);
  });

  it('is kept up to a limit, the newest', () => {
    const node = nodeWith(token('a'));
    const history = new RowHistory();
    for (let index = 0; index < 200; index++) {
      node.item = token('a', { name: `name ${index}` });
      history.look(node, now + index, day);
    }
    assert.equal(history.observations.length, 50);
    assert.equal(history.observations.at(-1)?.at, now + 199);
  });
});
