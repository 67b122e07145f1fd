import assert from 'node:assert/strict';
import { RequestIds } from '../../../../src/core/http/requestIds.ts';
import { Secret } from '../../../../src/core/model/secret.ts';

describe('RequestIds', () => {
  function noted(headers: Record<string, string>, carried: readonly Secret[] = []): string | undefined {
    const ids = new RequestIds();
    const { signal } = new AbortController();
    ids.note(signal, headers, carried);
    return ids.of(signal);
  }

  it('knows the names services use, and none where there is none', () => {
    assert.equal(noted({ 'x-request-id': 'a-1' }), 'a-1');
    assert.equal(noted({ 'cf-ray': '8f-FRA' }), '8f-FRA');
    assert.equal(noted({ 'cf-ray': '8f-FRA', 'x-request-id': 'a-1' }), 'a-1');
    assert.equal(noted({ date: 'today' }), undefined);
  });

  it('keeps no prose, nothing long, and nothing that is or looks like a credential', () => {
    const carried = [new Secret('Bearer my-token-value', [new Secret('my-token-value')])];
    for (const id of [
      'two words',
      'x'.repeat(101),
      '<b>',
      '',
      'my-token-value',
      'id-my-token-value-id',
      'ghp_abcdefghijkl',
    ]) {
      assert.equal(noted({ 'x-request-id': id }, carried), undefined, id);
    }
  });

  it('tells acts apart by their signals', () => {
    const ids = new RequestIds();
    const [one, other] = [new AbortController().signal, new AbortController().signal];
    ids.note(one, { 'x-request-id': '1' }, []);
    ids.note(other, { 'x-request-id': '2' }, []);
    ids.note(one, { 'x-request-id': '3' }, []);
    ids.note(one, {}, []);
    assert.deepEqual([ids.of(one), ids.of(other)], ['3', '2']);
  });
});
