import assert from 'node:assert/strict';
import { ConnectionNode, ItemNode } from '../../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { type Item, type Lifetime, noChildren, type Status } from '../../../../src/core/model/item.ts';
import { rowView } from '../../../../src/ui/tree/rows.ts';
import { tooltip } from '../../../../src/ui/tree/tooltip.ts';
import { day, now, wording } from '../wording.ts';
import { rowsOf } from './arranged.ts';

const connection = {
  id: 'c1',
  adapterId: 'example',
  serviceName: 'Example',
  label: 'work',
  account: { id: '1', name: 'me@example.com' },
  settings: { baseUrl: 'https://example.com' },
};

function item(change: Partial<Item> = {}): Item {
  return {
    id: 'i1',
    kind: 'token',
    name: 'Deploy',
    status: 'active',
    lifetime: { kind: 'never' },
    fields: [],
    children: noChildren,
    actions: [],
    ...change,
  };
}

function nodeWith(change: Partial<Item>): ItemNode {
  return new ItemNode(new ConnectionNode(connection).branch, item(change));
}

function branchWith(
  items: readonly Item[],
  change: { next?: string; total?: number; problems?: Error[] } = {},
) {
  const { branch } = new ConnectionNode(connection);
  branch.show({ items, pages: 1, ...change }, now);
  return branch;
}

describe('an empty list', () => {
  for (const leavesOutExpired of [true, false]) {
    it(`${leavesOutExpired ? 'says' : 'does not say'} that expired tokens were not asked for`, () => {
      const { branch } = new ConnectionNode(connection);
      branch.show({ items: [], pages: 1, leavesOutExpired }, now);
      const { label, click } = rowView({ kind: 'empty', branch }, wording);
      assert.deepEqual(
        [label, click],
        leavesOutExpired
          ? ['Nothing here: expired tokens are not shown', 'showExpired']
          : ['Nothing here', undefined],
      );
    });
  }
});

