import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import {
  ConnectionHttp,
  checkedBaseUrl,
  type HttpRequest,
  requestUrl,
} from '../../../../src/core/http/client.ts';
import { retryAfter } from '../../../../src/core/http/retryAfter.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import type { TransportRequest, TransportResponse } from '../../../../src/core/ports.ts';
import { MemoryLogger, SkippingClock } from '../../fakes.ts';

const limits = { connectMs: 1000, headersMs: 1000, bodyMs: 1000, maxBytes: 1000 };
const base = 'https://api.example.com/v1';

type Answer = Partial<TransportResponse> | Error;

function setUp(answers: readonly Answer[]) {
  const clock = new SkippingClock();
  const logger = new MemoryLogger();
  const sent: TransportRequest[] = [];
  const http = new ConnectionHttp([base], {
    adapterId: 'example',
    clock,
    logger,
    limits: () => limits,
    random: () => 0.5,
    transport: async () => ({
      send: async (request) => {
        const answer = answers[sent.length] ?? { status: 200 };
        sent.push(request);
        if (answer instanceof Error) {
          throw answer;
        }
        return { status: 200, headers: {}, body: '{}', ...answer };
      },
    }),
  });
  const request = (change: Partial<HttpRequest> = {}) =>
    http.client(base).request({
      method: 'GET',
      route: '/things/{thing}',
      params: { thing: 'a' },
      repeat: 'reads',
      signal: new AbortController().signal,
      ...change,
    });
  return { clock, logger, sent, http, request };
}

function kind(expected: string, code?: string) {
  return (error: unknown) =>
    error instanceof TokenManagerError &&
    error.kind === expected &&
    (code === undefined || error.code === code);
}

