import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { json, type RecordedRequest, type Reply } from '../../servers/loopback.ts';
import { type OddServer, startOddServer } from '../../servers/oidcOdd.ts';
import {
  type Answers,
  assertNoSecretIn,
  type Connected,
  failure,
  type Harness,
  unhurried,
} from '../harness.ts';
import { deskByBrowser, LedBack } from '../signingIn.ts';
import { beginOdd, describeOdd, endOdd } from './oddBench.ts';

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
    ({ server, harness, user: person } = await beginOdd(new LedBack()));
    server.answers.set('/token', { access_token: 'access', token_type: 'bearer', refresh_token: 'refresh' });
    server.answers.set('/par', json(201, { request_uri: 'urn:pushed:1', expires_in: 60 }));
  });

  afterEach(() => endOdd(server, harness));

  const describeServer = (more: object) => describeOdd(server, more);
  const pushing = (more: object = {}) =>
    describeServer({ pushed_authorization_request_endpoint: `${server.url}/par`, ...more });

  const answers = (more: Answers = {}): Answers => ({
    ...deskByBrowser(server.url),
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

    for (const [status, body, more] of [
      [400, { error: 'unauthorized_client' }, {}],
      [400, { error: 'unauthorized_client' }, { clientAuth: 'client_secret_post', clientSecret: 'secret' }],
      [401, { error: 'invalid_client' }, {}],
      [403, 'Forbidden', {}],
      [405, 'Method Not Allowed', {}],
      [413, 'Too Large', {}],
    ] as const) {
      const client = 'clientAuth' in more ? 'a client with a secret' : 'a public client';
      it(`refuses any of ${client} with ${status} ${JSON.stringify(body)}: goes on without, and says so`, async () => {
        pushing();
        server.answers.set('/par', typeof body === 'string' ? { status, body } : json(status, body));
        const { notice } = await harness.signIn(answers(more));
        assert.equal(parameters().response_type, 'code');
        assert.match(notice ?? '', /refused a pushed request/);
        pushing({ require_pushed_authorization_requests: true });
        person.pages.length = 0;
        await failure(harness.signIn(answers(more)));
        assert.deepEqual(person.pages, []);
      });
    }

    it('refuses a client for its secret: tells so, and opens no browser', async () => {
      pushing();
      server.answers.set('/par', json(401, { error: 'invalid_client', error_description: 'not so' }));
      const error = await failure(
        harness.signIn(answers({ clientAuth: 'client_secret_post', clientSecret: 'wrong' })),
      );
      assert.deepEqual([error.kind, error.code], ['unauthorized', 'invalid_client']);
      assert.deepEqual(person.pages, []);
    });

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
      // Twice with the key, and once without.
      assert.equal(server.sent('/token').length, 3);
    });

    const refused = (code: string, status = 400) =>
      json(status, { error: code, error_description: `stale at ${server.url}` });
    /** Takes what is not bound. */
    const onlyPlain =
      (code: string, status?: number) =>
      ({ headers }: RecordedRequest) =>
        headers.dpop === undefined ? { access_token: 'plain', token_type: 'bearer' } : refused(code, status);

    for (const [code, status] of [
      ['invalid_dpop_proof', 400],
      ['invalid_dpop_proof', 401],
      ['invalid_dpop_key_binding', 400],
      ['use_dpop_nonce', 400],
    ] as const) {
      it(`and refuses a proof with ${status} ${code}: signs in once more without, and says so`, async () => {
        bound();
        server.answers.set('/token', onlyPlain(code, status));
        const signedIn = await harness.signIn(answers());
        assert.equal(signedIn.secrets.accessToken?.reveal(), 'plain');
        assert.equal(signedIn.secrets.dpopKey, undefined);
        assert.match(signedIn.notice ?? '', /refused the proof of a key/);
        const [first, second, ...others] = person.pages.map(({ searchParams }) => searchParams);
        assert.notEqual(first?.get('dpop_jkt'), null);
        assert.equal(second?.get('dpop_jkt'), null);
        assert.notEqual(first?.get('state'), second?.get('state'));
        assert.deepEqual([others.length, server.sent('/token').length], [0, 2]);
      });
    }

    it('and refuses a proof where a request is pushed: opens the browser once, without', async () => {
      bound({ pushed_authorization_request_endpoint: `${server.url}/par` });
      server.answers.set('/par', ({ headers }: RecordedRequest) =>
        headers.dpop === undefined
          ? json(201, { request_uri: 'urn:pushed:plain' })
          : refused('invalid_dpop_proof'),
      );
      const { notice } = await harness.signIn(answers());
      assert.deepEqual(
        person.pages.map(({ searchParams }) => searchParams.get('request_uri')),
        ['urn:pushed:plain'],
      );
      assert.equal(new URLSearchParams(server.sent('/par')[1]?.body).get('dpop_jkt'), null);
      assert.match(notice ?? '', /refused the proof of a key/);
    });

    it('and refuses a proof and what is not bound: tells its words about the proof, and ends there', async () => {
      bound();
      server.answers.set('/token', ({ headers }: RecordedRequest) =>
        headers.dpop === undefined ? refused('invalid_request') : refused('invalid_dpop_proof'),
      );
      const error = await failure(harness.signIn(answers()));
      assert.deepEqual([error.kind, error.code], ['rejected', 'invalid_dpop_proof']);
      assert.match(error.detail, /stale/);
      assert.equal(server.sent('/token').length, 2);
    });

    it('and refuses a proof with a code on any device: asks on with the same code, without', async () => {
      bound({ device_authorization_endpoint: `${server.url}/device` });
      server.answers.set('/device', {
        device_code: 'd',
        user_code: 'ABCD',
        verification_uri: `${server.url}/enter`,
      });
      server.answers.set('/token', onlyPlain('invalid_dpop_proof'));
      const { secrets, notice } = await harness.signIn(answers({ method: 'device' }));
      assert.equal(secrets.accessToken?.reveal(), 'plain');
      assert.deepEqual([server.sent('/device').length, server.sent('/token').length], [1, 2]);
      assert.match(notice ?? '', /refused the proof of a key/);
    });

    it('and refuses a proof of a client that was registered for it: uses the same client', async () => {
      bound({ registration_endpoint: `${server.url}/register` });
      server.answers.set('/register', json(201, { client_id: 'made', token_endpoint_auth_method: 'none' }));
      server.answers.set('/token', ({ headers, body }: RecordedRequest) =>
        new URLSearchParams(body).get('grant_type') === 'refresh_token'
          ? refused('invalid_grant')
          : headers.dpop === undefined
            ? { access_token: 'plain', token_type: 'bearer' }
            : refused('invalid_dpop_proof'),
      );
      const { settings } = await harness.signIn(answers({ client: 'register' }));
      assert.equal(settings.clientId, 'made');
      assert.equal(server.sent('/register').length, 1);
    });

    it('and refuses the proof at a renewal: never renews without', async () => {
      bound();
      server.answers.set('/token', { access_token: 'a', token_type: 'DPoP', refresh_token: 'r' });
      const connected = await harness.connect(answers());
      await harness.inventory.open(connected.root.branch);
      const [node] = connected.root.branch.nodes;
      assert(node);
      server.requests.length = 0;
      server.answers.set('/token', onlyPlain('invalid_dpop_proof'));
      const error = await failure(harness.renewals.renew(node, unhurried()));
      assert.equal(error.code, 'invalid_dpop_proof');
      assert.equal(server.sent('/token').length, 1);
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
