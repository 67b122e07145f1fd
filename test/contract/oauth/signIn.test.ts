import assert from 'node:assert/strict';
import { json, type RecordedRequest, type Reply } from '../../servers/loopback.ts';
import type { OddServer } from '../../servers/oidcOdd.ts';
import { type Answers, failure, type Harness, unhurried } from '../harness.ts';
import { deskByBrowser, LedBack } from '../signingIn.ts';
import { beginOdd, endOdd, metadataPath } from './oddBench.ts';

const openIdPath = '/.well-known/openid-configuration';

/** An unsigned token that tells its claims. */
function jwt(claims: object): string {
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encoded({ alg: 'none' })}.${encoded(claims)}.`;
}

describe('Signing in to an OAuth 2.0 server', () => {
  let server: OddServer;
  let harness: Harness;
  let person: LedBack;

  beforeEach(async () => {
    ({ server, harness, user: person } = await beginOdd(new LedBack()));
    server.answers.set('/token', { access_token: 'access', token_type: 'bearer', refresh_token: 'refresh' });
    server.answers.set(metadataPath, metadata());
  });

  afterEach(() => endOdd(server, harness));

  function metadata(more: object = {}): object {
    return {
      issuer: server.url,
      token_endpoint: `${server.url}/token`,
      authorization_endpoint: `${server.url}/authorize`,
      revocation_endpoint: `${server.url}/revoke`,
      introspection_endpoint: undefined,
      ...more,
    };
  }

  const answers = (more: Answers = {}): Answers => ({
    ...deskByBrowser(server.url),
    ...more,
  });

  const byHand = (more: Answers = {}): Answers => {
    server.answers.delete(metadataPath);
    return answers({
      tokenEndpoint: `${server.url}/token`,
      authorizationEndpoint: `${server.url}/authorize`,
      ...more,
    });
  };

  async function offered(step: string, given: Answers): Promise<readonly string[]> {
    const draft = await harness.fill(given);
    const choice = harness.adapter.form.find(({ id }) => id === step);
    assert(choice?.kind === 'choice');
    const options = await choice.options(draft, harness.sessions.formIo(harness.adapter, draft), unhurried());
    return options.map(({ value }) => value);
  }

  describe('whose description', () => {
    for (const [what, odd] of Object.entries({
      'has null members': { revocation_endpoint: null, grant_types_supported: null },
      'has numbers for addresses': { revocation_endpoint: 7, registration_endpoint: 0 },
      'has relative addresses': { revocation_endpoint: '/revoke' },
      'has an address in plain http that is not needed': { revocation_endpoint: 'http://id.example/revoke' },
      'has a page that is none': { device_authorization_endpoint: 'javascript:alert(1)' },
      'lists no grants that are texts': { grant_types_supported: [null, 5, 'authorization_code'] },
    })) {
      it(`${what}: is used without them`, async () => {
        server.answers.set(metadataPath, metadata(odd));
        const { settings } = await harness.signIn(answers());
        assert.match(String(settings['.server']), /token_endpoint=/);
        assert.doesNotMatch(String(settings['.server']), /null|id\.example|javascript|=\/revoke/);
      });
    }

    it('is in two parts that agree on the issuer: is put together', async () => {
      server.answers.set(metadataPath, metadata({ revocation_endpoint: undefined }));
      server.answers.set(openIdPath, metadata({ introspection_endpoint: `${server.url}/introspect` }));
      const { settings } = await harness.signIn(answers());
      assert.match(String(settings['.server']), /revocation_endpoint=.*introspection_endpoint=/);
    });

    it('is in two parts of which one is another server’s: is read from the one of its own', async () => {
      const foreign = {
        issuer: 'https://elsewhere.example',
        introspection_endpoint: `${server.url}/foreign`,
      };
      server.answers.set(openIdPath, metadata(foreign));
      const { settings } = await harness.signIn(answers());
      assert.doesNotMatch(String(settings['.server']), /foreign/);
    });

    for (const [what, first] of Object.entries({
      'lacks the token endpoint': { issuer: 'self' },
      'is in trouble': { status: 500, body: '' } satisfies Reply,
      'is no object': ['what?'],
    })) {
      it(`${what} at the first place: is looked for at the next`, async () => {
        server.answers.set(metadataPath, 'issuer' in first ? { issuer: server.url } : first);
        server.answers.set(openIdPath, metadata());
        const { settings } = await harness.signIn(answers());
        assert.match(String(settings['.server']), /token_endpoint=/);
      });
    }

    it('is entered by its address with a slash at the end: is found', async () => {
      const { settings } = await harness.signIn(answers({ issuer: `${server.url}${metadataPath}/` }));
      assert.match(String(settings['.server']), /token_endpoint=/);
    });

    it('lacks where tokens are revoked: can be told by the user', async () => {
      server.answers.set(metadataPath, metadata({ revocation_endpoint: undefined }));
      const { session } = await harness.connect(
        answers({ revocationEndpoint: `${server.url}/admin/revoke` }),
      );
      assert.notEqual(session.revocation, undefined);
      assert.equal((await harness.connect(answers())).session.revocation, undefined);
    });
  });

  describe('as a client', () => {
    for (const listed of [
      ['client_secret_basic'],
      ['client_secret_post'],
      ['private_key_jwt'],
      [],
      undefined,
    ]) {
      it(`can be done without a secret where ${JSON.stringify(listed)} is listed`, async () => {
        server.answers.set(metadataPath, metadata({ token_endpoint_auth_methods_supported: listed }));
        const values = await offered('clientAuth', answers());
        assert(values.includes('none'));
        assert(values.length > 1, 'nothing to choose from');
      });
    }

    it('writes its name as servers that only decode base64 read it', async () => {
      const id = '0f8fad5b-d9cb-469f-a165-70867728950e';
      const secret = { clientId: id, clientAuth: 'client_secret_basic', clientSecret: 'a_b.c*d-e f:g' };
      await harness.signIn(answers({ ...secret, method: 'clientCredentials' }));
      const header = String(server.sent('/token')[0]?.headers.authorization);
      assert.equal(Buffer.from(header.replace('Basic ', ''), 'base64').toString(), `${id}:a_b.c*d-e+f%3Ag`);
    });

    const basic = { clientAuth: 'client_secret_basic', clientSecret: 'proof-of-desk' };
    /** A server that takes the secret in the form only. */
    const inFormOnly = ({ headers, body }: RecordedRequest) =>
      headers.authorization === undefined && body.includes('client_secret=')
        ? { access_token: 'access', token_type: 'bearer', refresh_token: 'refresh' }
        : json(401, { error: 'invalid_client' });

    for (const listed of [['client_secret_basic', 'client_secret_post'], undefined]) {
      it(`is proven once in the form after the header was refused, where ${JSON.stringify(listed)} is listed`, async () => {
        server.answers.set(metadataPath, metadata({ token_endpoint_auth_methods_supported: listed }));
        server.answers.set('/token', inFormOnly);
        for (const method of ['clientCredentials', 'browser']) {
          server.requests.length = 0;
          const { settings } = await harness.signIn(answers({ ...basic, method }));
          assert.equal(settings.clientAuth, 'client_secret_post');
          assert.equal(server.sent('/token').length, 2);
        }
      });
    }

    it('is proven in the form at the first renewal of a pasted token', async () => {
      server.answers.set('/token', inFormOnly);
      const pasted = { ...basic, method: 'paste', accessToken: '', refreshToken: 'pasted' };
      const connected = await harness.connect(answers(pasted));
      await harness.inventory.open(connected.root.branch);
      const [node] = connected.root.branch.nodes;
      assert(node);
      await harness.renewals.renew(node, unhurried());
      assert.equal(server.sent('/token').length, 2);
    });

    it('is not proven elsewhere where the server lists only the header, or refuses something else', async () => {
      server.answers.set(
        metadataPath,
        metadata({ token_endpoint_auth_methods_supported: ['client_secret_basic'] }),
      );
      server.answers.set('/token', inFormOnly);
      assert.equal((await failure(harness.signIn(answers(basic)))).code, 'invalid_client');
      assert.equal(server.sent('/token').length, 1);
      server.answers.set(metadataPath, metadata({}));
      for (const reply of [
        json(400, { error: 'invalid_grant' }),
        json(401, { error: 'invalid_grant' }),
        json(400, { error: 'unauthorized_client' }),
        { status: 503 },
      ]) {
        server.requests.length = 0;
        server.answers.set('/token', reply);
        await failure(harness.signIn(answers({ ...basic, method: 'clientCredentials' })));
        assert.equal(server.sent('/token').length, 1);
      }
    });

    it('that is refused in both places is told by the first refusal', async () => {
      server.answers.set('/token', ({ headers }: RecordedRequest) =>
        json(401, {
          error: 'invalid_client',
          error_description: headers.authorization === undefined ? 'second' : 'first',
        }),
      );
      const error = await failure(harness.signIn(answers({ ...basic, method: 'clientCredentials' })));
      assert.match(error.detail, /The server says: first$/);
      assert.equal(server.sent('/token').length, 2);
    });

    it('says where the secret belongs when the code was used up by the first refusal', async () => {
      server.answers.set('/token', ({ headers }: RecordedRequest) =>
        headers.authorization === undefined
          ? json(400, { error: 'invalid_grant' })
          : json(401, { error: 'invalid_client' }),
      );
      const error = await failure(harness.signIn(answers(basic)));
      assert.equal(error.code, 'invalid_grant');
      assert.match(error.detail, /in the form: choose that/);
    });

    it('is told that the secret may belong elsewhere when it is refused', async () => {
      server.answers.set('/token', json(401, { error: 'unauthorized_client', error_description: 'who?' }));
      const secret = { clientAuth: 'client_secret_post', clientSecret: 'proof-of-desk' };
      const error = await failure(harness.signIn(answers({ ...secret, method: 'clientCredentials' })));
      assert.equal(error.kind, 'unauthorized');
      assert.match(error.detail, /client ID and client secret\. The server says: who\?.*in the header\.$/);
    });
  });

  describe('led back', () => {
    for (const [what, bring] of Object.entries({
      'by hand, from another issuer': { iss: 'https://evil.example' },
      'by hand, from a tenant beside it': { iss: 'beside' },
    })) {
      it(`${what}: uses no code`, async () => {
        const iss = bring.iss === 'beside' ? `${server.url}/tenant` : bring.iss;
        person.brings = { code: 'code', iss };
        const error = await failure(harness.signIn(byHand()));
        assert.deepEqual([error.kind, error.code], ['protocol', 'wrong-sign-in-answer']);
        assert.match(error.detail, /It comes from/);
        assert.deepEqual(server.sent('/token'), []);
      });
    }

    it('by hand, from the issuer with or without a slash: goes on', async () => {
      for (const iss of [server.url, `${server.url}/`]) {
        person.brings = { code: 'code', iss };
        await harness.signIn(byHand());
      }
    });

    for (const [what, claims] of Object.entries({
      'of another issuer': { iss: 'https://evil.example' },
      'for another client': { aud: 'another' },
      'of another sign-in': { nonce: 'another' },
      'without a nonce': { nonce: undefined },
    })) {
      it(`with an ID token ${what}: is refused, also by hand`, async () => {
        server.answers.set('/token', () => ({
          access_token: 'access',
          token_type: 'bearer',
          id_token: jwt({
            iss: server.url,
            aud: ['desk'],
            sub: 'robin',
            nonce: person.pages.at(-1)?.searchParams.get('nonce'),
            ...claims,
          }),
        }));
        for (const given of [answers, byHand]) {
          const error = await failure(harness.signIn(given({ scopes: 'openid' })));
          assert.deepEqual([error.kind, error.code], ['protocol', 'wrong-sign-in-answer']);
        }
      });
    }

    it('with a refusal: tells the server’s code and words as plain text', async () => {
      const error_description = 'No scope \u202E“x”\n[here](command:x)';
      person.brings = { error: 'invalid_scope', error_description };
      const error = await failure(harness.signIn(answers()));
      assert.deepEqual([error.kind, error.code], ['rejected', 'invalid_scope']);
      assert.equal(
        error.detail,
        'The server refused the sign-in. The server says: No scope “x” [here](command:x)',
      );
    });
  });

  describe('by registering', () => {
    const registering = (more: Answers = {}) =>
      answers({ client: 'register', clientId: '', clientAuth: '', ...more });
    let register: (request: RecordedRequest) => unknown;

    beforeEach(() => {
      register = () => json(201, { client_id: 'made', client_secret: 'made-secret' });
      server.answers.set('/register', (request: RecordedRequest) => register(request));
      server.answers.set(
        metadataPath,
        metadata({
          registration_endpoint: `${server.url}/register`,
          token_endpoint_auth_methods_supported: ['client_secret_post'],
        }),
      );
    });

    async function signedIn(more: Answers = {}) {
      const { client: _, clientId: __, clientAuth: ___, ...rest } = registering(more);
      return harness.signIn({ ...rest, client: 'register' });
    }

    for (const [answer, auth] of [
      [json(200, { client_id: 'made', client_secret: 's3cret' }), 'client_secret_post'],
      [json(201, { client_id: 'made', client_secret: 's3cret' }), 'client_secret_post'],
      [
        json(201, {
          client_id: 'made',
          client_secret: 's3cret',
          client_secret_expires_at: '0',
          token_endpoint_auth_method: 'client_secret_basic',
        }),
        'client_secret_basic',
      ],
      [json(201, { client_id: 'made', client_secret: 's3cret', token_endpoint_auth_method: 'none' }), 'none'],
      [json(201, { client_id: 7, client_secret: null }), 'none'],
    ] as const) {
      it(`takes ${answer.body} with ${answer.status} for a client that proves itself by ${auth}`, async () => {
        register = () => answer;
        const { settings } = await signedIn();
        assert.deepEqual([settings['.registeredAuth'], server.sent('/register').length], [auth, 1]);
      });
    }

    it('is refused by an error with a status of success', async () => {
      register = () => json(200, { error: 'invalid_client_metadata', error_description: 'no' });
      assert.equal((await failure(signedIn())).code, 'invalid_client_metadata');
    });

    it('tries once without the scope that the server does not register', async () => {
      register = ({ body }) =>
        'scope' in JSON.parse(body) ? json(403, { error: 'insufficient_scope' }) : { client_id: 'made' };
      await signedIn({ scopes: 'openid' });
      assert.equal(server.sent('/register').length, 2);
      assert.equal(person.pages[0]?.searchParams.get('scope'), 'openid');
    });

    it('registers any port of this computer, or the one it has where that is refused', async () => {
      register = ({ body }) =>
        JSON.parse(body).redirect_uris.includes('http://127.0.0.1/callback')
          ? json(400, { error: 'invalid_redirect_uri' })
          : { client_id: 'made' };
      const first = await signedIn();
      assert.equal(first.settings['.registeredFor'], `browser ${person.redirectUri}`);
      person.redirectUri = 'http://127.0.0.1:50505/callback';
      const io = harness.sessions.signInIo(harness.adapter, first, person);
      await harness.adapter.signIn(first, io, unhurried());
      assert.equal(server.sent('/register').length, 4);
    });

    for (const [what, forget] of Object.entries({
      'the server has forgotten': () => json(401, { error: 'invalid_client' }),
      'the server refuses without a word': () => ({ status: 401, body: '' }),
    })) {
      it(`registers anew a client that ${what}`, async () => {
        const first = await signedIn();
        register = () => json(201, { client_id: 'anew' });
        server.answers.set('/token', ({ body }: RecordedRequest) =>
          body.includes('client_id=made') ? forget() : { access_token: 'access' },
        );
        const io = harness.sessions.signInIo(harness.adapter, first, person);
        const again = await harness.adapter.signIn(first, io, unhurried());
        assert.equal(again.settings.clientId, 'anew');
      });
    }

    for (const [what, sent] of [
      ['takes back the client of a sign-in that failed', 1],
      ['takes back no client at an address that the user did not agree to', 0],
    ] as const) {
      it(what, async () => {
        const management = {
          registration_client_uri:
            sent === 1 ? `${server.url}/register/made?v=1` : 'http://127.0.0.1:9/register/made',
          registration_access_token: 'manage-it',
        };
        register = () => json(201, { client_id: 'made', ...management });
        server.answers.set('/register/made', { status: 204 });
        person.brings = { error: 'access_denied' };
        assert.equal((await failure(signedIn())).code, 'access_denied');
        assert.deepEqual(
          server
            .sent('/register/made')
            .filter(({ method }) => method === 'DELETE')
            .map(({ method, query, headers }) => [method, query.toString(), headers.authorization]),
          sent === 1 ? [['DELETE', 'v=1', 'Bearer manage-it']] : [],
        );
        person.brings = { code: 'code' };
        await signedIn();
        assert.equal(server.sent('/register/made').filter(({ method }) => method === 'DELETE').length, sent);
      });
    }

    it('registers anew when the secret has expired', async () => {
      const seconds = Math.round(harness.clock.now() / 1000) + 60;
      register = () =>
        json(201, { client_id: 'made', client_secret: 's3cret', client_secret_expires_at: seconds });
      const first = await signedIn();
      harness.clock.advance(120_000);
      const io = harness.sessions.signInIo(harness.adapter, first, person);
      await harness.adapter.signIn(first, io, unhurried());
      assert.equal(server.sent('/register').length, 2);
    });
  });

  it('keeps the query of an endpoint, each value once', async () => {
    server.answers.set(metadataPath, metadata({ token_endpoint: `${server.url}/token?a=1&a=2&p=x%20y` }));
    await harness.signIn(answers());
    assert.equal(server.sent('/token')[0]?.query.toString(), 'a=1&a=2&p=x+y');
    server.requests.length = 0;
    await harness.signIn(byHand({ tokenEndpoint: `${server.url}/token?p=policy` }));
    assert.equal(server.sent('/token')[0]?.query.toString(), 'p=policy');
  });

  it('names what the tokens are for as the user says, and tells when the token does not', async () => {
    const resource = 'https://api.example/orders';
    server.answers.set('/token', { access_token: jwt({ aud: 'elsewhere' }) });
    for (const resourceParameter of ['resource', 'audience']) {
      const { notice } = await harness.signIn(answers({ resource, resourceParameter }));
      assert.equal(person.pages.at(-1)?.searchParams.get(resourceParameter), resource);
      assert.match(notice ?? '', /is not for https:\/\/api\.example\/orders/);
    }
    server.answers.set('/token', { access_token: jwt({ aud: [resource] }) });
    const { notice } = await harness.signIn(answers({ resource, resourceParameter: 'audience' }));
    assert.equal(notice, undefined);
  });
});
