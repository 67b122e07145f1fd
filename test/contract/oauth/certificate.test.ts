import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oauth } from '../../../src/adapters/oauth/adapter.ts';
import { Secret } from '../../../src/core/model/secret.ts';
import { createTransport } from '../../../src/platform/network/transport.ts';
import type { ClosableTransport } from '../../../src/platform/network/undiciTransport.ts';
import { createAuthority, type Identity, selfSigned } from '../../servers/certificates.ts';
import { day, json } from '../../servers/loopback.ts';
import { fingerprint, type MutualServer, startMutualServer } from '../../servers/mutualTls.ts';
import { startOddServer } from '../../servers/oidcOdd.ts';
import { SkippingClock } from '../../unit/fakes.ts';
import { direct } from '../../unit/platform/direct.ts';
import { type Answers, assertNoSecretIn, failure, Harness, readAll, unhurried } from '../harness.ts';
import { LedBack } from '../signingIn.ts';

const endpoints = {
  token_endpoint: '/token',
  revocation_endpoint: '/revoke',
  introspection_endpoint: '/introspect',
  device_authorization_endpoint: '/device',
  pushed_authorization_request_endpoint: '/push',
};

const at = (origin: string) =>
  Object.fromEntries(Object.entries(endpoints).map(([name, path]) => [name, origin + path]));

