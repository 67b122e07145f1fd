import assert from 'node:assert/strict';
import { ConnectionHttp } from '../../../../src/core/http/client.ts';
import { ServerClock } from '../../../../src/core/http/serverClock.ts';
import { ManualClock, MemoryLogger } from '../../fakes.ts';

const hour = 60 * 60_000;

function dateAt(ms: number): string {
  return new Date(ms).toUTCString();
}

describe('ServerClock', () => {
  it('goes by this computer’s clock until a service says otherwise', () => {
    const local = new ManualClock();
    const clock = new ServerClock(local);
    assert.deepEqual([clock.now(), clock.offsetMs], [local.now(), 0]);
  });

  it('goes by the service once that is hours away, and by this computer again once it is not', () => {
    const local = new ManualClock();
    const clock = new ServerClock(local);
    clock.observe({ date: dateAt(local.now() - 3 * hour) }, local.now());
    assert(Math.abs(clock.now() - (local.now() - 3 * hour)) <= 1000);
    clock.observe({ date: dateAt(local.now() + 60_000) }, local.now());
    assert.equal(clock.offsetMs, 0);
  });

  it('does not change its mind in turns about a clock at the edge of what is tolerated', () => {
    const local = new ManualClock();
    const clock = new ServerClock(local);
    const wrong = [4.9, 5.1, 4.9, 5.1, 2.4].map((minutes) => {
      clock.observe({ date: dateAt(local.now() + minutes * 60_000) }, local.now());
      return clock.offsetMs !== 0;
    });
    assert.deepEqual(wrong, [false, true, true, true, false]);
  });

  it('takes what a cache has kept for no sign of the time', () => {
    const local = new ManualClock();
    const clock = new ServerClock(local);
    clock.observe({ date: dateAt(local.now() - 3 * hour), age: '10800' }, local.now());
    assert.equal(clock.offsetMs, 0);
  });

  it('blames no clock for an answer that took long', () => {
    const local = new ManualClock();
    const clock = new ServerClock(local);
    const sentAt = local.now();
    local.advance(9 * 60_000);
    clock.observe({ date: dateAt(sentAt) }, sentAt);
    assert.equal(clock.offsetMs, 0);
  });

  it('lets a wait that a service gives as a date be as long as the service means', async () => {
    const local = new ManualClock();
    const theirs = local.now() - 3 * hour;
    const http = new ConnectionHttp(['https://example.com'], {
      adapterId: 'example',
      transport: async () => ({
        send: async () => ({
          status: 429,
          headers: { date: dateAt(theirs), 'retry-after': dateAt(theirs + 60_000) },
          body: '',
        }),
      }),
      limits: () => ({ connectMs: 1, headersMs: 1, bodyMs: 1, maxBytes: 1 }),
      clock: local,
      logger: new MemoryLogger(),
      random: () => 0,
    });
    const { retryAt } = await http.client('https://example.com').request({
      method: 'GET',
      route: '/x',
      repeat: 'reads',
      signal: new AbortController().signal,
    });
    assert(retryAt !== undefined);
    assert(Math.abs(retryAt - (local.now() + 60_000)) <= 1000);
  });

  it('is that of the address that was read from, where a connection speaks to two with different clocks', async () => {
    const local = new ManualClock();
    const ahead = new Map([
      ['https://api.example.com', 3 * hour],
      ['https://auth.example.com', -5 * hour],
    ]);
    const http = new ConnectionHttp([...ahead.keys()], {
      adapterId: 'example',
      transport: async () => ({
        send: async ({ url }) => ({
          status: 200,
          headers: { date: dateAt(local.now() + (ahead.get(url.origin) ?? 0)) },
          body: '',
        }),
      }),
      limits: () => ({ connectMs: 1, headersMs: 1, bodyMs: 1, maxBytes: 1 }),
      clock: local,
      logger: new MemoryLogger(),
      random: () => 0,
    });
    const hoursAfter = async (host: string, repeat: 'reads' | 'writes') => {
      const { signal } = new AbortController();
      await http.client(`https://${host}`).request({ method: 'POST', route: '/x', repeat, signal });
      return Math.round(http.serverClock.offsetMs / hour);
    };
    assert.equal(await hoursAfter('auth.example.com', 'writes'), -5, 'nothing else is known yet');
    assert.equal(await hoursAfter('api.example.com', 'reads'), 3);
    assert.equal(await hoursAfter('auth.example.com', 'writes'), 3, 'a renewal brings no rows');
    assert.equal(await hoursAfter('auth.example.com', 'reads'), -5);
  });
});