describe('ConnectionHttp', () => {
  it('refuses a client for an origin the connection was not made for', () => {
    const { http } = setUp([]);
    assert.throws(() => http.client('https://evil.example.com/v1'), kind('configuration'));
  });

  it('logs method, route template, status and time, and no value of the request', async () => {
    const { logger, request } = setUp([{ status: 200 }]);
    await request({
      params: { thing: 'private-name' },
      query: { q: 'private-query' },
      headers: { authorization: new Secret('private-token') },
    });
    assert.deepEqual(
      logger.lines.map(({ message }) => message),
      ['example GET /things/{thing} 200 0 ms'],
    );
  });

  it('sends no credential that a header cannot hold, and does not say it', async () => {
    for (const end of ['\n', '\r\nx: y', '\u0000', 'ā']) {
      const { logger, request, sent } = setUp([]);
      const error = await request({
        headers: { authorization: new Secret(`private-token${end}`) },
      }).catch(TokenManagerError.from);
      assert(error instanceof TokenManagerError);
      assert.deepEqual(
        [error.kind, error.code, error.nothingSent, error.cause],
        ['configuration', 'unusable-credential', true, undefined],
      );
      assert(!inspect([error, logger.lines]).includes('private-token'));
      assert.equal(sent.length, 0);
    }
  });

  it('logs one line without the credential, whatever a route holds', async () => {
    const { logger, request } = setUp([{ status: 200 }]);
    await request({
      route: '/x?token=s3cret-value\n2026-01-01 [info] made up\u202e',
      headers: { authorization: new Secret('s3cret-value').map((text) => `Bearer ${text}`) },
    });
    assert.deepEqual(
      logger.lines.map(({ message }) => message),
      ['example GET /x?token=•••••••• 2026-01-01 [info] made up 200 0 ms'],
    );
  });

  it('repeats a read after a lost connection and after a busy answer, at most three times', async () => {
    const { sent, request } = setUp([
      new TokenManagerError('network'),
      { status: 503 },
      { status: 502 },
      { status: 504 },
    ]);
    assert.equal((await request()).status, 504);
    assert.equal(sent.length, 4);
  });

  it('never repeats a write', async () => {
    const busy = setUp([{ status: 503 }]);
    assert.equal((await busy.request({ method: 'DELETE', repeat: 'writes' })).status, 503);
    assert.equal(busy.sent.length, 1);

    const lost = setUp([new TokenManagerError('network')]);
    await assert.rejects(lost.request({ method: 'DELETE', repeat: 'writes' }), kind('network'));
    assert.equal(lost.sent.length, 1);
  });

  it('repeats an identical write with the very same body', async () => {
    const { sent, request } = setUp([new TokenManagerError('network')]);
    await request({
      method: 'POST',
      repeat: 'identical',
      body: { type: 'application/json', content: '{"at":1}' },
    });
    assert.deepEqual(
      sent.map(({ body }) => body),
      ['{"at":1}', '{"at":1}'],
    );
  });

  it('says that nothing was sent when that is certain, and only then', async () => {
    const unsent = new TokenManagerError('network', '', { code: 'ECONNREFUSED', nothingSent: true });
    const lost = new TokenManagerError('network', '', { code: 'ECONNRESET' });
    const outcome = async (answers: readonly Answer[], change: Partial<HttpRequest>) => {
      const { request } = setUp(answers);
      const error = await request(change).then(() => undefined, TokenManagerError.from);
      assert(error);
      return [error.kind, error.code, error.nothingSent];
    };
    const write = { method: 'POST', repeat: 'writes' } as const;
    assert.deepEqual(await outcome([unsent], write), ['network', 'ECONNREFUSED', true]);
    assert.deepEqual(await outcome([lost], write), ['network', 'ECONNRESET', false]);
    assert.deepEqual(await outcome([unsent, unsent, unsent, unsent], {}), ['network', 'ECONNREFUSED', true]);
    // One of the repeats may have arrived, whatever the last one came to.
    assert.deepEqual(await outcome([lost, unsent, unsent, unsent], {}), ['network', 'ECONNREFUSED', false]);
    assert.deepEqual(await outcome([{ status: 503 }, unsent, unsent, unsent], {}), [
      'network',
      'ECONNREFUSED',
      false,
    ]);
    assert.deepEqual(await outcome([], { ...write, params: { thing: '..' } }), [
      'configuration',
      'unusable-identifier',
      true,
    ]);
    assert.deepEqual(await outcome([], { ...write, signal: AbortSignal.abort() }), [
      'cancelled',
      undefined,
      true,
    ]);
  });

  it('says that nothing was sent when it only kept to a wait that the server had asked for', async () => {
    const { request } = setUp([{ status: 429, headers: { 'retry-after': '120' } }]);
    await request({ method: 'POST', repeat: 'writes' });
    await assert.rejects(
      request({ method: 'POST', repeat: 'writes' }),
      (error) => error instanceof TokenManagerError && error.kind === 'rateLimited' && error.nothingSent,
    );
  });

  it('waits as long as a busy server asked, when that is short', async () => {
    const { clock, request } = setUp([{ status: 429, headers: { 'retry-after': '2' } }]);
    assert.equal((await request()).status, 200);
    assert(clock.sleeps[0] !== undefined && clock.sleeps[0] >= 2000);
  });

  it('sends nothing more before a long wait is over, however often it is asked', async () => {
    const { clock, sent, request } = setUp([{ status: 429, headers: { 'retry-after': '120' } }]);
    const answer = await request();
    assert.equal(answer.retryAt, clock.now() + 120_000);
    await assert.rejects(request(), kind('rateLimited'));
    await assert.rejects(request(), kind('rateLimited'));
    assert.equal(sent.length, 1);
    clock.advance(120_000);
    await request();
    assert.equal(sent.length, 2);
  });

  it('keeps a wait that a 503 asked for, and names the trouble rather than the number of requests', async () => {
    const { clock, sent, request } = setUp([{ status: 503, headers: { 'retry-after': '120' } }]);
    const retryAt = clock.now() + 120_000;
    assert.equal((await request()).retryAt, retryAt);
    await assert.rejects(request(), { kind: 'server', status: 503, retryAt });
    assert.equal(sent.length, 1);
  });

  it('lets writes go while reads have to wait, and each origin wait for itself', async () => {
    const { http, clock, sent, request } = setUp([
      { status: 429, headers: { 'retry-after': '86400' } },
      { status: 204 },
      { status: 429, headers: { 'retry-after': '86400' } },
    ]);
    const retryAt = clock.now() + 86_400_000;
    const revoke = { method: 'DELETE', repeat: 'writes' } as const;
    await request();
    assert.equal((await request(revoke)).status, 204);
    await request(revoke);
    await assert.rejects(request(revoke), { kind: 'rateLimited', retryAt, nothingSent: true });
    http.allow('https://other.example.com');
    await http
      .client('https://other.example.com')
      .request({ method: 'GET', route: '/', repeat: 'reads', signal: new AbortController().signal });
    assert.equal(sent.length, 4);
    // However long a service wants to be left alone, a minute later a write may be tried, and then a read.
    clock.advance(60_001);
    await request(revoke);
    await assert.rejects(request(), { kind: 'rateLimited', retryAt });
    clock.advance(10 * 60_000);
    await request();
    assert.equal(sent.length, 6);
  });

  it('takes for a wait what a service may write for one, and nothing else', () => {
    const now = Date.UTC(2026, 1, 18, 12, 0, 0);
    const waits: Readonly<Record<string, number | undefined>> = {
      '120': 120,
      ' 120 ': 120,
      '1.5': 2,
      '299.997': 300,
      '0': undefined,
      '-5': undefined,
      '120;': undefined,
      '+5': undefined,
      '1e3': undefined,
      '0x10': undefined,
      '': undefined,
      soon: undefined,
      '2026-02-18': undefined,
      '99999999': 86_400,
      [String(now / 1000 + 90)]: 90,
      [String(now / 1000 - 90)]: undefined,
      'Wed, 18 Feb 2026 12:02:00 GMT': 120,
      'Wednesday, 18-Feb-26 12:02:00 GMT': 120,
      'Wed Feb 18 12:02:00 2026': 120,
      'Wed, 18 Feb 2026 11:58:00 GMT': undefined,
    };
    for (const [header, seconds] of Object.entries(waits)) {
      const at = seconds === undefined ? undefined : now + seconds * 1000;
      assert.equal(retryAfter(header, now), at, header);
    }
  });

  it('follows no redirect away from the base path with a credential', async () => {
    const carrying = { headers: { authorization: new Secret('s3cret') } };
    for (const location of ['/v2/things/a', '/v1x/things', '/', '/v1/../v2', '/v1/%2e%2e/v2']) {
      const { sent, request } = setUp([{ status: 302, headers: { location } }]);
      await assert.rejects(request(carrying), kind('configuration', 'redirect'), location);
      assert.equal(sent.length, 1);
    }
    const { sent, request } = setUp([{ status: 302, headers: { location: '/v1/others/b' } }]);
    await request(carrying);
    assert.equal(sent[1]?.url.href, 'https://api.example.com/v1/others/b');
  });

  it('sits out a short wait before a read, but tells a writer when it ends', async () => {
    const { clock, sent, request } = setUp([{ status: 429, headers: { 'retry-after': '5' } }]);
    const retryAt = clock.now() + 5000;
    await request({ repeat: 'writes' });
    await assert.rejects(request({ repeat: 'writes' }), { kind: 'rateLimited', retryAt });
    assert.equal(sent.length, 1);
    assert.equal((await request()).status, 200);
    assert(clock.now() >= retryAt);
  });

  it('calls a 407 a matter of the proxy, whoever passed it on', async () => {
    const { sent, request } = setUp([{ status: 407 }]);
    await assert.rejects(request(), kind('proxy', 'proxy-authentication'));
    assert.equal(sent.length, 1);
  });

  it('does not wait for a refusal that will not get better', async () => {
    const { clock, sent, request } = setUp([{ status: 429, headers: { 'retry-after': '1' } }]);
    assert.equal((await request({ isFinal: () => true })).status, 429);
    assert.equal(sent.length, 1);
    assert.deepEqual(clock.sleeps, []);
  });

  it('refuses a redirect to another origin and sends nothing there', async () => {
    const { sent, request } = setUp([{ status: 302, headers: { location: 'https://evil.example.com/' } }]);
    await assert.rejects(
      request({ headers: { authorization: new Secret('s') } }),
      kind('configuration', 'redirect'),
    );
    assert.equal(sent.length, 1);
  });

  it('refuses a redirect from https to http', async () => {
    const { request } = setUp([{ status: 301, headers: { location: 'http://api.example.com/v1/things/a' } }]);
    await assert.rejects(request(), kind('configuration', 'redirect'));
  });

  it('follows a redirect of a plain read within the origin, but not of a write', async () => {
    const read = setUp([{ status: 302, headers: { location: '/v2/things/a' } }]);
    await read.request();
    assert.equal(read.sent[1]?.url.href, 'https://api.example.com/v2/things/a');

    const write = setUp([{ status: 307, headers: { location: '/v2/things/a' } }]);
    await assert.rejects(
      write.request({ method: 'POST', repeat: 'writes' }),
      kind('configuration', 'redirect'),
    );
    assert.equal(write.sent.length, 1);
  });

  it('gives up on a server that redirects for ever', async () => {
    const loop = { status: 302, headers: { location: '/again' } };
    const { sent, request } = setUp([loop, loop, loop, loop, loop, loop]);
    await assert.rejects(request(), kind('configuration', 'redirect'));
    assert.equal(sent.length, 4);
  });

  it('has at most eight requests on the way', async () => {
    let running = 0;
    let most = 0;
    const releases: (() => void)[] = [];
    const http = new ConnectionHttp([base], {
      adapterId: 'example',
      clock: new SkippingClock(),
      logger: new MemoryLogger(),
      limits: () => limits,
      random: () => 0,
      transport: async () => ({
        send: async () => {
          running++;
          most = Math.max(most, running);
          await new Promise<void>((resolve) => releases.push(resolve));
          running--;
          return { status: 200, headers: {}, body: '' };
        },
      }),
    });
    const signal = new AbortController().signal;
    const all = Array.from({ length: 20 }, () =>
      http.client(base).request({ method: 'GET', route: '/x', repeat: 'reads', signal }),
    );
    let done = false;
    const finished = Promise.all(all).then(() => {
      done = true;
    });
    while (!done) {
      releases.shift()?.();
      await new Promise(setImmediate);
    }
    await finished;
    assert.equal(most, 8);
  });

  it('stops waiting for its turn when it is cancelled', async () => {
    const { request } = setUp([]);
    await assert.rejects(request({ signal: AbortSignal.abort() }), kind('cancelled'));
  });

  it('masks what the request carried in the server’s words', async () => {
    const { request } = setUp([]);
    const token = new Secret('very-secret-value');
    const answer = await request({ headers: { authorization: token.map((value) => `Bearer ${value}`) } });
    assert.equal(answer.redact('bad token very-secret-value'), 'bad token ••••••••');
  });
});

