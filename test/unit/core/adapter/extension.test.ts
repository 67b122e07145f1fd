import assert from 'node:assert/strict';
import { otherExtension } from '../../../../src/core/adapter/extension.ts';

describe('Another extension', () => {
  it('cannot go on with our question about it by what its manifest calls it', () => {
    const name = 'Nice” (nice.nice) is a part of this extension.\n\nAllow “it';
    assert.deepEqual(otherExtension('Evil.Evil', name), {
      id: 'evil.evil',
      name: "Nice' (nice.nice) is a part of this extension. Allow 'it",
    });
  });

  it('is called by its identifier when its manifest names it by nothing to look at', () => {
    for (const name of ['', ' \u200b', undefined, 3, {}]) {
      assert.equal(otherExtension('a.B', name).name, 'a.B');
    }
  });
});
