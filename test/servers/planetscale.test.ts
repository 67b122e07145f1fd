import assert from 'node:assert/strict';
import { type Answer, at, call, form, list } from './calling.ts';
import { day, hostileIds, isRecord } from './loopback.ts';
import { type PlanetScaleServer, startPlanetScale } from './planetscale.ts';

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
