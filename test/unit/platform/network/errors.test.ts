import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { createFetchTransport } from '../../../../src/platform/network/fetchTransport.ts';
import { createUndiciTransport } from '../../../../src/platform/network/undiciTransport.ts';

const limits = { connectMs: 2000, headersMs: 2000, bodyMs: 2000, maxBytes: 1000 };

describe('The error of a request that a library refuses', () => {
  for (const [name, create] of Object.entries({
    'the own stack': () =>
      createUndiciTransport({ connectMs: 2000, authorities: async () => [], proxyFor: () => undefined }),
    'the stack of the host': createFetchTransport,
  })) {
    it(`holds none of what was to be sent, with ${name}`, async () => {
      const transport = create();
      const { signal } = new AbortController();
      const headers = { authorization: 'Bearer private-token\r\nx: y' };
      const url = new URL('http://127.0.0.1:9/');
      const error = await transport
        .send({ method: 'GET', url, headers, limits, signal })
        .then(() => undefined, TokenManagerError.from);
      await transport.close();
      assert(error);
      assert.equal(error.cause, undefined);
      assert(!inspect(error, { showHidden: true, depth: 9 }).includes('private-token'));
    });
  }
});
