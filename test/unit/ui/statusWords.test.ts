import assert from 'node:assert/strict';
import { ConnectionNode } from '../../../src/core/branch.ts';
import { TokenManagerError } from '../../../src/core/errors.ts';
import { type Lifetime, noChildren } from '../../../src/core/model.ts';
import { summarize } from '../../../src/core/summary.ts';
import { statusText, statusTooltip } from '../../../src/ui/statusWords.ts';
import { day, now, wording } from './wording.ts';

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
  return nodes.map((root) => summarize(root, now, 7 * day));
}

describe('the status bar', () => {
  it('counts connections, and those that need attention', () => {
    const unreachable = node('c');
    unreachable.branch.fail(new TokenManagerError('network'));
    const all = summaries(node('a', { kind: 'never' }), node('b', expiring, expired), unreachable);
    assert.equal(statusText(all, wording).text, '$(key) 3 (2 to check)');
    assert.equal(statusText(all, wording).spoken, 'OAuth tokens: 3 connections, 2 need attention');
  });

  it('is short when all is well', () => {
    assert.equal(statusText(summaries(node('a')), wording).text, '$(key) 1');
    assert.equal(statusText([], wording).spoken, 'OAuth tokens: no connection');
  });

  it('lists in its tooltip how each connection stands', () => {
    const text = statusTooltip(summaries(node('a'), node('b', expiring, expired)), wording).replaceAll(
      '\\',
      '',
    );
    assert.equal(text, '**a** nothing to do  \n**b** 1 expired, 1 expiring');
  });
});
