import assert from 'node:assert/strict';
import { call } from './calling.ts';
import { type CodegenServer, startCodegen } from './codegen.ts';
import { send } from './loopback.ts';
import { startMage } from './mage.ts';
import { startPlanetScale } from './planetscale.ts';
import { startTurnkey } from './turnkey.ts';

describe('every sandbox server', () => {
  let server: CodegenServer;
  const start = Date.UTC(2031, 4, 5, 6, 7, 8);

  beforeEach(async () => {
    server = await startCodegen({ now: () => start });
  });

  afterEach(() => server.stop());

  it('records what arrived and what was answered', async () => {
    await call(`${server.url}/v1/nowhere%2F?a=b&c=d`, {
      method: 'PUT',
      body: 'ünï',
      headers: { 'X-Mark': 'm' },
    });
    const [request] = server.requests;
    assert.equal(request?.method, 'PUT');
    assert.equal(request?.path, '/v1/nowhere%2F');
    assert.deepEqual(
      [...(request?.query ?? [])],
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    );
    assert.equal(request?.headers['x-mark'], 'm');
    assert.equal(request?.body, 'ünï');
    assert.equal(request?.status, 404);
    assert.equal(request?.origin, server.url);
  });

  it('dates its answers by its own clock and listens on loopback only', async () => {
    const { headers } = await call(`${server.url}/v1/users/me`);
    assert.equal(headers.get('date'), new Date(start).toUTCString());
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('lets a test answer, delay, change or lose an answer, until the interceptor is removed', async () => {
    const url = `${server.url}/v1/users/me`;
    const busy = server.intercept(({ response }) => {
      response.writeHead(503).end();
      return true;
    });
    assert.equal((await call(url)).status, 503);
    assert.equal(server.requests.at(-1)?.status, 503);
    busy();
    const lost = server.intercept(({ answer, response }) => {
      answer();
      response.socket?.resetAndDestroy();
      return true;
    });
    await assert.rejects(call(url));
    assert.equal(server.requests.at(-1)?.status, undefined);
    lost();
    const changed = server.intercept(({ answer, response }) => {
      send(response, { ...answer(), status: 299 });
      return true;
    });
    assert.equal((await call(url)).status, 299);
    changed();
    server.intercept(async () => {
      await new Promise(setImmediate);
      return false;
    });
    assert.equal((await call(url)).status, 401);
  });

  it('cannot be reached once stopped', async () => {
    await server.stop();
    await assert.rejects(call(server.url));
  });

  it('takes a given port', async () => {
    const { port } = new URL(server.url);
    await server.stop();
    server = await startCodegen({ port: Number(port) });
    assert.equal(new URL(server.url).port, port);
  });

  it('starts with hostile names where asked', async () => {
    const servers = await Promise.all([
      startMage({ hostile: true }),
      startPlanetScale({ hostile: true }),
      startTurnkey({ hostile: true }),
      startCodegen({ hostile: true }),
    ]);
    for (const { state, stop } of servers) {
      assert.match(JSON.stringify(state), /onerror/);
      await stop();
    }
  });
});
