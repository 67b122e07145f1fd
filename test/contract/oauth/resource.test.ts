import assert from 'node:assert/strict';
import { json, type RecordedRequest, type Reply } from '../../servers/loopback.ts';
import { type OddServer, startOddServer } from '../../servers/oidcOdd.ts';
import { type Answers, failure, type Harness } from '../harness.ts';
import { deskByBrowser, LedBack } from '../signingIn.ts';
import { beginOdd, describeOdd } from './oddBench.ts';

const wellKnown = '/.well-known/oauth-protected-resource';

describe('An API that names its OAuth 2.0 server', () => {
  let api: OddServer;
  let server: OddServer;
  let harness: Harness;
  let person: LedBack;

  beforeEach(async () => {
    api = await startOddServer();
    ({ server, harness, user: person } = await beginOdd(new LedBack()));
    server.answers.set('/token', { access_token: 'access', token_type: 'bearer', refresh_token: 'refresh' });
    describeOdd(server);
  });
  afterEach(async () => {
    harness.dispose();
    await Promise.all([api.stop(), server.stop()]);
  });

  const address = () => `${api.url}/mcp`;
  const described = (more: object = {}) => ({
    resource: address(),
    authorization_servers: [server.url],
    scopes_supported: ['orders:read', 'not “one”'],
    ...more,
  });
  const answers = (more: Answers = {}): Answers => ({
    ...deskByBrowser(address()),
    authorizationServer: server.url,
    ...more,
  });
  const byHand = () =>
    answers({
      authorizationServer: '',
      tokenEndpoint: `${server.url}/token`,
      authorizationEndpoint: `${server.url}/authorize`,
    });
  const challenge = (named: string): Reply => ({
    status: 401,
    headers: { 'WWW-Authenticate': `Bearer error="invalid_token", resource_metadata="${named}"` },
    body: '',
  });

  for (const [what, tell] of Object.entries<() => void>({
    'below its own address': () => api.answers.set(`${wellKnown}/mcp`, described()),
    'for all of its origin': () => api.answers.set(wellKnown, described({ resource: api.url })),
    'where a refusal leads to': () => {
      api.answers.set('/mcp', challenge(`${api.url}/elsewhere`));
      api.answers.set('/elsewhere', described());
    },
  })) {
    it(`${what} leads there, and gets a token for itself`, async () => {
      tell();
      const connected = await harness.connect(answers());
      const [page] = person.pages;
      assert.equal(page?.origin, server.url);
      const { settings } = connected.connection;
      const resource = page?.searchParams.get('resource');
      assert([address(), api.url].includes(resource ?? ''));
      assert.equal(settings.authorizationServer, server.url);
      await harness.inventory.open(connected.root.branch);
      const [node] = connected.root.branch.nodes;
      assert(node);
      await harness.renewals.renew(node, new AbortController().signal);
      assert.deepEqual(
        server.sent('/token').map(({ body }) => new URLSearchParams(body).get('resource')),
        [resource, resource],
      );
    });
  }

  it('is asked about each server it names, with its scopes, before anything is sent there', async () => {
    const other = 'https://id.example/tenant';
    api.answers.set(wellKnown, described({ resource: api.url, authorization_servers: [server.url, other] }));
    const step = harness.adapter.form.find(
      ({ id, kind }) => id === 'authorizationServer' && kind === 'choice',
    );
    assert(step?.kind === 'choice');
    const draft = await harness.fill(byHand());
    const io = harness.sessions.formIo(harness.adapter, draft);
    const options = await step.options(draft, io, new AbortController().signal);
    assert.deepEqual(
      options.map(({ value }) => value),
      [server.url, other, ''],
    );
    assert.match(options[0]?.detail ?? '', /these scopes: orders:read\. Nothing is sent there/);
    assert.deepEqual(server.requests, []);
    assert.throws(() =>
      harness.sessions
        .formIo(harness.adapter, { settings: { issuer: address() }, secrets: {} })
        .http(server.url),
    );
  });

  for (const [what, tell] of Object.entries<() => void>({
    'says nothing': () => undefined,
    'answers a page': () => api.answers.set(wellKnown, { status: 200, headers: {}, body: '<!doctype html>' }),
    'is in trouble': () => api.answers.set(wellKnown, { status: 500, body: '' }),
    'speaks of another origin': () =>
      api.answers.set(wellKnown, described({ resource: 'https://other.example/mcp' })),
    'speaks of another path': () => api.answers.set(wellKnown, described({ resource: `${api.url}/mc` })),
    'names no server': () => api.answers.set(wellKnown, described({ authorization_servers: [] })),
    'names what is no server': () =>
      api.answers.set(
        wellKnown,
        described({
          authorization_servers: [
            'http://id.example',
            'javascript:alert(1)',
            'https://a@id.example',
            'https://id.example/a b',
            7,
            null,
          ],
        }),
      ),
    'names servers by a text': () =>
      api.answers.set(wellKnown, described({ authorization_servers: server.url })),
    'leads to another origin': () => {
      server.answers.set('/elsewhere', described());
      api.answers.set('/mcp', challenge(`${server.url}/elsewhere`));
    },
    'leads nowhere': () => api.answers.set('/mcp', challenge('not an address')),
  })) {
    it(`and ${what}: has its endpoints entered by hand, as before`, async () => {
      tell();
      await harness.signIn(byHand());
      assert.deepEqual(server.sent('/elsewhere'), []);
      assert.equal(person.pages[0]?.searchParams.get('resource'), null);
    });
  }

  it('takes bound tokens only: gets no other where the server refuses the proof of the key', async () => {
    server.answers.set('/.well-known/oauth-authorization-server', {
      issuer: server.url,
      token_endpoint: `${server.url}/token`,
      authorization_endpoint: `${server.url}/authorize`,
      dpop_signing_alg_values_supported: ['ES256'],
    });
    server.answers.set('/token', ({ headers }: RecordedRequest) =>
      headers.dpop === undefined ? { access_token: 'plain' } : json(400, { error: 'invalid_dpop_proof' }),
    );
    api.answers.set(`${wellKnown}/mcp`, described({ dpop_bound_access_tokens_required: true }));
    assert.equal((await failure(harness.signIn(answers()))).code, 'invalid_dpop_proof');
    assert.deepEqual([server.sent('/token').length, person.pages.length], [1, 1]);
    api.answers.set(`${wellKnown}/mcp`, described({ dpop_bound_access_tokens_required: 'yes' }));
    assert.equal((await harness.signIn(answers())).secrets.accessToken?.reveal(), 'plain');
  });

  it('and is a server itself: is taken for that, as before', async () => {
    api.answers.set('/.well-known/oauth-authorization-server/mcp', {
      issuer: address(),
      token_endpoint: `${api.url}/token`,
      authorization_endpoint: `${api.url}/authorize`,
    });
    api.answers.set('/token', { access_token: 'access' });
    api.answers.set(wellKnown, json(200, described()));
    await harness.signIn(answers());
    assert.equal(person.pages[0]?.origin, api.url);
    assert.deepEqual(server.requests, []);
  });

  it('and a server without a description: has its endpoints entered by hand', async () => {
    api.answers.set(`${wellKnown}/mcp`, described());
    server.answers.delete('/.well-known/oauth-authorization-server');
    await harness.signIn({ ...byHand(), authorizationServer: server.url });
    assert.equal(person.pages[0]?.searchParams.get('resource'), address());
  });
});
