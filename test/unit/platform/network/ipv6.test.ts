import assert from 'node:assert/strict';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { createUndiciTransport } from '../../../../src/platform/network/undiciTransport.ts';
import { startProxy } from '../../../servers/proxy.ts';

const limits = { connectMs: 2000, headersMs: 2000, bodyMs: 2000, maxBytes: 1000 };

describe('An IPv6 address', () => {
  for (const [url, authority] of [
    ['https://[2001:db8::1]/x', '[2001:db8::1]:443'],
    ['http://[2001:db8::1]:8080/x', '[2001:db8::1]:8080'],
    ['http://[::1]:34567/x', '[::1]:34567'],
  ] as const) {
    it(`is asked for by its name in brackets, at the settings and at a proxy: ${url}`, async () => {
      const proxy = await startProxy({ refusal: 403 });
      const asked: string[] = [];
      const transport = createUndiciTransport({
        connectMs: 2000,
        authorities: async () => [],
        proxyFor: (target) => {
          asked.push(target.hostname);
          return { url: new URL(proxy.origin), authorization: undefined, checksCertificate: true };
        },
      });
      const { signal } = new AbortController();
      const error = await transport
        .send({ method: 'GET', url: new URL(url), headers: {}, limits, signal })
        .then(() => undefined, TokenManagerError.from);
      await transport.close();
      await proxy.stop();
      assert.deepEqual([error?.kind, error?.code], ['proxy', 'proxy-refused']);
      assert.deepEqual(asked, [new URL(url).hostname]);
      assert.deepEqual(
        proxy.attempts.map(({ target }) => target),
        [authority],
      );
    });
  }
});