describe('a row', () => {
  const states: readonly [string, Status, Lifetime, string, string, string][] = [
    [
      'active',
      'active',
      { kind: 'expires', at: now + 40 * day },
      'pass',
      'expires in 40 days',
      'active, expires in 40 days',
    ],
    [
      'expiring',
      'active',
      { kind: 'expires', at: now + 3 * day },
      'warning',
      'expires in 3 days',
      'expiring soon, expires in 3 days',
    ],
    [
      'expired',
      'active',
      { kind: 'expires', at: now - 2 * day },
      'circle-slash',
      'expired 2 days ago',
      'expired 2 days ago',
    ],
    ['without end', 'active', { kind: 'never' }, 'pass', 'never expires', 'active, never expires'],
    ['of unknown end', 'active', { kind: 'unknown' }, 'pass', 'active', 'active, expiry unknown'],
    ['revoked', 'revoked', { kind: 'none' }, 'trash', 'revoked', 'revoked'],
    ['inactive', 'inactive', { kind: 'none' }, 'circle-outline', 'inactive', 'inactive'],
    [
      'unknown',
      'unknown',
      { kind: 'unknown' },
      'question',
      'state unknown · expiry unknown',
      'state unknown, expiry unknown',
    ],
  ];
  for (const [name, status, lifetime, icon, description, spoken] of states) {
    it(`says in shape and words that a token is ${name}`, () => {
      const view = rowView(nodeWith({ status, lifetime }), wording);
      assert.equal(view.icon.name, icon);
      assert.equal(view.description, description);
      assert.equal(view.spoken, `Deploy, token, ${spoken}`);
    });
  }

  it('gives every state a shape of its own', () => {
    const shapes = states.map(
      ([, status, lifetime]) => rowView(nodeWith({ status, lifetime }), wording).icon.name,
    );
    assert.equal(new Set(shapes).size, states.length - 2);
  });

  it('waiting for approval says so, whatever the service lists', () => {
    const node = nodeWith({});
    node.pendingReference = 'activity-1';
    const view = rowView(node, wording);
    assert.equal(view.icon.name, 'debug-pause');
    assert.match(view.description ?? '', /waiting for approval/);
  });

  it('says in its last minute only that it is the last', () => {
    const last = (at: number) =>
      rowView(nodeWith({ lifetime: { kind: 'expires', at } }), wording).description;
    assert.equal(last(now + 59_999), 'expires in less than a minute');
    assert.equal(last(now), 'expired less than a minute ago');
    assert.equal(last(now - 60_000), 'expired 1 minute ago');
  });

  it('says first what has changed since the user last looked', () => {
    const node = nodeWith({ lifetime: { kind: 'never' } });
    const marks = { of: () => ['wider', 'owner'] as const, count: () => 2 };
    const view = rowView(node, { ...wording, marks });
    assert.equal(view.description, 'may do more, another owner · never expires');
    assert.match(view.spoken, /may do more, another owner/);
    assert.match(tooltip(node, { ...wording, marks }) ?? '', /Since you last looked\*\* may do more/);
    assert.match(rowView(node.root, { ...wording, marks }).description ?? '', /2 changes/);
  });

  it('says nothing of a future end of what is dead already', () => {
    const view = rowView(
      nodeWith({ status: 'inactive', lifetime: { kind: 'expires', at: now + day } }),
      wording,
    );
    assert.equal(view.description, 'inactive');
    assert.equal(view.spoken, 'Deploy, token, inactive');
  });

  it('says what tells it from another row of its name', () => {
    const branch = branchWith([
      item({ id: '1', identifier: 'abcdefghijklmnop' }),
      item({ id: '2', identifier: 'abcdefghijkl1234' }),
      item({ id: '3', name: 'Other', identifier: 'abcdefghijkl5678' }),
    ]);
    const [first, second, third] = branch.nodes.map((node) => rowView(node, wording));
    assert.match(first?.spoken ?? '', /…klmnop/);
    assert.match(second?.description ?? '', /…kl1234/);
    assert.doesNotMatch(third?.description ?? '', /…/);
  });

  it('of a connection says which problem its lists have, wherever they are', () => {
    const root = new ConnectionNode(connection);
    root.branch.show({ items: [item({ kind: 'section', children: { kind: 'list' } })], pages: 1 }, now);
    root.branch.nodes[0]?.branch.fail(new TokenManagerError('unauthorized'), now);
    const view = rowView(root, wording);
    assert.equal(view.icon.name, 'debug-disconnect');
    assert.match(view.description ?? '', /^Credentials not accepted/);
    assert.match(view.spoken, /Credentials not accepted/);
  });

  it('of a failure stands first, says since when, and offers what mends it', () => {
    const branch = branchWith([item()]);
    branch.fail(new TokenManagerError('unauthorized'), now + day);
    branch.fail(new TokenManagerError('unauthorized'), now + 2 * day);
    const [row] = rowsOf(branch, false, wording);
    assert(row);
    const view = rowView(row, wording);
    assert.match(view.description ?? '', /Failing since 11\/21\/26.*; last loaded 11\/20\/26/);
    assert.deepEqual(view.tags, ['error', 'refreshable', 'needsCredentials']);
  });

  it('shows no expiry where there is none to have', () => {
    const view = rowView(nodeWith({ kind: 'identity', lifetime: { kind: 'none' } }), wording);
    assert.equal(view.description, 'linked');
  });

  it('offers in its tags just what may be done to it', () => {
    const view = rowView(nodeWith({ actions: ['revoke', 'attach'], identifier: 'x' }), wording);
    assert.deepEqual(view.tags, ['item', 'revocable', 'attachable', 'identifiable']);
  });

  it('keeps its id when everything else about it changes', () => {
    const node = nodeWith({});
    const { id } = rowView(node, wording);
    node.item = item({ name: 'other', status: 'revoked', lifetime: { kind: 'none' } });
    assert.equal(rowView(node, wording).id, id);
  });

  it('has an id of its own even when identifiers contain the separator', () => {
    const one = nodeWith({ id: 'a/b' });
    const two = new ItemNode(new ItemNode(one.parent, item({ id: 'a' })).branch, item({ id: 'b' }));
    assert.notEqual(one.key, two.key);
  });
});

