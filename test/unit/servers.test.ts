import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { type CodegenServer, startCodegen } from '../servers/codegen.ts';
import { day, hostileIds, isRecord, send } from '../servers/loopback.ts';
import { type MageOptions, type MageServer, startMage } from '../servers/mage.ts';
import { type PlanetScaleServer, startPlanetScale } from '../servers/planetscale.ts';
import { startTurnkey } from '../servers/turnkey.ts';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON, `undefined` when it is none. */
  readonly body: unknown;
}

async function call(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What lies at a path of keys and indices. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (Array.isArray(inner)) {
      return inner.at(Number(key));
    }
    return isRecord(inner) ? inner[key] : undefined;
  }, value);
}

function list(value: unknown, ...path: readonly (string | number)[]): unknown[] {
  const found = at(value, ...path);
  assert.ok(Array.isArray(found), `no list at ${path.join('.')}`);
  return found;
}

function form(fields: Record<string, string>): RequestInit {
  return { method: 'POST', body: new URLSearchParams(fields) };
}

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

describe('the Codegen sandbox', () => {
  let server: CodegenServer;

  beforeEach(async () => {
    server = await startCodegen();
  });

  afterEach(() => server.stop());

  function get(path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = { Authorization: `Bearer ${server.credentials.token}` };
    return call(`${server.url}/v1/${path}`, { headers, ...init });
  }

  function revoke(query: string): Promise<Answer> {
    return get(`oauth/tokens/revoke?${query}`, { method: 'POST' });
  }

  it('wants its token as Bearer', async () => {
    for (const headers of [{}, { Authorization: server.credentials.token }, { Authorization: 'Bearer no' }]) {
      const { status, body } = await get('users/me', { headers });
      assert.equal(status, 401);
      assert.equal(typeof at(body, 'detail'), 'string');
    }
    assert.equal((await get('users/me')).status, 200);
  });

  it('answers FastAPI’s 422 for what is missing or of the wrong type', async () => {
    const missing = await get('oauth/tokens/status');
    assert.equal(missing.status, 422);
    assert.deepEqual(at(missing.body, 'detail', 0, 'loc'), ['query', 'org_id']);
    assert.equal(at(missing.body, 'detail', 0, 'msg'), 'Field required');
    const ill = await get('oauth/tokens/status?org_id=abc');
    assert.equal(at(ill.body, 'detail', 0, 'type'), 'int_parsing');
    assert.equal((await get('organizations?limit=101')).status, 422);
    assert.equal((await get('organizations?skip=-1')).status, 422);
  });

  it('takes revocation from the query only', async () => {
    const { organizationId } = server.credentials;
    const inBody = await get('oauth/tokens/revoke', {
      method: 'POST',
      headers: { Authorization: `Bearer ${server.credentials.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ provider: 'linear', org_id: organizationId }),
    });
    assert.equal(inBody.status, 422);
    assert.equal(list(inBody.body, 'detail').length, 2);
    assert.equal((await get(`oauth/tokens/revoke?provider=linear&org_id=${organizationId}`)).status, 405);
  });

  it('revokes all tokens of a provider in that organisation and in no other', async () => {
    const { organizationId } = server.credentials;
    assert.equal((await revoke(`provider=github&org_id=${organizationId}`)).status, 200);
    const here = await get(`oauth/tokens/status?org_id=${organizationId}`);
    const there = await get('oauth/tokens/status?org_id=4388');
    assert.equal(list(here.body).includes('github'), false);
    assert.equal(list(there.body).includes('github'), true);
    await revoke(`provider=linear&org_id=${organizationId}`);
    const linear = server.state.organizations[0]?.tokens.filter(({ provider }) => provider === 'linear');
    assert.deepEqual(
      linear?.map(({ active }) => active),
      [false, false],
    );
  });

  it('has several bodies for one status', async () => {
    const status = () => get('oauth/tokens/status?org_id=4388');
    assert.deepEqual((await status()).body, ['github', 'notion']);
    server.state.statusBody = 'objects';
    assert.deepEqual(at((await status()).body, 0), { provider: 'github', active: true });
    server.state.statusBody = 'wrapped';
    assert.deepEqual((await status()).body, { providers: ['github', 'notion'] });
    server.state.statusBody = () => null;
    assert.equal((await status()).text, 'null');
  });

  it('pages organisations by skip and limit, and keeps strangers out', async () => {
    const { body } = await get('organizations?skip=2&limit=2');
    assert.deepEqual(
      [at(body, 'total'), at(body, 'page'), at(body, 'size'), at(body, 'pages'), list(body, 'items').length],
      [3, 2, 2, 2, 1],
    );
    const foreign = await get('organizations/1/integrations');
    assert.deepEqual(foreign.body, {
      message: 'You do not have access to this organization.',
      status_code: 403,
    });
  });

  it('lists integrations with a secret among their metadata, until it is told not to', async () => {
    const path = `organizations/${server.credentials.organizationId}/integrations`;
    const { body } = await get(path);
    const types = list(body, 'integrations').map((row) => at(row, 'integration_type'));
    assert.ok(types.includes('slack_user') && types.includes('linear_app') && types.includes('circleci'));
    assert.equal(at(body, 'total_active_integrations'), types.length - 1);
    assert.match(JSON.stringify(body), /webhook_secret/);
    server.state.integrationsStatus = 404;
    assert.equal((await get(path)).status, 404);
  });

  it('refuses the 61st standard request in 30 seconds where asked to', async () => {
    await server.stop();
    server = await startCodegen({ rateLimited: true });
    const statuses = new Set<number>();
    for (let count = 0; count < 60; count += 1) {
      statuses.add((await get('users/me')).status);
    }
    assert.deepEqual([...statuses], [200]);
    assert.deepEqual((await get('users/me')).body, {
      message: 'Rate limit exceeded. Please try again later.',
      status_code: 429,
    });
  });
});

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
    assert.equal((await get('oauths/github')).text, '');
    assert.equal(at((await get(`oauths/nobody?${query}`)).body, 'error', 'type'), 'record_invalid');
  });

  it('tells a user about itself only', async () => {
    assert.equal(at((await get('users/2')).body, 'user', 'username'), 'shopfront-dev');
    assert.equal(at((await get('users/1')).body, 'error', 'code'), 403);
    assert.ok(!(await get('users/2')).text.includes(server.credentials.password));
  });

  it('moves below a base path and stays out of the rest', async () => {
    await restart({ basePath: '/team/mage/' });
    assert.match(server.url, /\/team\/mage$/);
    assert.equal((await get('status', {})).status, 200);
    assert.equal((await call(`${new URL(server.url).origin}/api/status`)).status, 404);
  });

  it('checks nobody when told so, and then crashes on the token list', async () => {
    await restart({ requireUserAuthentication: false });
    const { body } = await get('status', {});
    assert.equal(at(body, 'statuses', 0, 'require_user_authentication'), false);
    const { status, text } = await get('oauth_access_tokens', {});
    assert.deepEqual([status, text], [200, '']);
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

describe('the PlanetScale sandbox', () => {
  let server: PlanetScaleServer;

  beforeEach(async () => {
    server = await startPlanetScale();
  });

  afterEach(() => server.stop());

  function api(method: string, path: string, authorization?: string): Promise<Answer> {
    const { serviceTokenId, serviceToken } = server.credentials;
    const headers = { Authorization: authorization ?? `${serviceTokenId}:${serviceToken}` };
    return call(`${server.apiUrl}/organizations${path}`, { method, headers });
  }

  function get(path: string): Promise<Answer> {
    return api('GET', path);
  }

  function tokensPath(applicationId = server.credentials.applicationId): string {
    return `/shopfront/oauth-applications/${encodeURIComponent(applicationId)}/tokens`;
  }

  function client(fields: Record<string, string>): RequestInit {
    const { clientId, clientSecret } = server.credentials;
    return form({ client_id: clientId, client_secret: clientSecret, ...fields });
  }

  function refresh(refresh_token: string): Promise<Answer> {
    return call(`${server.oauthUrl}/oauth/token`, client({ grant_type: 'refresh_token', refresh_token }));
  }

  function revoke(token: string): Promise<Answer> {
    return call(`${server.oauthUrl}/oauth/revoke`, client({ token }));
  }

  function applicationWith(name: string): string {
    return server.state.applications.find(({ resource }) => resource.name === name)?.resource.id ?? '';
  }

  async function listedIds(): Promise<unknown[]> {
    return list((await get(`${tokensPath()}?per_page=100`)).body, 'data').map((row) => at(row, 'id'));
  }

  it('wants ID:SECRET without a scheme', async () => {
    const { serviceTokenId, serviceToken } = server.credentials;
    for (const authorization of ['', `Bearer ${serviceTokenId}:${serviceToken}`, `${serviceTokenId}:no`]) {
      const { status, body } = await api('GET', '', authorization);
      assert.deepEqual([status, at(body, 'code')], [401, 'unauthorized']);
    }
    assert.equal(list((await get('')).body, 'data').length, 2);
  });

  it('has scopes as text in one application and as a list in another', async () => {
    const rows = list((await get('/shopfront/oauth-applications')).body, 'data');
    const kinds = rows.map((row) => (Array.isArray(at(row, 'scopes')) ? 'list' : typeof at(row, 'scopes')));
    assert.deepEqual(new Set(kinds), new Set(['list', 'string']));
    assert.deepEqual(
      rows.map((row) => at(row, 'tokens')),
      [6, 63, 0],
    );
    assert.deepEqual(list((await get('/shopfront-labs/oauth-applications')).body, 'data'), []);
  });

  it('pages by 25, ends with null, and caps a page at 100', async () => {
    const path = tokensPath(applicationWith('Grafana Dashboards'));
    const first = await get(path);
    const last = await get(`${path}?page=3`);
    assert.equal(list(first.body, 'data').length, 25);
    assert.equal(at(first.body, 'next_page'), 2);
    assert.equal(at(first.body, 'total_count'), 63);
    assert.equal(at(first.body, 'next_page_url'), `${server.apiUrl}/organizations${path}?page=2&per_page=25`);
    assert.equal(list(last.body, 'data').length, 13);
    assert.equal(at(last.body, 'next_page'), null);
    assert.equal(at((await get(`${path}?per_page=1000`)).body, 'per_page'), 100);
    server.state.envelope = 'seed';
    const bare = await get(path);
    assert.deepEqual(Object.keys(isRecord(bare.body) ? bare.body : {}), [
      'current_page',
      'next_page',
      'next_page_url',
      'prev_page',
      'prev_page_url',
      'data',
    ]);
  });

  it('never lists a value, and has null where null is allowed', async () => {
    const { text, body } = await get(tokensPath());
    assert.ok(!text.includes('pscale_oauth_'));
    const bare = list(body, 'data').at(-1);
    assert.deepEqual(
      ['name', 'expires_at', 'last_used_at', 'actor_id', 'actor_type'].map((key) => at(bare, key)),
      [null, null, null, null, null],
    );
  });

  it('answers 404 for what does not exist and for what the service token may not', async () => {
    const missing = await get(`${tokensPath()}/nobody`);
    for (const access of ['read_oauth_tokens', 'read_oauth_applications']) {
      for (const serviceToken of server.state.serviceTokens) {
        serviceToken.accesses = serviceToken.accesses.filter((name) => name !== access);
      }
    }
    const forbidden = await get(tokensPath());
    const applications = await get('/shopfront/oauth-applications');
    for (const { status, body } of [missing, forbidden, applications]) {
      assert.deepEqual([status, body], [404, { code: 'not_found', message: 'Not Found' }]);
    }
  });

  it('deletes a token by id, once', async () => {
    const path = `${tokensPath()}/${server.credentials.tokenId}`;
    assert.equal((await get(path)).status, 200);
    const { status, text, headers } = await api('DELETE', path);
    assert.deepEqual([status, text, headers.get('content-type')], [204, '', null]);
    assert.equal((await api('DELETE', path)).status, 404);
    assert.ok(!(await listedIds()).includes(server.credentials.tokenId));
  });

  it('finds the right object for ids that have to be escaped', async () => {
    await server.stop();
    server = await startPlanetScale({ hostile: true });
    for (const id of hostileIds.filter((candidate) => candidate !== '..')) {
      const { body } = await get(`${tokensPath()}/${encodeURIComponent(id)}`);
      assert.equal(at(body, 'id'), id);
      assert.equal((await get(tokensPath(id))).status, 200);
    }
  });

  it('rotates on refresh: the row keeps its id, the used value is worth nothing', async () => {
    const { refreshToken, tokenId } = server.credentials;
    const { status, body } = await refresh(refreshToken);
    assert.equal(status, 200);
    assert.deepEqual([at(body, 'token_type'), at(body, 'expires_in')], ['Bearer', 2_592_000]);
    assert.match(String(at(body, 'access_token')), /^pscale_oauth_/);
    assert.match(String(at(body, 'refresh_token')), /^pscale_oauth_refresh_/);
    const row = await get(`${tokensPath()}/${tokenId}`);
    assert.ok(Date.parse(String(at(row.body, 'expires_at'))) > Date.now() + 29 * day);
    const again = await refresh(refreshToken);
    assert.deepEqual([again.status, at(again.body, 'error')], [400, 'invalid_grant']);
    assert.equal((await refresh(String(at(body, 'refresh_token')))).status, 200);
  });

  it('can list a refreshed token under a new id instead', async () => {
    server.state.refreshed = 'newId';
    const before = await listedIds();
    await refresh(server.credentials.refreshToken);
    const after = await listedIds();
    assert.equal(after.length, before.length);
    assert.ok(!after.includes(server.credentials.tokenId));
  });

  it('refuses a wrong client, and anything but a form', async () => {
    const { refreshToken, clientId } = server.credentials;
    const fields = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId };
    const wrong = await call(`${server.oauthUrl}/oauth/token`, form({ ...fields, client_secret: 'no' }));
    assert.deepEqual([wrong.status, at(wrong.body, 'error')], [401, 'invalid_client']);
    const asJson = await call(`${server.oauthUrl}/oauth/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(fields),
    });
    assert.equal(asJson.status, 400);
  });

  it('revokes each value by itself: without its access token the grant can still refresh', async () => {
    const { accessToken, refreshToken, tokenId } = server.credentials;
    const info = (token: string) =>
      call(`${server.oauthUrl}/oauth/token/info`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal(at((await info(accessToken)).body, 'active'), true);
    assert.deepEqual((await revoke(accessToken)).body, {});
    assert.deepEqual((await info(accessToken)).body, { active: false });
    assert.ok(!(await listedIds()).includes(tokenId));
    const { body } = await refresh(refreshToken);
    assert.ok((await listedIds()).includes(tokenId));
    await revoke(String(at(body, 'refresh_token')));
    assert.equal((await refresh(String(at(body, 'refresh_token')))).status, 400);
    assert.equal((await revoke('never issued')).status, 200);
  });
});
