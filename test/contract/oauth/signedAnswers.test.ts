import assert from 'node:assert/strict';
import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { oauth } from '../../../src/adapters/oauth/adapter.ts';
import type { AuthorizationRequest } from '../../../src/core/adapter/signInUser.ts';
import { json, type RecordedRequest } from '../../servers/loopback.ts';
import { startOidc } from '../../servers/oidc.ts';
import { type OddServer, startOddServer } from '../../servers/oidcOdd.ts';
import { SkippingClock } from '../../unit/fakes.ts';
import { type Answers, failure, Harness } from '../harness.ts';
import { deskByBrowser, LedBack, Person } from '../signingIn.ts';
import { describeOdd, endOdd } from './oddBench.ts';

const keys = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};
type Algorithm = keyof typeof keys;

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(alg: Algorithm, claims: object, key: KeyObject = keys[alg].privateKey): string {
  const content = `${encoded({ alg, kid: alg })}.${encoded(claims)}`;
  const how = {
    RS256: {},
    PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
    ES256: { dsaEncoding: 'ieee-p1363' as const },
  }[alg];
  return `${content}.${sign('sha256', Buffer.from(content), { key, ...how }).toString('base64url')}`;
}

/** A person whose browser brings back what the server signed, or what somebody else made of it. */
class LedBackSigned extends LedBack {
  /** The query of the way back, made of what the server would sign. */
  makes: (claims: Claims) => Record<string, string> = (claims) => ({ response: signed('RS256', claims) });
  readonly #now: () => number;
  issuer = '';

  constructor(now: () => number) {
    super();
    this.#now = now;
  }