describe('the rows of a branch', () => {
  const expired = item({ id: 'old', lifetime: { kind: 'expires', at: now - 1 } });

  it('hide expired tokens only behind a row that counts them', () => {
    const branch = branchWith([item(), expired]);
    assert.deepEqual(
      rowsOf(branch, false, wording).map((row) => rowView(row, wording).label),
      ['Deploy', '1 expired token is hidden'],
    );
    assert.equal(rowsOf(branch, true, wording).length, 2);
  });

  it('say that nothing is there rather than showing nothing', () => {
    assert.deepEqual(
      rowsOf(branchWith([]), false, wording).map(({ kind }) => kind),
      ['empty'],
    );
  });

  it('never show a failed read as empty', () => {
    const { branch } = new ConnectionNode(connection);
    branch.fail(new TokenManagerError('network', '', { code: 'ECONNREFUSED' }));
    const [row, ...others] = rowsOf(branch, false, wording);
    assert(row);
    assert.equal(others.length, 0);
    const view = rowView(row, wording);
    assert.equal(view.label, 'Cannot reach the service');
    assert.equal(view.click, 'remedy');
  });

  it('keep the old rows below the reason why a refresh failed', () => {
    const branch = branchWith([item()]);
    branch.fail(new TokenManagerError('unauthorized'));
    assert.deepEqual(
      rowsOf(branch, false, wording).map(({ kind }) => kind),
      ['error', 'item'],
    );
  });

  it('show on a failed list that it is being loaded again', () => {
    const { branch } = new ConnectionNode(connection);
    branch.fail(new TokenManagerError('network'), now);
    const view = () => rowsOf(branch, false, wording).map((row) => rowView(row, wording))[0];
    assert.match(view()?.description ?? '', /Failing since/);
    branch.retried = branch.error;
    assert.equal(view()?.icon.name, 'loading~spin');
    assert.match(view()?.spoken ?? '', /^Error: Cannot reach the service\. Loading again… No connection/);
    branch.fail(new TokenManagerError('network'), now);
    assert.equal(view()?.icon.name, 'error');
  });

  it('have a row for each part that could not be read', () => {
    const branch = branchWith([item()], { problems: [new TokenManagerError('forbidden'), new Error('x')] });
    const ids = rowsOf(branch, false, wording).map((row) => rowView(row, wording).id);
    assert.equal(ids.length, 3);
    assert.equal(new Set(ids).size, 3);
  });

  it('end with Load more, which says how many there are', () => {
    const rows = rowsOf(branchWith([item()], { next: '2', total: 63 }), false, wording);
    const last = rows.at(-1);
    assert(last);
    const view = rowView(last, wording);
    assert.equal(view.label, 'Load more');
    assert.equal(view.description, '1 of 63 so far');
  });
});

describe('a tooltip', () => {
  const hostile =
    '[x](command:workbench.action.quit) <img src=x onerror=y> https://evil.example www.evil.example $(trash) `c` **b**';

  it('shows what a service wrote as text and nothing else', () => {
    const markdown =
      tooltip(nodeWith({ name: hostile, fields: [{ label: 'Note', text: hostile }] }), wording) ?? '';
    const unescaped = markdown.replace(/\\[\s\S]/g, '');
    assert.doesNotMatch(unescaped.replaceAll('**', ''), /[<>[\]()`$:.*_]/);
    assert.equal(markdown.match(/(?<!\\)\*\*/g)?.length, 8, 'only our own headings are bold');
  });

  it('names the kind of a row, but not of a heading', () => {
    assert.match(tooltip(nodeWith({ kind: 'token' }), wording) ?? '', /\*\*Kind\*\* token/);
    assert.doesNotMatch(tooltip(nodeWith({ kind: 'section' }), wording) ?? '', /Kind/);
  });

  it('words moments in the user’s language with how long ago they were', () => {
    const markdown = tooltip(nodeWith({ fields: [{ label: 'Created', at: now - 3 * day }] }), wording) ?? '';
    assert.match(markdown.replaceAll('\\', ''), /\*\*Created\*\* Nov 17, 2026.*\(3 days ago\)/);
  });
});
