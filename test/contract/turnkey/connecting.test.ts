import assert from 'node:assert/strict';
import { failure, unhurried } from '../harness.ts';
import { answersFor, Bench, newKeyPair } from './bench.ts';

describe('Turnkey', () => {
  const bench = new Bench();
  const { admin, complaint } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  describe('when connecting', () => {
    for (const [before, after] of [
      ['0x', ''],
      ['0X', ''],
      ['', ':p256'],
      [' 0x', ':p256\n'],
    ]) {
      it(`takes keys written with ${JSON.stringify(before)} in front and ${JSON.stringify(after)} behind`, async () => {
        const { publicKey, privateKey } = bench.server.credentials;
        const { settings, secrets } = await bench.harness.signIn({
          ...answersFor(bench.server),
          apiPublicKey: `${before}${publicKey}${after}`,
          apiPrivateKey: `${before}${privateKey}${after}`,
        });
        assert.equal(settings.apiPublicKey, publicKey);
        assert.equal(secrets.apiPrivateKey?.reveal(), privateKey);
      });
    }

    it('names the user and the organization, and keeps the private key apart', async () => {
      const { account, settings, secrets, notice } = await bench.harness.signIn(answersFor(bench.server));
      const { organizationId, userId, publicKey } = bench.server.credentials;
      assert.deepEqual(account, { id: `${organizationId}/${userId}`, name: 'platform-admin in Shopfront' });
      assert.deepEqual(settings, {
        baseUrl: bench.server.url,
        organizationId,
        apiPublicKey: publicKey,
        users: [],
      });
      assert.deepEqual(Object.keys(secrets), ['apiPrivateKey']);
      assert.equal(notice, undefined);
    });

    it('names swapped and mismatched keys while they are being typed', () => {
      const { publicKey, privateKey } = bench.server.credentials;
      const other = newKeyPair();
      assert.equal(complaint('apiPublicKey', publicKey), undefined);
      assert.match(complaint('apiPublicKey', privateKey) ?? '', /looks like the private key/);
      assert.match(complaint('apiPublicKey', 'abc') ?? '', /66 hexadecimal digits/);
      const typed = { apiPublicKey: publicKey };
      assert.equal(complaint('apiPrivateKey', privateKey, typed), undefined);
      assert.match(complaint('apiPrivateKey', publicKey, typed) ?? '', /This is a public key/);
      assert.match(complaint('apiPrivateKey', other.apiPrivateKey, typed) ?? '', /does not match/);
      assert.match(complaint('apiPrivateKey', '0'.repeat(64), typed) ?? '', /curve P-256/);
      assert.match(complaint('apiPrivateKey', 'abc', typed) ?? '', /64 hexadecimal digits/);
      assert.equal(complaint('organizationId', bench.server.credentials.organizationId), undefined);
      assert.match(complaint('organizationId', 'Shopfront') ?? '', /UUID/);
    });

    it('checks the key pair before it sends anything', async () => {
      const good = await bench.harness.fill(answersFor(bench.server));
      const io = bench.harness.sessions.formIo(bench.harness.adapter, good);
      bench.server.requests.length = 0;
      const draft = { ...good, settings: { ...good.settings, apiPublicKey: newKeyPair().apiPublicKey } };
      const error = await failure(bench.harness.adapter.signIn(draft, io, unhurried()));
      assert.deepEqual([error.kind, error.code], ['configuration', 'unusable-key-pair']);
      const openIo = { ...io, readSecrets: async () => ({}), saveSecrets: async () => undefined };
      assert.throws(() => bench.harness.adapter.open(draft, openIo), { kind: 'configuration' });
      assert.deepEqual(bench.server.requests, []);
    });

    it('offers every user, and says which one the key belongs to', async () => {
      const draft = await bench.harness.fill(answersFor(bench.server));
      const step = bench.harness.adapter.form.find(({ id }) => id === 'users');
      assert(step?.kind === 'choice');
      const io = bench.harness.sessions.formIo(bench.harness.adapter, draft);
      const options = await step.options(draft, io, unhurried());
      assert.deepEqual(options[0], {
        value: bench.server.credentials.userId,
        label: 'platform-admin',
        description: 'platform-admin@shopfront.example',
        detail: 'The user of this API key',
      });
      assert.deepEqual(
        options.map(({ label }) => label),
        ['platform-admin', 'ci-robot', 'support-desk', 'auditor'],
      );
    });

    it('warns when the key belongs to the parent of the organization', async () => {
      const child = bench.server.state.organizations[1];
      assert(child);
      const { notice } = await bench.harness.signIn({
        ...answersFor(bench.server),
        organizationId: child.organizationId,
      });
      assert.match(notice ?? '', /belongs to another organization/);
    });

    it('calls an expired API key unauthorized', async () => {
      for (const key of admin().apiKeys) {
        key.expirationSeconds = '1';
      }
      const error = await failure(bench.harness.signIn(answersFor(bench.server)));
      assert.deepEqual([error.kind, error.code], ['unauthorized', 'API_KEY_EXPIRED']);
    });

    it("opens the vendor's dashboard only for the vendor's own address", async () => {
      const { settings, secrets } = await bench.harness.signIn(answersFor(bench.server));
      const open = (baseUrl: string) => {
        const config = { settings: { ...settings, baseUrl }, secrets };
        const io = bench.harness.sessions.formIo(bench.harness.adapter, config);
        return bench.harness.adapter.open(config, {
          ...io,
          readSecrets: async () => ({}),
          saveSecrets: async () => undefined,
        });
      };
      assert.equal(open(bench.server.url).webPage, undefined);
      assert.equal(open('https://api.turnkey.com').webPage, 'https://app.turnkey.com');
    });
  });
});
