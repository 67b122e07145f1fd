import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { type Answer, at, call, form, list } from './calling.ts';
import { type MageOptions, type MageServer, startMage } from './mage.ts';

describe('the Mage sandbox', () => {
  let server: MageServer;

  beforeEach(async () => {
    server = await startMage();
  });

  afterEach(() => server.stop());

  async function restart(options: MageOptions): Promise<void> {
    await server.stop();
    server = await startMage(options);
  }

  function keys(token?: string): Record<string, string> {
    return { 'X-API-KEY': server.credentials.apiKey, ...(token !== undefined && { 'OAUTH-TOKEN': token }) };
  }

  function get(path: string, headers = keys(server.credentials.token)): Promise<Answer> {
    return call(`${server.url}/api/${path}`, { headers });
  }

  function write(method: string, path: string, body: unknown, headers = keys(server.credentials.token)) {
    const type = { 'Content-Type': 'application/json' };
    return call(`${server.url}/api/${path}`, {
      method,
      headers: { ...headers, ...type },
      body: JSON.stringify(body),
    });
  }

  it('answers 401 for a wrong key or token while the body says 200', async () => {
    const ended = 'JS3Umh826UoZzbuGQUsj36PSBwruVCzQYlRFf3KmJWA';
    const cases: readonly [Record<string, string>, string][] = [
      [{}, 'invalid_api_key'],
      [{ 'X-API-KEY': 'another', 'OAUTH-TOKEN': server.credentials.token }, 'invalid_api_key'],
      [keys('made-up'), 'invalid_oauth_token'],
      [keys(server.credentials.jwt), 'invalid_oauth_token'],
      [keys(ended), 'expired_oauth_token'],
      [{ ...keys(ended), Authorization: `Bearer ${server.credentials.token}` }, 'expired_oauth_token'],
    ];
    for (const [headers, type] of cases) {
      const { status, body } = await get('oauth_access_tokens', headers);
      assert.deepEqual([status, at(body, 'error', 'type'), at(body, 'status')], [401, type, 200]);
    }
  });

  it('takes the raw token as Bearer, and the key from the query', async () => {
    const path = `oauth_access_tokens?api_key=${server.credentials.apiKey}`;
    const { body } = await get(path, { Authorization: `Bearer ${server.credentials.token}` });
    assert.equal(list(body, 'oauth_access_tokens').length, 40);
  });

  it('hides errors in HTTP 200 unless asked for real codes', async () => {
    const hidden = await get('oauth_access_tokens', keys());
    const real = await get('oauth_access_tokens?_http_error_codes=1', keys());
    assert.deepEqual([hidden.status, at(hidden.body, 'error', 'code')], [200, 403]);
    assert.deepEqual([real.status, at(real.body, 'status')], [403, 403]);
    assert.equal(at(real.body, 'error', 'type'), 'unauthorized_access');
  });

  it('pages the caller’s tokens, newest expiry first', async () => {
    const first = await get('oauth_access_tokens');
    const second = await get('oauth_access_tokens?_offset=40&_limit=40');
    const rows = [...list(first.body, 'oauth_access_tokens'), ...list(second.body, 'oauth_access_tokens')];
    const expiries = rows.map((row) => String(at(row, 'expires')));
    assert.deepEqual(
      [at(first.body, 'metadata', 'next'), at(second.body, 'metadata', 'next')],
      [true, false],
    );
    assert.equal(at(first.body, 'metadata', 'count'), rows.length);
    assert.deepEqual(expiries, [...expiries].sort().reverse());
    assert.deepEqual(new Set(rows.map((row) => at(row, 'user_id'))), new Set([2]));
    assert.ok(rows.some((row) => at(row, 'token') === server.credentials.token));
  });

  it('shows expired tokens for any show_all but false, the documented seven among them', async () => {
    const active = at((await get('oauth_access_tokens?_limit=100')).body, 'metadata', 'count');
    for (const value of ['1', '0', 'true']) {
      const { body } = await get(`oauth_access_tokens?_limit=100&show_all=${value}`);
      const [oldest] = list(body, 'oauth_access_tokens').slice(-1);
      assert.equal(at(oldest, 'expires'), '2023-08-01 01:24:36.096940+00:00');
      assert.ok(Number(at(body, 'metadata', 'count')) > Number(active) + 7);
    }
    const { body } = await get('oauth_access_tokens?_limit=100&show_all=false');
    assert.equal(at(body, 'metadata', 'count'), active);
  });

  it('writes dates without an offset on SQLite, and without a fraction when there is none', async () => {
    await restart({ sqlite: true });
    const { body } = await get('oauth_access_tokens?_limit=100');
    const dates = list(body, 'oauth_access_tokens').map((row) => String(at(row, 'expires')));
    assert.ok(dates.every((date) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?$/.test(date)));
    assert.ok(dates.some((date) => !date.includes('.')));
  });

  it('refuses query keys it does not know, and DELETE', async () => {
    const unknown = await get('oauth_access_tokens?nocache=1');
    assert.equal(at(unknown.body, 'error', 'code'), 403);
    const doomed = await write('DELETE', 'oauth_access_tokens/1', {});
    assert.equal(
      at(doomed.body, 'error', 'message'),
      'The delete action is disabled for oauth_access_tokens.',
    );
  });

  it('signs in with a password and hands out a JWT around the raw token', async () => {
    const { email, password } = server.credentials;
    const { body } = await write('POST', 'sessions', { session: { email, password } }, keys());
    const [, payload = ''] = String(at(body, 'session', 'token')).split('.');
    const token = at(JSON.parse(Buffer.from(payload, 'base64url').toString()), 'token');
    assert.equal((await get('oauth_access_tokens', keys(String(token)))).status, 200);
    const wrong = await write('POST', 'sessions', { session: { email, password: 'no' } }, keys());
    assert.deepEqual([wrong.status, at(wrong.body, 'error', 'type')], [200, 'record_not_found']);
    const asForm = await call(`${server.url}/api/sessions`, {
      ...form({ email, password }),
      headers: keys(),
    });
    assert.equal(at(asForm.body, 'error', 'type'), 'record_not_found');
  });

  it('ends the session that signs PUT /api/sessions, whatever the path says', async () => {
    const { token } = server.credentials;
    const { body } = await write('PUT', 'sessions/anything', { session: {} });
    assert.ok(at(body, 'session', 'expires'));
    const again = await write('PUT', 'sessions/0', { session: {} });
    assert.deepEqual([again.status, at(again.body, 'error', 'type')], [401, 'expired_oauth_token']);
    assert.ok((server.state.tokens.find((row) => row.token === token)?.expires ?? Infinity) <= Date.now());
  });

  it('lists provider tokens among the others but does not take them as sessions', async () => {
    const gitlab = server.state.tokens.find(({ application }) => application === 'gitlab')?.token ?? '';
    const { text } = await get('oauth_access_tokens?_limit=100');
    assert.ok(text.includes(gitlab));
    const { status, body } = await write('PUT', 'sessions/0', { session: {} }, keys(gitlab));
    assert.deepEqual([status, at(body, 'error', 'type')], [401, 'invalid_oauth_token']);
  });

  it('changes its state when the provider list is read', async () => {
    const of = (name: string) => server.state.tokens.filter(({ application }) => application === name);
    const [before] = of('bitbucket');
    const { body } = await get('oauths?type=git&redirect_uri=http%3A%2F%2Flocalhost');
    const rows = list(body, 'oauths');
    assert.deepEqual(
      rows.map((row) => [at(row, 'provider'), at(row, 'authenticated')]),
      [
        ['azure_devops', null],
        ['bitbucket', true],
        ['gitlab', true],
      ],
    );
    assert.notEqual(of('bitbucket')[0]?.token, before?.token);
    assert.equal(of('bitbucket').length, 1);
    assert.equal(of('azure_devops').length, 0);
  });

  it('resets a provider, and lists github only while it is authenticated', async () => {
    const query = 'redirect_uri=http%3A%2F%2Flocalhost';
    const names = async () =>
      list((await get(`oauths?${query}`)).body, 'oauths').map((row) => at(row, 'provider'));
    assert.ok((await names()).includes('github'));
    const reset = { oauth: { action_type: 'reset' } };
    assert.equal(at((await write('PUT', `oauths/github?${query}`, reset)).body, 'error', 'code'), 403);
    assert.equal((await write('PUT', 'oauths/github', reset)).status, 200);
    assert.ok(!(await names()).includes('github'));
    const { body } = await get(`oauths/github?${query}`);
    assert.match(String(at(body, 'oauth', 'url')), /^https:/);
    assert.equal(at((await get('oauths/github')).body, 'error', 'code'), 500);
    assert.equal(at((await get(`oauths/nobody?${query}`)).body, 'error', 'type'), 'record_invalid');
  });

  it('tells a user about itself only', async () => {
    const { body, text } = await get('users/2?_format=list');
    assert.equal(at(body, 'user', 'username'), 'shopfront-dev');
    assert.equal(at((await get('users/1?_format=list')).body, 'error', 'code'), 403);
    assert.ok(!text.includes(server.credentials.password));
    assert.ok(!text.includes(server.credentials.jwt));
  });

  it('crashes over the details of a user, or puts the token that asked into them', async () => {
    const crashed = await get('users/2');
    assert.equal(crashed.status, 200);
    assert.match(String(at(crashed.body, 'error', 'message')), /^Traceback/);
    await restart({ sqlAlchemy14: true });
    assert.equal(at((await get('users/2')).body, 'user', 'token'), server.credentials.jwt);
  });

  it('crashes over a resource that it does not have, and shows its application for a page', async () => {
    const { body } = await get('api/status');
    assert.equal(at(body, 'error', 'code'), 500);
    const page = await call(`${server.url}/pipelines/daily/api/status`);
    assert.match(page.text, /^<!DOCTYPE html>/);
  });

  it('crashes over a provider that it has neither a client nor a live token for', async () => {
    const { body } = await get('oauths/ghe?redirect_uri=http%3A%2F%2Flocalhost');
    assert.equal(at(body, 'error', 'code'), 500);
    const reset = await write('PUT', 'oauths/ghe', { oauth: { action_type: 'reset' } });
    assert.equal(at(reset.body, 'error', 'code'), 500);
  });

  it('lets a user who is no owner do nothing where permissions are required', async () => {
    await restart({ requireUserPermissions: true });
    for (const path of ['oauth_access_tokens', 'oauths?redirect_uri=x', 'users/2?_format=list']) {
      assert.equal(at((await get(path)).body, 'error', 'code'), 403, path);
    }
    const ended = await write('PUT', 'sessions/0', { session: {} });
    assert.equal(at(ended.body, 'error', 'code'), 403);
  });

  it('has no maximum of rows', async () => {
    const { body } = await get('oauth_access_tokens?_limit=5000&show_all=1');
    assert.equal(list(body, 'oauth_access_tokens').length, at(body, 'metadata', 'count'));
  });

  it('moves below a base path and stays out of the rest', async () => {
    await restart({ basePath: '/team/mage/' });
    assert.match(server.url, /\/team\/mage$/);
    assert.equal((await get('status', {})).status, 200);
    assert.equal((await call(`${new URL(server.url).origin}/api/status`)).status, 404);
  });

  it('requires no sign-in when told so, and then crashes on the token list', async () => {
    await restart({ requireUserAuthentication: false });
    const { body } = await get('status', {});
    assert.equal(at(body, 'statuses', 0, 'require_user_authentication'), false);
    const crashed = await get('oauth_access_tokens', {});
    assert.deepEqual([crashed.status, at(crashed.body, 'error', 'code')], [200, 500]);
    assert.equal((await get('oauths?redirect_uri=x', {})).status, 200);
  });

  it('refuses path traversal in plain text', async () => {
    const { port } = new URL(server.url);
    const outcome = await new Promise<[number | undefined, string]>((resolve, reject) => {
      httpRequest({ host: '127.0.0.1', port, path: '/api/oauths/..%2Fusers' }, async (response) =>
        resolve([response.statusCode, await textOf(response)]),
      )
        .on('error', reject)
        .end();
    });
    assert.deepEqual(outcome, [400, 'Error: Invalid path (path traversal detected)']);
    assert.equal((await get('oauths?redirect_uri=..%2Fx')).status, 400);
  });
});
