import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { oauth } from '../../src/adapters/oauth/adapter.ts';
import { json, type RecordedRequest, type Reply } from '../servers/loopback.ts';
import { type OddServer, startOddServer } from '../servers/oidcOdd.ts';
import { SkippingClock } from '../unit/fakes.ts';
import { type Answers, assertNoSecretIn, type Connected, failure, Harness, unhurried } from './harness.ts';
import { LedBack } from './signingIn.ts';

const wantsNonce = (nonce: string): Reply => ({
  ...json(400, { error: 'use_dpop_nonce' }),
  headers: { 'Content-Type': 'application/json', 'DPoP-Nonce': nonce },
});

function claimsOf(proof: string | undefined): { nonce?: string; htm?: string; htu?: string } {
  return JSON.parse(Buffer.from(proof?.split('.')[1] ?? '', 'base64url').toString());
}

describe('An OAuth 2.0 server that offers more than it must', () => {
  let server: OddServer;
  let harness: Harness;
  let person: LedBack;

  beforeEach(async () => {
    server = await startOddServer(() => harness.clock.now());
    harness = new Harness(oauth, new SkippingClock(Date.now()));
    person = new LedBack();
    harness.user = person;
    server.answers.set('/token', { access_token: 'access', token_type: 'bearer', refresh_token: 'refresh' });
    server.answers.set('/par', json(201, { request_uri: 'urn:pushed:1', expires_in: 60 }));
  });

  afterEach(async () => {
    harness.dispose();
    await server.stop();
  });

  function describeServer(more: object): void {
    server.answers.set('/.well-known/oauth-authorization-server', {
      issuer: server.url,
      token_endpoint: `${server.url}/token`,
      authorization_endpoint: `${server.url}/authorize`,
      ...more,
    });
  }
  const pushing = (more: object = {}) =>
    describeServer({ pushed_authorization_request_endpoint: `${server.url}/par`, ...more });

  const answers = (more: Answers = {}): Answers => ({
    issuer: server.url,
    method: 'browser',
    wayBack: 'loopback',
    clientId: 'desk',
    clientAuth: 'none',
    ...more,
  });
  const parameters = () => Object.fromEntries(person.pages.at(-1)?.searchParams ?? []);
  const stored = ({ connection }: Connected) => harness.credentialStore.values.get(connection.id);

  describe('pushed requests', () => {
    for (const [what, answer] of Object.entries<unknown>({
      'as the standard says': json(201, { request_uri: 'urn:pushed:1', expires_in: 60 }),
      'with a status of 200 and no lifetime': { request_uri: 'urn:pushed:1' },
      'with a lifetime of null and an empty error': json(201, {
        request_uri: 'urn:pushed:1',
        expires_in: null,
        error: '',
      }),
    })) {
      it(`is told there what else the browser would carry, and answers ${what}`, async () => {
        pushing();
        server.answers.set('/par', answer);
        await harness.signIn(answers({ scopes: 'openid' }));
        assert.deepEqual(parameters(), { client_id: 'desk', request_uri: 'urn:pushed:1' });
        const sent = new URLSearchParams(server.sent('/par')[0]?.body);
        assert.deepEqual(
          [sent.get('scope'), sent.get('code_challenge_method'), sent.get('client_id')],
          ['openid', 'S256', 'desk'],
        );
      });
    }

    for (const [what, answer] of Object.entries<unknown>({
      'is not there': { status: 404, body: '' },
      'is in trouble': { status: 500, body: '' },
      'is a page': { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<!doctype html>' },
      'names nothing': json(201, { request_uri: '' }),
    })) {
      it(`whose endpoint ${what}: goes on without, unless the server requires it`, async () => {
        pushing();
        server.answers.set('/par', answer);
        await harness.signIn(answers());
        assert.equal(parameters().response_type, 'code');
        pushing({ require_pushed_authorization_requests: true });
        person.pages.length = 0;
        await failure(harness.signIn(answers()));
        assert.deepEqual(person.pages, []);
      });
    }

    for (const [status, code, kind] of [
      [400, 'invalid_scope', 'configuration'],
      [400, 'invalid_request', 'rejected'],
      [401, 'invalid_client', 'unauthorized'],
    ] as const) {
      it(`refuses one with ${code}: tells the server’s words, and opens no browser`, async () => {
        pushing();
        server.answers.set('/par', json(status, { error: code, error_description: 'not so' }));
        const error = await failure(harness.signIn(answers()));
        assert.deepEqual([error.kind, error.code], [kind, code]);
        assert.match(error.detail, /not so/);
        assert.deepEqual(person.pages, []);
      });
    }

    it('at another address: asks before anything is sent there', async () => {
      const elsewhere = await startOddServer();
      elsewhere.answers.set('/par', json(201, { request_uri: 'urn:pushed:2' }));
      pushing({ pushed_authorization_request_endpoint: `${elsewhere.url}/par` });
      await harness.signIn(answers());
      assert.deepEqual(person.trusted, [elsewhere.url]);
      assert.equal(parameters().request_uri, 'urn:pushed:2');
      await elsewhere.stop();
    });
  });

  for (const [listed, method] of [
    [undefined, 'S256'],
    [['plain', 'S256'], 'S256'],
    [['plain'], 'plain'],
    [[], 'S256'],
    [['something'], 'S256'],
  ] as const) {
    it(`lists ${JSON.stringify(listed)} for code challenges: is sent ${method}`, async () => {
      describeServer({ code_challenge_methods_supported: listed });
      await harness.signIn(answers());
      assert.equal(parameters().code_challenge_method, method);
      const verifier = new URLSearchParams(server.sent('/token')[0]?.body).get('code_verifier');
      assert.equal(parameters().code_challenge === verifier, method === 'plain');
    });
  }

  describe('tokens bound to a key', () => {
    const bound = (more: object = {}) =>
      describeServer({ dpop_signing_alg_values_supported: ['ES256'], ...more });

    it('and hands out others: keeps no key, and goes on without', async () => {
      bound();
      const connected = await harness.connect(answers());
      assert.notEqual(server.sent('/token')[0]?.headers.dpop, undefined);
      assert.equal(stored(connected)?.dpopKey, undefined);
    });

    it('by an algorithm that is not known here: is asked for others', async () => {
      describeServer({ dpop_signing_alg_values_supported: ['XY999'] });
      await harness.signIn(answers());
      assert.equal(server.sent('/token')[0]?.headers.dpop, undefined);
      assert.equal(parameters().dpop_jkt, undefined);
    });

    for (const algorithm of ['ES256', 'Ed25519', 'PS256', 'RS256']) {
      it(`by ${algorithm}: proves the key at the renewal as well, also after a restart`, async () => {
        bound({ dpop_signing_alg_values_supported: [algorithm] });
        server.answers.set('/token', { access_token: 'a', token_type: 'DPoP', refresh_token: 'r' });
        const connected = await harness.connect(answers());
        harness.sessions.close(connected.connection.id);
        await harness.inventory.open(connected.root.branch);
        const [node] = connected.root.branch.nodes;
        assert(node);
        await harness.renewals.renew(node, unhurried());
        const heads = server
          .sent('/token')
          .map(({ headers }) =>
            JSON.parse(Buffer.from(String(headers.dpop).split('.')[0] ?? '', 'base64url').toString()),
          );
        assert.deepEqual(
          heads.map(({ alg }) => alg),
          [algorithm, algorithm],
        );
        assert.deepEqual(heads[0].jwk, heads[1].jwk);
        assert.equal(heads[0].jwk.d, undefined);
      });
    }

    it('with nonces: answers the first, keeps the last, and does not answer for ever', async () => {
      bound();
      let asks = 1;
      server.answers.set('/token', ({ headers }: RecordedRequest) => {
        asks--;
        return asks < 0
          ? { access_token: 'a', token_type: 'DPoP', refresh_token: 'r', seen: headers.dpop }
          : wantsNonce(`nonce-${asks}`);
      });
      await harness.signIn(answers());
      const sent = server.sent('/token').map(({ headers }) => claimsOf(String(headers.dpop)));
      assert.deepEqual(
        sent.map(({ nonce, htm, htu }) => [nonce, htm, htu]),
        [
          [undefined, 'POST', `${server.url}/token`],
          ['nonce-0', 'POST', `${server.url}/token`],
        ],
      );
      asks = 100;
      server.requests.length = 0;
      assert.equal((await failure(harness.signIn(answers()))).code, 'use_dpop_nonce');
      assert.equal(server.sent('/token').length, 2);
    });

    it('and refuses a proof: tells so in the server’s words', async () => {
      bound();
      server.answers.set('/token', json(400, { error: 'invalid_dpop_proof', error_description: 'stale' }));
      const error = await failure(harness.signIn(answers()));
      assert.deepEqual([error.kind, error.code], ['rejected', 'invalid_dpop_proof']);
      assert.match(error.detail, /stale/);
    });
  });

  it('and quotes what a client proves itself by: it shows nowhere', async () => {
    describeServer({ token_endpoint_auth_methods_supported: ['private_key_jwt'] });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const clientKey = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    let assertion = '';
    server.answers.set('/token', ({ body }: RecordedRequest) => {
      assertion = new URLSearchParams(body).get('client_assertion') ?? '';
      return json(400, { error: 'invalid_client', error_description: `no: ${assertion}` });
    });
    const error = await failure(harness.signIn(answers({ clientAuth: 'private_key_jwt', clientKey })));
    assert.notEqual(assertion, '');
    assertNoSecretIn([error, harness.logger.lines], [assertion, clientKey]);
  });
});
