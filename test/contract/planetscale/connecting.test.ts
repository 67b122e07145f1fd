import assert from 'node:assert/strict';
import { TokenManagerError } from '../../../src/core/model/errors.ts';
import { Secret } from '../../../src/core/model/secret.ts';
import { assertNoSecretIn, failure, unhurried } from '../harness.ts';
import { answersFor, Bench, without } from './bench.ts';

describe('PlanetScale', () => {
  const bench = new Bench();
  const { attach, connect } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  describe('when connecting', () => {
    it('names the organization', async () => {
      const { account, settings, secrets, notice } = await bench.harness.signIn(answersFor(bench.server));
      assert.deepEqual(account, { id: bench.server.state.organizations[0]?.id, name: 'shopfront' });
      assert.deepEqual(settings, {
        apiUrl: bench.server.apiUrl,
        oauthUrl: bench.server.oauthUrl,
        serviceTokenId: bench.server.credentials.serviceTokenId,
        organization: 'shopfront',
        applications: [],
      });
      assert.deepEqual(Object.keys(secrets), ['serviceToken']);
      assert.equal(notice, undefined);
    });

    it('sends the service token without a scheme word', async () => {
      await bench.harness.signIn(answersFor(bench.server));
      const { serviceTokenId, serviceToken } = bench.server.credentials;
      for (const { headers } of bench.server.requests) {
        assert.equal(headers.authorization, `${serviceTokenId}:${serviceToken}`);
      }
    });

    it('asks which organization only where there are several', async () => {
      bench.server.state.organizations.splice(1);
      const { organization: _, ...answers } = answersFor(bench.server);
      assert.equal((await bench.harness.signIn(answers)).account.name, 'shopfront');
    });

    it('says so when the service token reaches no organization', async () => {
      bench.server.state.organizations = [];
      const error = await failure(bench.harness.signIn(answersFor(bench.server)));
      assert.deepEqual(
        [error.kind, error.detail],
        ['rejected', 'This service token reaches no organization.'],
      );
    });

    it('does not take an organization that the service token does not reach', async () => {
      const draft = await bench.harness.fill(answersFor(bench.server));
      bench.server.state.serviceTokens[0]?.organizations.shift();
      const io = bench.harness.sessions.formIo(bench.harness.adapter, draft);
      const error = await failure(bench.harness.adapter.signIn(draft, io, unhurried()));
      assert.deepEqual(
        [error.kind, error.detail],
        ['notFound', 'The service token does not reach the organization shopfront.'],
      );
    });

    it('names the access that the service token lacks', async () => {
      without(bench.server, 'read_oauth_applications');
      const error = await failure(bench.harness.signIn(answersFor(bench.server)));
      assert.deepEqual(
        [error.kind, error.detail],
        [
          'notFound',
          'Not found, or the service token lacks read_oauth_applications. The server says: Not Found',
        ],
      );
    });

    it('tells that an organization has no applications, for the feature may be off', async () => {
      bench.server.state.applications = [];
      const { notice } = await bench.harness.signIn(answersFor(bench.server));
      assert.match(notice ?? '', /shopfront has no OAuth applications/);
    });

    it('reads every page of applications to choose from', async () => {
      const [app] = bench.server.state.applications;
      assert(app);
      for (let index = 0; index < 250; index++) {
        bench.server.state.applications.push({ ...app, resource: { ...app.resource, id: `app${index}` } });
      }
      const { settings } = await bench.harness.signIn({
        ...answersFor(bench.server),
        applications: ['app249'],
      });
      assert.deepEqual(settings.applications, ['app249']);
    });

    it('keeps the grants that were attached when credentials are updated', async () => {
      const connected = await connect();
      await attach(connected);
      const secrets = await bench.harness.credentialStore.read(connected.connection.id);
      assert(secrets);
      const { settings } = connected.connection;
      const draft = { settings, secrets };
      const io = bench.harness.sessions.formIo(bench.harness.adapter, draft);
      assert.deepEqual((await bench.harness.adapter.signIn(draft, io, unhurried())).secrets, secrets);
    });

    it('refuses an ID with a token in it, and a token with a line break', () => {
      const complaint = (id: string, typed: string) => {
        const step = bench.harness.adapter.form.find((candidate) => candidate.id === id);
        assert(step?.kind === 'text' || step?.kind === 'secret');
        return step.validate?.(typed, { settings: {}, secrets: {} });
      };
      assert.equal(complaint('serviceTokenId', 'abc123'), undefined);
      assert.notEqual(complaint('serviceTokenId', 'abc123:pscale_tkn_x'), undefined);
      assert.equal(complaint('serviceToken', 'pscale_tkn_x'), undefined);
      assert.notEqual(complaint('serviceToken', 'pscale_tkn_x\n'), undefined);
      assert.notEqual(complaint('serviceToken', ''), undefined);
    });

    it('asks for the OAuth address only of those who have another API address, or had another one', () => {
      const step = bench.harness.adapter.form.find(({ id }) => id === 'oauthUrl');
      const asks = (settings: Readonly<Record<string, string>>) => step?.when?.({ settings, secrets: {} });
      const apiUrl = 'https://api.planetscale.com/v1';
      assert.equal(asks({ apiUrl }), false);
      assert.equal(asks({ apiUrl, oauthUrl: 'https://auth.planetscale.com' }), false);
      assert.equal(asks({ apiUrl: bench.server.apiUrl }), true);
      assert.equal(asks({ apiUrl, oauthUrl: bench.server.oauthUrl }), true);
    });

    it('takes PlanetScale’s own OAuth address where it was not asked for', async () => {
      const { oauthUrl: _left, ...settings } = (await bench.harness.signIn(answersFor(bench.server)))
        .settings;
      const { serviceToken } = bench.server.credentials;
      const draft = { settings, secrets: { serviceToken: new Secret(serviceToken) } };
      const io = bench.harness.sessions.formIo(bench.harness.adapter, draft);
      const signedIn = await bench.harness.adapter.signIn(draft, io, unhurried());
      assert.equal(signedIn.settings.oauthUrl, 'https://auth.planetscale.com');
    });

    it("opens the organization's page only for the vendor's own address", async () => {
      const { settings, secrets } = await bench.harness.signIn(answersFor(bench.server));
      const open = (apiUrl: string) => {
        const config = { settings: { ...settings, organization: 'a/b', apiUrl }, secrets };
        const io = bench.harness.sessions.formIo(bench.harness.adapter, config);
        return bench.harness.adapter.open(config, {
          ...io,
          readSecrets: async () => ({}),
          saveSecrets: async () => undefined,
        });
      };
      assert.equal(open(bench.server.apiUrl).webPage, undefined);
      assert.equal(
        open('https://api.planetscale.com/v1').webPage,
        'https://app.planetscale.com/a%2Fb/settings/oauth-applications',
      );
    });

    it('does not open with a stored grant that it cannot understand, and does not quote it', async () => {
      const { settings, secrets } = await bench.harness.signIn(answersFor(bench.server));
      const config = {
        settings,
        secrets: { ...secrets, 'grant:x': new Secret('pscale_oauth_refresh_broken') },
      };
      const io = {
        ...bench.harness.sessions.formIo(bench.harness.adapter, config),
        readSecrets: async () => ({}),
        saveSecrets: async () => undefined,
      };
      assert.throws(
        () => bench.harness.adapter.open(config, io),
        (thrown) => {
          assert(thrown instanceof TokenManagerError);
          assert.equal(thrown.kind, 'configuration');
          assertNoSecretIn([thrown], ['pscale_oauth']);
          return true;
        },
      );
    });
  });
});
