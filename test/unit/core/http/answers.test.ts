import assert from 'node:assert/strict';
import { refused } from '../../../../src/core/http/answers.ts';
import type { HttpResponse } from '../../../../src/core/http/client.ts';

describe('The error of a refusal', () => {
  it('has its words and its code masked, cut and in one line', () => {
    const response: HttpResponse = {
      status: 400,
      headers: {},
      body: '',
      retryAt: undefined,
      redact: (text) => text.replaceAll('s3cret-value', '••••••••'),
    };
    const said = `no s3cret-value\u202e\n${'x'.repeat(500)}`;
    const { detail, code } = refused(response, { message: said, code: said });
    for (const [text = '', length] of [
      [detail, 300],
      [code, 60],
    ] as const) {
      assert.match(text, /^no •{8} x+…$/);
      assert.equal(text.length, length);
    }
  });
});