describe('checkedBaseUrl', () => {
  it('accepts https anywhere and http on loopback', () => {
    for (const url of [
      'https://api.example.com',
      'http://localhost:6789',
      'http://127.0.0.1:1/x',
      'http://[::1]:1',
    ]) {
      assert.doesNotThrow(() => checkedBaseUrl(url), url);
    }
  });

  it('names what is wrong with other addresses', () => {
    const cases = {
      'http://example.com': 'plain-http',
      'http://127.0.0.1.example.com': 'plain-http',
      'http://localhost.example.com': 'plain-http',
      'ftp://example.com': 'not-a-url',
      'api.example.com': 'not-a-url',
      'https://me:pw@example.com': 'credentials-in-url',
      'https://example.com/?q=1': 'query-in-url',
      'https://example.com/#x': 'query-in-url',
    };
    for (const [url, code] of Object.entries(cases)) {
      assert.throws(() => checkedBaseUrl(url), kind('configuration', code), url);
    }
  });
});

describe('requestUrl', () => {
  const root = new URL('https://example.com/prefix/');

  it('keeps the base path and puts each value into exactly one segment', () => {
    const url = requestUrl(root, {
      route: '/a/{one}/b/{two}',
      params: { one: 'x/../y?z#w%', two: 'ünï cødé' },
      query: { q: 'a&b', none: undefined },
    });
    assert.equal(
      url.href,
      'https://example.com/prefix/a/x%2F..%2Fy%3Fz%23w%25/b/%C3%BCn%C3%AF%20c%C3%B8d%C3%A9?q=a%26b',
    );
  });

  it('refuses segments that would reach another object', () => {
    for (const value of ['.', '..', '', '\ud800']) {
      assert.throws(
        () => requestUrl(root, { route: '/a/{one}', params: { one: value } }),
        kind('configuration', 'unusable-identifier'),
      );
    }
    assert.throws(() => requestUrl(root, { route: '/a/{missing}' }), kind('configuration'));
    assert.throws(
      () => requestUrl(root, { route: '/a', query: { q: '\ud800' } }),
      kind('configuration', 'unusable-identifier'),
    );
  });
});

describe('retryAfter', () => {
  const now = Date.UTC(2026, 0, 1);

  it('reads seconds and dates, and nothing else', () => {
    assert.equal(retryAfter('7', now), now + 7000);
    assert.equal(retryAfter('Thu, 01 Jan 2026 00:01:00 GMT', now), now + 60_000);
    assert.equal(retryAfter('soon', now), undefined);
    assert.equal(retryAfter(undefined, now), undefined);
  });

  it('takes a date by the server’s clock where the answer tells it', () => {
    const date = 'Thu, 01 Jan 2026 05:01:00 GMT';
    assert.equal(retryAfter(date, now, 'Thu, 01 Jan 2026 05:00:00 GMT'), now + 60_000);
    assert.equal(retryAfter(date, now, 'not a date'), now + 5 * 3_600_000 + 60_000);
  });

  it('never lasts longer than a day', () => {
    const day = 24 * 60 * 60_000;
    assert.equal(retryAfter('99999999999999999999', now), now + day);
    assert.equal(retryAfter('Fri, 01 Jan 2100 00:00:00 GMT', now), now + day);
  });
});
