import assert from 'node:assert/strict';
import { offerOf, offersIn, parsedMessage } from '../../../../src/ui/webview/messages.ts';
import { h } from '../../../../src/ui/webview/view.ts';

describe('a message from a page', () => {
  it('is understood when it is exactly one of ours', () => {
    assert.deepEqual(parsedMessage({ kind: 'ready' }), { kind: 'ready' });
    const act = { kind: 'act', act: 'oauthTokens.revoke', row: 'c1/x' };
    assert.deepEqual(parsedMessage(act), act);
  });

  const others: readonly unknown[] = [
    undefined,
    null,
    'ready',
    1,
    [],
    ['ready'],
    {},
    { kind: 'other' },
    { kind: 'ready', row: 'x' },
    { kind: 'act' },
    { kind: 'act', act: 'x' },
    { kind: 'act', act: 'x', row: 1 },
    { kind: 'act', act: ['x'], row: 'y' },
    { kind: 'act', act: 'x', row: 'y', isConfirmed: true },
    { kind: 'act', act: 'x', row: 'y'.repeat(20_001) },
    { kind: 'act', act: { toString: () => 'x' }, row: 'y' },
  ];
  for (const other of others) {
    it(`is nothing when it is ${JSON.stringify(other)?.slice(0, 60)}`, () => {
      assert.equal(parsedMessage(other), undefined);
    });
  }
});

describe('what a page offers', () => {
  it('is each of its buttons with its row, and nothing else', () => {
    const offers = offersIn([
      'text',
      h('div', {}, h('button', { 'data-act': 'revoke', 'data-row': 'a' }, 'x'), h('p', { 'data-row': 'b' })),
    ]);
    assert.deepEqual([...offers], [offerOf('revoke', 'a')]);
    assert(!offers.has(offerOf('revoke', 'b')));
  });

  it('never takes the end of an act for the beginning of a row', () => {
    assert.notEqual(offerOf('a","b', 'c'), offerOf('a', 'b","c'));
  });
});
