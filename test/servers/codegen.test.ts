import assert from 'node:assert/strict';
import { type Answer, at, call, list } from './calling.ts';
import { type CodegenServer, startCodegen } from './codegen.ts';

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
