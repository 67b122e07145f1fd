import assert from 'node:assert/strict';
import { RequestIds, type RequestScope } from '../../../../src/core/http/requestIds.ts';
import { Secret } from '../../../../src/core/model/secret.ts';

describe('RequestIds', () => {
  async function noted(
    headers: Record<string, string>,
    carried: readonly Secret[] = [],
  ): Promise<string | undefined> {
    const ids = new RequestIds();
    const scope: RequestScope = {};
    await ids.during(scope, async () => ids.note(headers, carried));
    return scope.requestId;
  }

  it('knows the names services use, and none where there is none', async () => {
    assert.equal(await noted({ 'x-request-id': 'a-1' }), 'a-1');
    assert.equal(await noted({ 'cf-ray': '8f-FRA' }), '8f-FRA');
    assert.equal(await noted({ 'cf-ray': '8f-FRA', 'x-request-id': 'a-1' }), 'a-1');
    assert.equal(await noted({ date: 'today' }), undefined);
  });

  it('keeps no prose, nothing long, and nothing that is or looks like a credential', async () => {
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
      assert.equal(await noted({ 'x-request-id': id }, carried), undefined, id);
    }
  });

  it('tells acts apart that run at once, whatever they wait for', async () => {
    const ids = new RequestIds();
    const act = async (names: readonly string[]) => {
      const scope: RequestScope = {};
      await ids.during(scope, async () => {
        for (const name of names) {
          await new Promise(setImmediate);
          ids.note({ 'x-request-id': name }, []);
        }
        ids.note({}, []);
      });
      return scope.requestId;
    };
    assert.deepEqual(await Promise.all([act(['1', '3']), act(['2'])]), ['3', '2']);
    assert.equal(await act(['4']), '4');
  });

  it('notes nothing that is sent outside of an act', async () => {
    const ids = new RequestIds();
    const scope: RequestScope = {};
    await assert.rejects(
      ids.during(scope, () => Promise.reject(new Error('no'))),
      { message: 'no' },
    );
    ids.note({ 'x-request-id': '1' }, []);
    assert.equal(scope.requestId, undefined);
  });
});
