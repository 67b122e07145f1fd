import assert from 'node:assert/strict';
import { ConnectionNode } from '../../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import type { Item, ItemKind } from '../../../../src/core/model/item.ts';
import type { Row } from '../../../../src/ui/tree/row.ts';
import { rowView } from '../../../../src/ui/tree/rows.ts';
import { sampleConnection } from '../../sampleRows.ts';
import { day, now, wording } from '../wording.ts';
import { connectionWith, nodeWith, token } from './nodes.ts';

const at = (days: number): Partial<Item> => ({ lifetime: { kind: 'expires', at: now + days * day } });

const item = (change: Partial<Item> = {}): Row => nodeWith(token('1', { name: 'Deploy', ...change }));

const holding = (kind: ItemKind): Row => item({ kind, status: undefined, lifetime: { kind: 'none' } });

function failing(): ConnectionNode {
  const root = connectionWith([]);
  root.branch.fail(new TokenManagerError('unauthorized'));
  return root;
}

function pending(): Row {
  const node = nodeWith(token('1', { name: 'Deploy' }));
  node.pendingReference = 'act-1';
  return node;
}

const { branch } = connectionWith([token('1')]);
const long = connectionWith([]);
long.branch.show({ items: [token('1')], pages: 1, next: '2', total: 63 }, now);
const without = connectionWith([]);
without.branch.show({ items: [], pages: 1, leavesOutExpired: true }, now);

/** What a screen reader says of every kind of row there is. */
const spoken: readonly (readonly [row: Row, says: string])[] = [
  [connectionWith([]), 'work, connection to Example, account me@example.com'],
  [failing(), 'work, connection to Example, account me@example.com, Credentials not accepted'],
  [holding('section'), 'Deploy, group'],
  [holding('organization'), 'Deploy, organization'],
  [holding('application'), 'Deploy, application'],
  [holding('user'), 'Deploy, user'],
  [holding('access'), 'Deploy, permission'],
  [holding('note'), 'Deploy, note'],
  [item({ kind: 'provider' }), 'Deploy, provider, connected, never expires'],
  [item({ kind: 'identity' }), 'Deploy, identity link, linked, never expires'],
  [item(), 'Deploy, token, active, never expires'],
  [item({ lifetime: { kind: 'unknown' } }), 'Deploy, token, active, expiry unknown'],
  [item(at(30)), 'Deploy, token, active, expires in 30 days'],
  [item(at(3)), 'Deploy, token, expiring soon, expires in 3 days'],
  [item(at(-5)), 'Deploy, token, expired 5 days ago'],
  [item({ status: 'inactive', ...at(3) }), 'Deploy, token, inactive'],
  [item({ status: 'revoked' }), 'Deploy, token, revoked'],
  [item({ status: 'unknown' }), 'Deploy, token, state unknown, never expires'],
  [item({ remark: 'nightly' }), 'Deploy, token, active, never expires, nightly'],
  [pending(), 'Deploy, token, waiting for approval, never expires'],
  [{ kind: 'more', branch: long.branch }, 'Load more, 1 of 63 so far'],
  [{ kind: 'loading', branch }, 'Loading…'],
  [{ kind: 'loading', branch, isFlat: true }, 'Loading work'],
  [{ kind: 'empty', branch: connectionWith([]).branch }, 'Nothing here'],
  [{ kind: 'empty', branch: without.branch }, 'Nothing here: expired tokens are not shown'],
  [{ kind: 'empty', branch }, 'Nothing here matches the filter'],
  [{ kind: 'hidden', branch, count: 1 }, '1 expired token is hidden'],
  [{ kind: 'hidden', branch, count: 2 }, '2 expired tokens are hidden'],
  [{ kind: 'onRequest', branch }, 'Load now…'],
  [
    { kind: 'error', branch, error: new TokenManagerError('rateLimited') },
    'Error: Too many requests. The service received too many requests. Try again later.',
  ],
  [
    { kind: 'group', key: 'g', name: { by: 'state', state: 'expiring' }, count: 1, isOpen: true },
    'Expiring, group of 1 row',
  ],
  [
    { kind: 'group', key: 'g', name: { by: 'owner', owner: undefined }, count: 1200, isOpen: true },
    'Owner unknown, group of 1,200 rows',
  ],
  [
    { kind: 'range', key: 'r', owner: new ConnectionNode(sampleConnection('c')), from: 0, to: 250 },
    'Rows 1 to 250',
  ],
  [{ kind: 'unread', connections: 1 }, 'Load all, 1 connection is not fully loaded'],
  [{ kind: 'unread', connections: 2 }, 'Load all, 2 connections are not fully loaded'],
  [{ kind: 'nothing' }, 'Nothing here'],
];

describe('what a screen reader says of a row', () => {
  for (const [row, says] of spoken) {
    it(`${row.kind}: ${says}`, () => {
      assert.equal(rowView(row, wording).spoken, says);
    });
  }

  it('is listed for every kind of row and every kind of item', () => {
    const kinds = new Set(spoken.map(([{ kind }]) => kind));
    assert.deepEqual([...kinds].sort(), [
      ...[
        'connection',
        'empty',
        'error',
        'group',
        'hidden',
        'item',
        'loading',
        'more',
        'nothing',
        'onRequest',
      ],
      ...['range', 'unread'],
    ]);
  });
});