  override async authorize({ page, state }: AuthorizationRequest): Promise<string> {
    this.pages.push(new URL(await page(this.redirectUri)));
    const exp = Math.floor(this.#now() / 1000) + 60;
    const claims = { iss: this.issuer, aud: 'desk', exp, state, code: 'a-code' };
    return `${this.redirectUri}?${new URLSearchParams(this.makes(claims))}`;
  }
}

interface Claims {
  readonly iss: string;
  readonly aud: string;
  readonly exp: number;
  readonly state: string;
  readonly code: string;
}

describe('An OAuth 2.0 server that signs what the browser brings back', () => {
  let server: OddServer;
  let harness: Harness;
  let person: LedBackSigned;

  beforeEach(async () => {
    server = await startOddServer(() => harness.clock.now());
    harness = new Harness(oauth, new SkippingClock(Date.now()));
    person = new LedBackSigned(() => harness.clock.now());
    person.issuer = server.url;
    harness.user = person;
    server.answers.set('/token', { access_token: 'access', token_type: 'bearer', refresh_token: 'refresh' });
    server.answers.set('/jwks', {
      keys: Object.entries(keys).map(([kid, { publicKey }]) => ({
        kty: '',
        ...publicKey.export({ format: 'jwk' }),
        kid,
        alg: kid,
        use: 'sig',
      })),
    });
    describeServer();
  });

  afterEach(() => endOdd(server, harness));

  function describeServer(more: object = {}): void {
    describeOdd(server, {
      jwks_uri: `${server.url}/jwks`,
      response_modes_supported: ['query.jwt', 'jwt'],
      authorization_signing_alg_values_supported: Object.keys(keys),
      ...more,
    });
  }

  const answers = (more: Answers = {}): Answers => ({
    ...deskByBrowser(server.url),
    ...more,
  });

  for (const alg of ['RS256', 'PS256', 'ES256'] as const) {
    it(`by ${alg}: is asked to, and is believed after its key was read`, async () => {
      person.makes = (claims) => ({ response: signed(alg, claims) });
      await harness.signIn(answers());
      assert.equal(person.pages[0]?.searchParams.get('response_mode'), 'query.jwt');
      const [exchange] = server.sent('/token');
      assert.equal(new URLSearchParams(exchange?.body).get('code'), 'a-code');
      assert.equal(server.sent('/jwks').length, 1);
      assert.equal(server.sent('/jwks')[0]?.headers.authorization, undefined);
    });
  }

  it('without being asked to: is believed all the same', async () => {
    describeServer({ response_modes_supported: ['query', 'query.jwt'] });
    await harness.signIn(answers());
    assert.equal(person.pages[0]?.searchParams.get('response_mode'), null);
    assert.equal(server.sent('/token').length, 1);
  });

  it('and has refused: tells the refusal in its words', async () => {
    person.makes = ({ code: _, ...claims }) => ({
      response: signed('RS256', { ...claims, error: 'invalid_scope', error_description: 'no such scope' }),
    });
    const error = await failure(harness.signIn(answers()));
    assert.deepEqual([error.kind, error.code], ['rejected', 'invalid_scope']);
    assert.match(error.detail, /no such scope/);
  });

  it('and could not sign a refusal: tells it as well', async () => {
    person.makes = ({ state }) => ({ state, error: 'server_error' });
    assert.equal((await failure(harness.signIn(answers()))).code, 'server_error');
  });

  const minute = 60;
  const forged = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const publicPem = String(keys.RS256.publicKey.export({ type: 'spki', format: 'pem' }));
  const byMac = (claims: Claims) => {
    const content = `${encoded({ alg: 'HS256', kid: 'RS256' })}.${encoded(claims)}`;
    return `${content}.${createHmac('sha256', publicPem).update(content).digest('base64url')}`;
  };
  const hostile: Record<string, (claims: Claims) => Record<string, string>> = {
    'signed by another key': (claims) => ({ response: signed('RS256', claims, forged) }),
    'signed by no key': (claims) => ({
      response: `${encoded({ alg: 'none' })}.${encoded(claims)}.`,
    }),
    'signed by the public key as if it were a secret': (claims) => ({ response: byMac(claims) }),
    'changed after it was signed': (claims) => {
      const [header, , signature] = signed('RS256', claims).split('.');
      return { response: [header, encoded({ ...claims, code: 'theirs' }), signature].join('.') };
    },
    'for another client': (claims) => ({ response: signed('RS256', { ...claims, aud: 'another' }) }),
    'of another server': (claims) => ({
      response: signed('RS256', { ...claims, iss: 'https://evil.example' }),
    }),
    'that has expired': (claims) => ({
      response: signed('RS256', { ...claims, exp: claims.exp - 3 * minute }),
    }),
    'that never expires': ({ exp: _, ...claims }) => ({ response: signed('RS256', claims) }),
    'of another sign-in': (claims) => ({ response: signed('RS256', { ...claims, state: 'theirs' }) }),
    'that is no token': () => ({ response: 'a.b.c' }),
    'in the clear': ({ state, code, iss }) => ({ state, code, iss }),
    'signed by another key, beside one in the clear': (claims) => ({
      state: claims.state,
      code: claims.code,
      response: signed('RS256', claims, forged),
    }),
  };
  for (const [what, makes] of Object.entries(hostile)) {
    it(`given an answer ${what}: uses no code of it`, async () => {
      person.makes = makes;
      const error = await failure(harness.signIn(answers()));
      assert.deepEqual([error.kind, error.code], ['protocol', 'wrong-sign-in-answer']);
      assert.deepEqual(server.sent('/token'), []);
    });
  }

  it('and encrypts it: is told by name that this cannot be read', async () => {
    person.makes = () => ({ response: `${encoded({ alg: 'RSA-OAEP', enc: 'A128GCM' })}.a.b.c.d` });
    const error = await failure(harness.signIn(answers()));
    assert.deepEqual([error.kind, error.code], ['protocol', 'encrypted-answer']);
    assert.deepEqual(server.sent('/token'), []);
  });

  for (const [what, jwks_uri] of Object.entries({
    'names no keys': undefined,
    'keeps its keys elsewhere': 'https://keys.example/jwks',
  })) {
    it(`and ${what}: is refused before a browser is opened`, async () => {
      describeServer({ jwks_uri });
      const error = await failure(harness.signIn(answers()));
      assert.deepEqual([error.kind, error.code], ['protocol', 'unverifiable-answer']);
      assert.deepEqual(person.pages, []);
      assert.deepEqual(server.sent('/token'), []);
    });
  }

  it('and whose keys cannot be read: uses no code, and says what was wrong', async () => {
    server.answers.set('/jwks', { status: 503, body: '' });
    const error = await failure(harness.signIn(answers()));
    assert.deepEqual([error.kind, error.status], ['server', 503]);
    assert.deepEqual(server.sent('/token'), []);
  });

  describe('for a client that was registered so', () => {
    let registers: Readonly<Record<string, string>>;
    const registering = (): Answers => ({
      issuer: server.url,
      method: 'browser',
      wayBack: 'loopback',
      client: 'register',
    });

    beforeEach(() => {
      registers = {};
      server.answers.set('/register', (_: RecordedRequest) =>
        json(201, { client_id: 'desk', token_endpoint_auth_method: 'none', ...registers }),
      );
      describeServer({
        registration_endpoint: `${server.url}/register`,
        response_modes_supported: ['query', 'query.jwt'],
      });
    });

    it('is asked to, also in the next sign-in, and may sign by that algorithm alone', async () => {
      registers = { authorization_signed_response_alg: 'ES256' };
      person.makes = (claims) => ({ response: signed('ES256', claims) });
      const connected = await harness.connect(registering());
      assert.equal(connected.connection.settings['.registeredSigning'], 'ES256');
      person.makes = (claims) => ({ response: signed('RS256', claims) });
      const secrets = harness.credentialStore.values.get(connected.connection.id) ?? {};
      const draft = { settings: connected.connection.settings, secrets };
      const io = harness.sessions.signInIo(harness.adapter, draft, person);
      const again = harness.adapter.signIn(draft, io, new AbortController().signal);
      assert.equal((await failure(again)).code, 'wrong-sign-in-answer');
      assert.deepEqual(
        person.pages.map(({ searchParams }) => searchParams.get('response_mode')),
        ['query.jwt', 'query.jwt'],
      );
      assert.equal(server.sent('/register').length, 1);
    });

    it('by an algorithm that cannot be checked here: answers in the clear', async () => {
      registers = { authorization_signed_response_alg: 'HS256' };
      person.makes = ({ state, code }) => ({ state, code });
      await harness.signIn(registering());
      assert.equal(person.pages[0]?.searchParams.get('response_mode'), null);
    });
  });
});

describe('A real OAuth 2.0 server that signs what the browser brings back', () => {
  it('is asked to by a client that it registered, and its tokens are kept', async () => {
    const server = await startOidc({ signsAnswers: true });
    const harness = new Harness(oauth, new SkippingClock(Date.now()));
    try {
      const person = new Person();
      let brought: URL | undefined;
      person.tampers = (callback) => {
        brought = callback;
        return callback;
      };
      harness.user = person;
      const given = { issuer: server.url, method: 'browser', wayBack: 'loopback', client: 'register' };
      const { secrets } = await harness.signIn({ ...given, scopes: 'openid offline_access' });
      assert.equal(person.pages[0]?.searchParams.get('response_mode'), 'query.jwt');
      assert.deepEqual([...(brought?.searchParams.keys() ?? [])], ['response']);
      assert.equal(server.isActive(secrets.accessToken?.reveal() ?? ''), true);
    } finally {
      harness.dispose();
      await server.stop();
    }
  });
});