/** Of servers that know their clients by a certificate (RFC 8705). */
describe('An OAuth 2.0 server that asks for a client certificate', () => {
  const company = createAuthority('the company');
  const client = company.issue({ hosts: ['desk'] });
  let folder: string;
  let server: MutualServer;
  let forClients: MutualServer;
  let harness: Harness;
  let person: LedBack;
  /** By what they show. */
  let transports: Map<string, Promise<ClosableTransport>>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mutual-'));
    await writeFile(file('company.pem'), company.cert);
  });
  after(() => rm(folder, { recursive: true }));

  beforeEach(async () => {
    await keep(client);
    server = await startMutualServer(company);
    forClients = await startMutualServer(company);
    server.clients = [fingerprint(client.cert)];
    forClients.clients = [fingerprint(client.cert)];
    for (const { answers } of [server, forClients]) {
      answers.set('/token', { access_token: 'bound-access', refresh_token: 'kept', token_type: 'bearer' });
      answers.set('/revoke', {});
      answers.set('/introspect', { active: true, cnf: { 'x5t#S256': 'digest' } });
      answers.set('/push', { request_uri: 'urn:pushed', expires_in: 60 });
      answers.set('/device', {
        device_code: 'device-code',
        user_code: 'USER-CODE',
        verification_uri: `${server.origin}/device/page`,
        expires_in: 600,
      });
    }
    describeServer({ mtls_endpoint_aliases: at(forClients.origin) });
    transports = new Map();
    harness = new Harness(oauth, new SkippingClock(Date.now()), (_, certificate) => {
      const key = JSON.stringify(certificate) ?? '';
      const made = transports.get(key) ?? createTransport(direct, file('company.pem'), certificate);
      transports.set(key, made);
      return made;
    });
    person = new LedBack();
    harness.user = person;
  });

  afterEach(async () => {
    harness.dispose();
    for (const transport of transports.values()) {
      await (await transport).close();
    }
    await server.stop();
    await forClients.stop();
  });

  const file = (name: string) => join(folder, name);

  async function keep({ cert, key }: Identity): Promise<void> {
    await writeFile(file('client.pem'), cert);
    await writeFile(file('client.key'), key);
  }

  function describeServer(more: object): void {
    server.answers.set('/.well-known/oauth-authorization-server', {
      issuer: server.origin,
      authorization_endpoint: `${server.origin}/authorize`,
      token_endpoint_auth_methods_supported: ['tls_client_auth', 'self_signed_tls_client_auth'],
      ...at(server.origin),
      ...more,
    });
  }

  const answers = (more: Answers = {}): Answers => ({
    issuer: server.origin,
    method: 'clientCredentials',
    clientId: 'desk',
    clientAuth: 'tls_client_auth',
    clientCertificateFile: file('client.pem'),
    clientKeyFile: file('client.key'),
    ...more,
  });

  const asked = ({ requests }: MutualServer, path: string) =>
    requests.filter((request) => request.path === path);

  async function accessToken({ root }: Awaited<ReturnType<Harness['connect']>>) {
    await harness.inventory.open(root.branch);
    return root.branch.nodes.find(({ item }) => item.id === 'access_token') ?? assert.fail('no token');
  }

  for (const clientAuth of ['tls_client_auth', 'self_signed_tls_client_auth']) {
    it(`is used with ${clientAuth} at the addresses that its metadata names for it, and only there`, async () => {
      const own = clientAuth === 'tls_client_auth' ? client : selfSigned({ hosts: ['desk'] });
      await keep(own);
      forClients.clients = [fingerprint(own.cert)];
      const connected = await harness.connect(answers({ clientAuth }));
      assert.deepEqual(new Set(person.trusted), new Set([forClients.origin]));
      await harness.renewals.renew(await accessToken(connected), unhurried());
      await harness.revocations.revoke(await accessToken(connected), unhurried());
      for (const path of ['/token', '/introspect', '/revoke']) {
        const requests = asked(forClients, path);
        assert(requests.length > 0, path);
        for (const { form, shown } of requests) {
          assert.equal(shown, fingerprint(own.cert), path);
          assert.equal(form.get('client_id'), 'desk', path);
          assert.equal(form.has('client_secret') || form.has('client_assertion'), false, path);
        }
      }
      assert(server.shown.length > 0);
      assert.deepEqual(new Set(server.shown), new Set([undefined]));
      assert.deepEqual(
        new Set(server.requests.map(({ path }) => path.slice(0, 12))),
        new Set(['/.well-known']),
      );
    });
  }

  it('is used at its own addresses where it names no others', async () => {
    describeServer({});
    const connected = await harness.connect(answers());
    const { items } = await readAll(connected.session, undefined);
    assert(items.some(({ id }) => id === 'access_token'));
    assert.deepEqual(
      asked(server, '/token').map(({ shown }) => shown),
      [fingerprint(client.cert)],
    );
    assert.deepEqual(forClients.shown, []);
  });

  it('is told of pushed requests and device codes where it takes certificates', async () => {
    await harness.signIn(answers({ method: 'browser', wayBack: 'loopback' }));
    await harness.signIn(answers({ method: 'device' }));
    for (const path of ['/push', '/device']) {
      assert.deepEqual(
        asked(forClients, path).map(({ shown }) => shown),
        [fingerprint(client.cert)],
        path,
      );
      assert.deepEqual(asked(server, path), [], path);
    }
    assert.equal(person.pages[0]?.origin, server.origin);
  });

  it('has addresses for certificates that its description names amiss left out', async () => {
    describeServer({ mtls_endpoint_aliases: { token_endpoint: 'http://example.com/token', other: 1 } });
    await harness.signIn(answers());
    assert.equal(asked(server, '/token').length, 1);
    assert.deepEqual(
      person.trusted.filter((origin) => origin !== server.origin),
      [],
    );
  });

  it('shows what it says of the certificate that a token is bound to', async () => {
    const { session } = await harness.connect(answers());
    const { items } = await readAll(session, undefined);
    assert.match(JSON.stringify(items), /digest/);
  });

  it('is shown none by a connection that registers a client of its own', async () => {
    const shownBy = (client: string) =>
      harness.adapter.clientCertificate?.({
        ...answers({ client }),
        '.server': `issuer=${server.origin} token_endpoint=${server.origin}/token registration_endpoint=${server.origin}/register`,
      });
    assert.equal(shownBy('register'), undefined);
    assert.deepEqual(shownBy('own')?.origins, [server.origin]);
  });

  it('refuses a client without one', async () => {
    describeServer({ token_endpoint_auth_methods_supported: ['client_secret_post', 'tls_client_auth'] });
    const { kind } = await failure(
      harness.signIn(answers({ clientAuth: 'client_secret_post', clientSecret: 'no-certificate' })),
    );
    assert.equal(kind, 'unauthorized');
    assert.deepEqual(new Set(server.shown), new Set([undefined]));
  });

  it('refuses a client with that of another authority', async () => {
    await keep(createAuthority('someone else').issue({ hosts: ['desk'] }));
    assert.equal((await failure(harness.signIn(answers()))).kind, 'unauthorized');
    const strict = await startMutualServer(company, true);
    strict.answers.set('/token', { access_token: 'never', token_type: 'bearer' });
    describeServer({ mtls_endpoint_aliases: at(strict.origin) });
    try {
      const error = await failure(harness.signIn(answers()));
      assert(['tls', 'network'].includes(error.kind), error.kind);
      assert.deepEqual(strict.requests, []);
    } finally {
      await strict.stop();
    }
  });

  const encrypted = createPrivateKey(client.key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'passphrase',
  });
  for (const [what, code, cert, key] of [
    ['a certificate that is not there', 'unreadable-client-certificate', undefined, client.key],
    ['a file without a certificate', 'no-client-certificate', client.key, client.key],
    ['a key that is not there', 'unreadable-client-key', client.cert, undefined],
    ['a file without a key', 'unusable-client-key', client.cert, client.cert],
    ['a huge file as the key', 'unreadable-client-key', client.cert, client.key.repeat(400)],
    ['a key with a passphrase', 'encrypted-client-key', client.cert, String(encrypted)],
    ['a key of another certificate', 'client-key-mismatch', client.cert, selfSigned({ hosts: ['desk'] }).key],
    ...[
      { notBefore: Date.now() - 2 * day, notAfter: Date.now() - day },
      { notBefore: Date.now() + day, notAfter: Date.now() + 2 * day },
    ].map((span) => {
      const past = company.issue({ hosts: ['desk'], ...span });
      return ['a certificate of another time', 'client-certificate-expired', past.cert, past.key] as const;
    }),
  ] as const) {
    it(`is sent nothing with ${what}, and that is said`, async () => {
      for (const [name, content] of [
        ['client.pem', cert],
        ['client.key', key],
      ] as const) {
        await (content === undefined ? rm(file(name)) : writeFile(file(name), content));
      }
      const error = await failure(harness.signIn(answers()));
      assert.equal(error.kind, 'configuration');
      assert.equal(error.code, code);
      assert(error.nothingSent);
      assert(error.detail.startsWith(folder));
      assert.deepEqual(forClients.shown, []);
      assertNoSecretIn([error], secretsIn(client.key));
    });
  }

  it('is sent nothing through the network stack that cannot show one', async () => {
    const plain = await startOddServer();
    plain.answers.set('/.well-known/oauth-authorization-server', {
      issuer: plain.url,
      token_endpoint: `${plain.url}/token`,
      token_endpoint_auth_methods_supported: ['tls_client_auth'],
    });
    plain.answers.set('/token', json(200, {}));
    const other = new Harness(oauth, new SkippingClock(), (_, certificate) =>
      createTransport({ ...direct, stack: 'vscode' }, undefined, certificate),
    );
    try {
      const error = await failure(other.signIn(answers({ issuer: plain.url })));
      assert.equal(error.code, 'client-certificate-unusable');
      assert(error.nothingSent);
      assert.deepEqual(plain.sent('/token'), []);
    } finally {
      other.dispose();
      await plain.stop();
    }
  });

  it('sees a certificate that was renewed in its file at the next connection', async () => {
    const connected = await harness.connect(answers());
    const next = company.issue({ hosts: ['desk'] });
    await keep(next);
    forClients.clients = [fingerprint(next.cert)];
    forClients.hangUp();
    await readAll(connected.session, undefined);
    assert.equal(asked(forClients, '/introspect').at(-1)?.shown, fingerprint(next.cert));
  });

  it('leaves the key in its file: nothing that is stored, noted or logged holds it', async () => {
    const connected = await harness.connect(answers());
    await harness.renewals.renew(await accessToken(connected), unhurried());
    const stored = [...harness.credentialStore.values.values()].map((secrets) =>
      Object.values(secrets).map((value) => (value instanceof Secret ? value.reveal() : value)),
    );
    const places = [harness.connectionStore.index, stored, harness.logger.lines, harness.actStore.lines];
    const sent = forClients.requests.map(({ path, form }) => `${path} ${form}`);
    assertNoSecretIn([...places, sent, connected.connection], secretsIn(client.key));
    assert(JSON.stringify(harness.connectionStore.index).includes('client.key'));
  });
});

/** The key whole, and each of its lines. */
function secretsIn(key: string): string[] {
  return [key, ...key.split('\n').filter((line) => line.length > 30 && !line.startsWith('-----'))];
}
