import assert from 'node:assert/strict';
import { ConnectionNode, type Node } from '../../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { type Lifetime, noChildren } from '../../../../src/core/model/item.ts';
import { judge, survey } from '../../../../src/core/status/expiryIndex.ts';
import { RowLinks } from '../../../../src/ui/status/rowLinks.ts';
import { sharedClockWords } from '../../../../src/ui/text/clock.ts';
import { badgeWords, statusText, statusTooltip } from '../../../../src/ui/text/status.ts';
import { rowView } from '../../../../src/ui/tree/rows.ts';
import { day, now, wording } from '../wording.ts';

const hour = 60 * 60_000;

/** As Markdown has it; what it holds is known here, and nowhere else. */
const linkTo = ({ key }: Node) => `command:x?${key}`;

function node(label: string, ...lifetimes: Lifetime[]): ConnectionNode {
  const connection = {
    id: label,
    adapterId: 'x',
    serviceName: 'X',
    label,
    account: { id: '1', name: 'me' },
    settings: {},
  };
  const root = new ConnectionNode(connection);
  const items = lifetimes.map((lifetime, index) => ({
    id: String(index),
    kind: 'token' as const,
    name: 't',
    status: 'active' as const,
    lifetime,
    fields: [],
    children: noChildren,
    actions: [],
  }));
  root.branch.show({ items, pages: 1 }, now);
  return root;
}

const expiring: Lifetime = { kind: 'expires', at: now + day };
const expired: Lifetime = { kind: 'expires', at: now - day };

function summaries(...nodes: ConnectionNode[]) {
  return nodes.map((root) => judge(survey(root, 7 * day), now));
}

describe('the status bar', () => {
  it('counts connections, and those that need attention, and says when the next token ends', () => {
    const unreachable = node('c');
    unreachable.branch.fail(new TokenManagerError('network'));
    const all = summaries(node('a', { kind: 'never' }), node('b', expiring, expired), unreachable);
    assert.equal(statusText(all, wording).text, '$(key) 3 connections · 2 need attention · next expiry 24h');
    assert.equal(
      statusText(all, wording).spoken,
      'OAuth tokens: 3 connections, 2 need attention, next token expires in 24 hours',
    );
  });

  it('says nothing of an end that is far away', () => {
    const far: Lifetime = { kind: 'expires', at: now + 30 * day };
    assert.equal(statusText(summaries(node('a', expired, far)), wording).text, '$(key) 1 connection');
  });

  it('tells the time left by this computer where the service goes by another', () => {
    const ahead = node('a', { kind: 'expires', at: now + 9 * day });
    ahead.clockOffset = 8 * day;
    assert.equal(
      statusText(summaries(ahead), wording).text,
      '$(key) 1 connection · 1 needs attention · next expiry 24h',
    );
  });

  it('says of figures from a part of a list that there may be more', () => {
    const root = node('a', expiring);
    root.branch.show({ items: root.branch.nodes.map(({ item }) => item), pages: 1, next: '2' }, now);
    const partial = summaries(root);
    assert.match(statusText(partial, wording).text, /next expiry 24h · so far$/);
    assert.match(statusText(partial, wording).spoken, /so far$/);
    assert.match(statusTooltip(partial, wording, linkTo), /so far/);
    assert.match(badgeWords(partial, wording)?.tooltip ?? '', /\(so far\)$/);
  });

  it('is short when all is well', () => {
    assert.equal(statusText(summaries(node('a')), wording).text, '$(key) 1 connection');
    assert.equal(statusText([], wording).spoken, 'OAuth tokens: no connections');
  });

  it('lists in its tooltip what needs attention first, row by row, with links that lead there', () => {
    const all = summaries(node('a'), node('b', expiring, expired));
    const text = statusTooltip(all, wording, linkTo).replaceAll('\\', '');
    assert.equal(
      text,
      [
        '1 connection needs attention: 1 token expires soon',
        '**[b](command:x?b)** 1 expired, 1 expiring soon',
        '&emsp;[t](command:x?b/0) expires in 24 hours',
        '**[a](command:x?a)** no problems',
      ].join('  \n'),
    );
  });

  it('names ten connections and counts the others', () => {
    const all = summaries(...Array.from({ length: 12 }, (_, index) => node(`c${index}`)));
    assert.match(statusTooltip(all, wording, linkTo), /c9.*\n2 more connections$/);
  });

  it('tells of a clock that several services find wrong once', () => {
    const nodes = ['a', 'b'].map((label) => Object.assign(node(label), { clockOffset: 2 * hour }));
    const shared = { ...wording, sharedClock: () => sharedClockWords([2 * hour, 2 * hour], wording) };
    const text = statusTooltip(summaries(...nodes), shared, linkTo);
    assert.equal(text.match(/clock is about/g)?.length, 1);
    assert(!/clock/.test(rowView(nodes[0] ?? node('c'), shared).spoken));
    assert.equal(sharedClockWords([2 * hour, 0], wording), undefined);
  });

  it('makes no link of what a service or a user named, and no other link than its own', () => {
    const hostile = '[x](command:workbench.action.quit) <a href="command:y">z</a> $(trash) ](command:v)';
    const links = new RowLinks('x');
    const text = statusTooltip(summaries(node(hostile, expiring)), wording, (row) => links.to(row));
    const addresses = [...text.matchAll(/(?<!\\)\]\(([^)]*)\)/g)].map(([, address]) => address);
    assert.deepEqual(addresses, ['command:x?%5B1%5D', 'command:x?%5B2%5D']);
    assert.equal(
      text.replace(/\[(?:\\.|[^\]\\])*\]\(command:x\?%5B\d%5D\)/g, '').match(/(?<!\\)[<$[\]]/),
      null,
    );
  });
});

describe('a link that shows a row', () => {
  it('carries a number that says nothing of the row, and leads to it as long as it is told of', () => {
    const links = new RowLinks('_x.show');
    const root = node('secret-label', expiring);
    links.begin();
    const address = links.to(root);
    assert.equal(address, 'command:_x.show?%5B1%5D');
    assert.equal(links.to(root), address);
    assert.equal(links.rowOf(1), root);
    for (const other of [2, '1', [1], { valueOf: () => 1 }, undefined, root]) {
      assert.equal(links.rowOf(other), undefined);
    }
    links.begin();
    assert.equal(links.rowOf(1), undefined);
    assert.equal(links.to(root), address, 'an open tooltip still leads there');
  });
});

describe('the badge of the view', () => {
  it('counts the same connections as the status bar, and says why in the same words', () => {
    const unreachable = node('c');
    unreachable.branch.fail(new TokenManagerError('network'));
    const justExpired = judge(survey(node('b', expired), 7 * day), now, now - 2 * day);
    const all = [...summaries(node('a', expiring, expiring, { kind: 'never' }), unreachable), justExpired];
    assert.deepEqual(badgeWords(all, wording), {
      value: 3,
      tooltip:
        '3 connections need attention: 2 tokens expire soon, 1 token has just expired, 1 connection has a problem',
    });
    assert.match(statusText(all, wording).text, /· 3 need attention/);
    const [heading] = statusTooltip(all, wording, linkTo).replaceAll('\\', '').split('  \n');
    assert.equal(heading, badgeWords(all, wording)?.tooltip);
  });

  it('is not there when nothing needs attention, nor for what was dead at the start', () => {
    assert.equal(badgeWords(summaries(node('a', { kind: 'never' }, expired)), wording), undefined);
  });
});
