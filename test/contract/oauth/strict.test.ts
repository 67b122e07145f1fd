import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { oauth } from '../../../src/adapters/oauth/adapter.ts';
import { privateKeyIn } from '../../../src/adapters/oauth/protocol/keys.ts';
import { type OidcServer, startOidc } from '../../servers/oidc.ts';
import { localize, SkippingClock } from '../../unit/fakes.ts';
import {
  type Answers,
  assertNoSecretIn,
  type Connected,
  failure,
  Harness,
  readAll,
  unhurried,
} from '../harness.ts';
import { Person } from '../signingIn.ts';

const macSecret = 'a-secret-that-signs-assertions-0123456789';
const keys = {
  EC: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

const pem = (key: KeyObject) => String(key.export({ type: 'pkcs8', format: 'pem' }));

/** Of a server that insists on everything that the profiles for banks ask for, short of certificates. */
describe('A strict OAuth 2.0 server', () => {
  let server: OidcServer;
  let harness: Harness;
  let person: Person;
  /** A key of the form's own, as it would stand in the box, and what was copied of it. */
  let made: { readonly key: string; readonly copied: object };

  before(async () => {
    const { clientKey } = oauth(localize).keyMakers ?? {};
    const key = await clientKey?.make({ settings: {}, secrets: {} });
    assert(clientKey && key);
    made = { key: key.reveal(), copied: JSON.parse(clientKey.publicHalf(key.reveal()) ?? '') };
    const common = {
      application_type: 'native' as const,
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      redirect_uris: ['http://127.0.0.1/callback'],
      response_types: ['code' as const],
      dpop_bound_access_tokens: true,
    };
    const signed = (
      client_id: string,
      key: KeyObject,
      token_endpoint_auth_signing_alg: 'ES256' | 'PS256',
    ) => ({
      ...common,
      client_id,
      token_endpoint_auth_method: 'private_key_jwt' as const,
      token_endpoint_auth_signing_alg,
      jwks: { keys: [{ kty: 'RSA', ...key.export({ format: 'jwk' }) }] },
    });
    server = await startOidc({
      strictClients: [
        signed('EC', keys.EC.publicKey, 'ES256'),
        signed('RSA', keys.RSA.publicKey, 'PS256'),
        {
          ...signed('made', keys.EC.publicKey, 'ES256'),
          jwks: { keys: [{ kty: 'EC', ...made.copied }] },
        },
        {
          ...common,
          client_id: 'mac',
          client_secret: macSecret,
          token_endpoint_auth_method: 'client_secret_jwt',
          token_endpoint_auth_signing_alg: 'HS256',
        },
      ],
    });
  });
  after(() => server.stop());

  beforeEach(() => {
    server.requests.length = 0;
    harness = new Harness(oauth, new SkippingClock(Date.now()));
    person = new Person();
    harness.user = person;
  });
  afterEach(() => harness.dispose());

  const browser = (client: Answers): Answers => ({
    issuer: server.url,
    method: 'browser',
    wayBack: 'loopback',
    scopes: 'openid offline_access',
    ...client,
  });
  const byKey = (clientId: string, clientKey: string): Answers => ({
    client: 'own',
    clientId,
    clientAuth: 'private_key_jwt',
    clientKey,
  });
  const jwkWithAlgorithm = (key: KeyObject, alg: string) =>
    JSON.stringify({ ...key.export({ format: 'jwk' }), alg });

  async function renewed({ root }: Connected) {
    await harness.inventory.open(root.branch);
    const node = root.branch.nodes.find(({ item }) => item.id === 'access_token');
    assert(node);
    return harness.renewals.renew(node, unhurried());
  }

  for (const [what, client] of Object.entries<Answers>({
    'a P-256 key in PEM': byKey('EC', pem(keys.EC.privateKey)),
    'a P-256 key in PEM that was pasted as one line': byKey(
      'EC',
      pem(keys.EC.privateKey).replaceAll('\n', ' '),
    ),
    'a P-256 key in SEC 1': byKey('EC', String(keys.EC.privateKey.export({ type: 'sec1', format: 'pem' }))),
    'a P-256 key as a JSON Web Key': byKey(
      'EC',
      JSON.stringify(keys.EC.privateKey.export({ format: 'jwk' })),
    ),
    'an RSA key that names its algorithm': byKey('RSA', jwkWithAlgorithm(keys.RSA.privateKey, 'PS256')),
    'a secret that signs': {
      client: 'own',
      clientId: 'mac',
      clientAuth: 'client_secret_jwt',
      clientSecret: macSecret,
    },
    'a key that was made here and registered': { client: 'register' },
  })) {
    it(`is signed in to, renewed at and revoked at with ${what}`, async () => {
      const connected = await harness.connect(browser(client));
      const { connection, session } = connected;
      const secrets = () => harness.credentialStore.values.get(connection.id) ?? assert.fail();
      const [page] = person.pages;
      assert.deepEqual([...(page?.searchParams.keys() ?? [])], ['client_id', 'request_uri']);
      const [access] = (await readAll(session, undefined)).items;
      assert.equal(access?.status, 'active');
      const before = secrets().refreshToken;
      await renewed(connected);
      assert(before && !secrets().refreshToken?.equals(before));
      harness.sessions.close(connection.id);
      await renewed(connected);
      const node = connected.root.branch.nodes.find(({ item }) => item.id === 'refresh_token');
      assert(node);
      assert.deepEqual(await harness.revocations.revoke(node, unhurried()), { kind: 'revoked' });
      assertNoSecretIn(
        [harness.logger.lines, connection, access, person.pages.map(String)],
        Object.values(secrets())
          .map((secret) => secret.reveal())
          .filter((value) => value.length > 20),
      );
    });
  }

  it('binds its tokens to a key that is kept among the secrets, and answers its nonces', async () => {
    const connected = await harness.connect(browser(byKey('EC', pem(keys.EC.privateKey))));
    const secrets = harness.credentialStore.values.get(connected.connection.id);
    assert.match(secrets?.dpopKey?.reveal() ?? '', /"d":/);
    const { items } = await readAll(connected.session, undefined);
    const type = items[0]?.fields.find(({ label }) => label === 'Token type');
    assert(type && 'text' in type);
    assert.equal(type.text, 'DPoP');
    const refused = server.requests.filter(({ path, status }) => path === '/request' && status === 400);
    assert.equal(refused.length, 1);
    assert(
      server.requests
        .filter(({ path }) => path === '/token' || path === '/request')
        .every(({ headers }) => headers.dpop !== undefined),
    );
  });

  it('gets a token for the client itself', async () => {
    const client = { ...byKey('EC', pem(keys.EC.privateKey)), method: 'clientCredentials', scopes: '' };
    const connected = await harness.connect(browser(client));
    await renewed(connected);
    const [access] = (await readAll(connected.session, undefined)).items;
    assert.equal(access?.status, 'active');
  });

  it('knows by what was copied of it a key that was made in the form, which the details name', async () => {
    const connected = await harness.connect(browser(byKey('made', made.key)));
    await renewed(connected);
    const [access] = (await readAll(connected.session, undefined)).items;
    const field = access?.fields.find(({ label }) => label === 'Public key of the client');
    assert(field && 'text' in field);
    assert.deepEqual(JSON.parse(field.text), made.copied);
    const { d } = JSON.parse(made.key);
    assertNoSecretIn([access, connected.connection, made.copied, harness.logger.lines], [d]);
  });

  it('that does not know the key says so before any browser is opened', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const error = await failure(harness.signIn(browser(byKey('EC', pem(other.privateKey)))));
    assert.deepEqual([error.kind, error.code], ['unauthorized', 'invalid_client']);
    assert.deepEqual(person.pages, []);
  });

  for (const [what, entered] of Object.entries({
    nothing: '',
    words: 'my key',
    'a public key': String(keys.EC.publicKey.export({ type: 'spki', format: 'pem' })),
    'a public JSON Web Key': JSON.stringify(keys.EC.publicKey.export({ format: 'jwk' })),
    'half a key': pem(keys.EC.privateKey).slice(0, 90),
    'a key on another curve': pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey),
    'a key that signs nothing': pem(generateKeyPairSync('x25519').privateKey),
    'an encrypted key': String(
      keys.EC.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }),
    ),
  })) {
    it(`has no use for ${what}`, () => {
      assert.equal(privateKeyIn(entered), undefined);
    });
  }
});
