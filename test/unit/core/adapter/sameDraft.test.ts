import assert from 'node:assert/strict';
import type { Draft } from '../../../../src/core/adapter/contract.ts';
import { isSameDraft } from '../../../../src/core/adapter/sameDraft.ts';
import { Secret } from '../../../../src/core/model/secret.ts';

describe('what was entered', () => {
  const draft = (settings: Draft['settings'], secret?: string): Draft => ({
    settings,
    secrets: secret === undefined ? {} : { token: new Secret(secret) },
  });
  const cases: readonly [string, Draft, Draft, boolean][] = [
    ['the same in another order', draft({ a: '1', b: ['2'] }, 'x'), draft({ b: ['2'], a: '1' }, 'x'), true],
    ['another secret', draft({ a: '1' }, 'x'), draft({ a: '1' }, 'y'), false],
    ['a secret more', draft({ a: '1' }), draft({ a: '1' }, 'y'), false],
    ['another setting', draft({ a: '1' }, 'x'), draft({ a: '2' }, 'x'), false],
    ['a choice more', draft({ a: ['1'] }), draft({ a: ['1', '2'] }), false],
  ];
  for (const [title, one, other, isSame] of cases) {
    it(`is ${isSame ? 'the same' : 'something else'}: ${title}`, () => {
      assert.equal(isSameDraft(one, other), isSame);
      assert.equal(isSameDraft(other, one), isSame);
    });
  }
});
