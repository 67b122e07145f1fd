import assert from 'node:assert/strict';
import { planetscale } from '../../src/adapters/planetscale/index.ts';
import { TokenManagerError } from '../../src/core/model/errors.ts';
import type { Item, ItemPath } from '../../src/core/model/item.ts';
import { plainItem } from '../../src/core/model/plainItem.ts';
import { Secret } from '../../src/core/model/secret.ts';
import { json, type Reply, type SandboxOptions, send } from '../servers/loopback.ts';
import { type PlanetScaleServer, startPlanetScale } from '../servers/planetscale.ts';
import { adapterContract } from './adapterContract.ts';
import {
  activeOnly,
  assertNoSecretIn,
  type Connected,
  everyRow,
  failure,
  Harness,
  readAll,
  unhurried,
} from './harness.ts';

const vendorCodes: Readonly<Record<number, string>> = {
  400: 'bad_request',
  401: 'unauthorized',
  404: 'not_found',
  422: 'unprocessable',
};

adapterContract('PlanetScale', {
  async start(options) {
    const server = await startPlanetScale(options);
    const { state } = server;
    return {
      factory: planetscale,
      server,
      origins: [new URL(server.apiUrl).origin, server.oauthUrl],
      answers: answersFor(server, options),
      wrongAnswers: { ...answersFor(server, options), serviceToken: 'pscale_tkn_somebody_elses' },
      secrets: secretsOf(server),
      empty: () => {
        state.tokens = [];
      },
      isLive: (path) => state.tokens.some(({ resource }) => resource.id === path.at(-1)?.id),
    };
  },
  credentialHeaders: ['authorization'],
  branch: ({ item }) => item.name === 'Grafana Dashboards',
  paged: true,
  errorReply: (status, words) => json(status, { code: vendorCodes[status] ?? 'error', message: words }),
  revocations: [
    {
      title: 'a listed token',
      row: ({ item }) => item.name === 'Release pipeline',
      isMutation: ({ method }) => method === 'DELETE',
    },
    {
      title: 'a token that has expired',
      row: ({ item }) => item.name === 'Nightly migration',
      isMutation: ({ method }) => method === 'DELETE',
    },
  ],
  renews: true,
  attaches: true,
});

describe('PlanetScale', () => {
  let server: PlanetScaleServer;
  let harness: Harness;

  async function begin(options: SandboxOptions = {}): Promise<void> {
    harness = new Harness(planetscale);
    server = await startPlanetScale({ now: () => harness.clock.now(), ...options });
  }

  async function end(): Promise<void> {
    harness.dispose();
    await server.stop();
  }

  beforeEach(() => begin());
  afterEach(end);

  const connect = (answers = {}) => harness.connect({ ...answersFor(server), ...answers });

  function answer(path: string, reply: Reply): () => void {
    return server.intercept(({ request, response }) => {
      if (request.path.endsWith(path)) {
        send(response, reply);
        return true;
      }
      return false;
    });
  }

  function sent(): string[] {
    return server.requests.map(({ method, path }) => `${method} ${path.split('/').slice(-1)}`);
  }

  const token = ({ session }: Connected, name = 'Release pipeline') => rowAt(session, ['Deploy Bot', name]);

  describe('when connecting', () => {
    it('names the organization', async () => {
      const { account, settings, secrets, notice } = await harness.signIn(answersFor(server));
      assert.deepEqual(account, { id: server.state.organizations[0]?.id, name: 'shopfront' });
      assert.deepEqual(settings, {
        apiUrl: server.apiUrl,
        oauthUrl: server.oauthUrl,
        serviceTokenId: server.credentials.serviceTokenId,
        organization: 'shopfront',
        applications: [],
      });
      assert.deepEqual(Object.keys(secrets), ['serviceToken']);
      assert.equal(notice, undefined);
    });

    it('sends the service token without a scheme word', async () => {
      await harness.signIn(answersFor(server));
      const { serviceTokenId, serviceToken } = server.credentials;
      for (const { headers } of server.requests) {
        assert.equal(headers.authorization, `${serviceTokenId}:${serviceToken}`);
      }
    });

    it('asks which organization only where there are several', async () => {
      server.state.organizations.splice(1);
      const { organization: _, ...answers } = answersFor(server);
      assert.equal((await harness.signIn(answers)).account.name, 'shopfront');
    });

    it('says so when the service token reaches no organization', async () => {
      server.state.organizations = [];
      const error = await failure(harness.signIn(answersFor(server)));
      assert.deepEqual(
        [error.kind, error.detail],
        ['rejected', 'This service token reaches no organization.'],
      );
    });

    it('does not take an organization that the service token does not reach', async () => {
      const draft = await harness.fill(answersFor(server));
      server.state.serviceTokens[0]?.organizations.shift();
      const io = harness.sessions.formIo(harness.adapter, draft);
      const error = await failure(harness.adapter.signIn(draft, io, unhurried()));
      assert.deepEqual(
        [error.kind, error.detail],
        ['notFound', 'The service token does not reach the organization shopfront.'],
      );
    });

    it('names the access that the service token lacks', async () => {
      without(server, 'read_oauth_applications');
      const error = await failure(harness.signIn(answersFor(server)));
      assert.deepEqual(
        [error.kind, error.detail],
        [
          'notFound',
          'Not found, or the service token lacks read_oauth_applications. The server says: Not Found',
        ],
      );
    });

    it('tells that an organization has no applications, for the feature may be off', async () => {
      server.state.applications = [];
      const { notice } = await harness.signIn(answersFor(server));
      assert.match(notice ?? '', /shopfront has no OAuth applications/);
    });

    it('reads every page of applications to choose from', async () => {
      const [app] = server.state.applications;
      assert(app);
      for (let index = 0; index < 250; index++) {
        server.state.applications.push({ ...app, resource: { ...app.resource, id: `app${index}` } });
      }
      const { settings } = await harness.signIn({ ...answersFor(server), applications: ['app249'] });
      assert.deepEqual(settings.applications, ['app249']);
    });

    it('keeps the grants that were attached when credentials are updated', async () => {
      const connected = await connect();
      await attach(connected);
      const secrets = await harness.credentialStore.read(connected.connection.id);
      assert(secrets);
      const { settings } = connected.connection;
      const draft = { settings, secrets };
      const io = harness.sessions.formIo(harness.adapter, draft);
      assert.deepEqual((await harness.adapter.signIn(draft, io, unhurried())).secrets, secrets);
    });

    it('refuses an ID with a token in it, and a token with a line break', () => {
      const complaint = (id: string, typed: string) => {
        const step = harness.adapter.form.find((candidate) => candidate.id === id);
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
      const step = harness.adapter.form.find(({ id }) => id === 'oauthUrl');
      const asks = (settings: Readonly<Record<string, string>>) => step?.when?.({ settings, secrets: {} });
      const apiUrl = 'https://api.planetscale.com/v1';
      assert.equal(asks({ apiUrl }), false);
      assert.equal(asks({ apiUrl, oauthUrl: 'https://auth.planetscale.com' }), false);
      assert.equal(asks({ apiUrl: server.apiUrl }), true);
      assert.equal(asks({ apiUrl, oauthUrl: server.oauthUrl }), true);
    });

    it('takes PlanetScale’s own OAuth address where it was not asked for', async () => {
      const { oauthUrl: _left, ...settings } = (await harness.signIn(answersFor(server))).settings;
      const { serviceToken } = server.credentials;
      const draft = { settings, secrets: { serviceToken: new Secret(serviceToken) } };
      const io = harness.sessions.formIo(harness.adapter, draft);
      const signedIn = await harness.adapter.signIn(draft, io, unhurried());
      assert.equal(signedIn.settings.oauthUrl, 'https://auth.planetscale.com');
    });

    it("opens the organization's page only for the vendor's own address", async () => {
      const { settings, secrets } = await harness.signIn(answersFor(server));
      const open = (apiUrl: string) => {
        const config = { settings: { ...settings, organization: 'a/b', apiUrl }, secrets };
        const io = harness.sessions.formIo(harness.adapter, config);
        return harness.adapter.open(config, {
          ...io,
          readSecrets: async () => ({}),
          saveSecrets: async () => undefined,
        });
      };
      assert.equal(open(server.apiUrl).webPage, undefined);
      assert.equal(
        open('https://api.planetscale.com/v1').webPage,
        'https://app.planetscale.com/a%2Fb/settings/oauth-applications',
      );
    });

    it('does not open with a stored grant that it cannot understand, and does not quote it', async () => {
      const { settings, secrets } = await harness.signIn(answersFor(server));
      const config = {
        settings,
        secrets: { ...secrets, 'grant:x': new Secret('pscale_oauth_refresh_broken') },
      };
      const io = {
        ...harness.sessions.formIo(harness.adapter, config),
        readSecrets: async () => ({}),
        saveSecrets: async () => undefined,
      };
      assert.throws(
        () => harness.adapter.open(config, io),
        (thrown) => {
          assert(thrown instanceof TokenManagerError);
          assert.equal(thrown.kind, 'configuration');
          assertNoSecretIn([thrown], ['pscale_oauth']);
          return true;
        },
      );
    });
  });

  describe('when listing', () => {
    it('shows the applications, open because they are few', async () => {
      const { session } = await connect();
      const { items } = await readAll(session, undefined);
      assert.deepEqual(
        items.map(({ name, kind, status, children }) => [name, kind, status, children]),
        ['Deploy Bot', 'Grafana Dashboards', 'Playground'].map((name) => [
          name,
          'application',
          undefined,
          { kind: 'list', open: true },
        ]),
      );
      const labels = items.map(({ fields }) => fieldText(fields, 'Scopes'));
      // The one is a list, the other a text with spaces.
      assert.deepEqual(labels.slice(0, 2), [
        'read_databases write_deploy_requests read_branches read_user',
        'read_organization read_databases read_insights',
      ]);
    });

    it('leaves many applications closed, and pages through them', async () => {
      const [app] = server.state.applications;
      assert(app);
      for (let index = 0; index < 150; index++) {
        server.state.applications.push({ ...app, resource: { ...app.resource, id: `app${index}` } });
      }
      const { session } = await connect();
      const { items, pages } = await readAll(session, undefined);
      assert.deepEqual([items.length, pages], [153, 2]);
      assert(items.every(({ children }) => children.kind === 'list' && !children.open));
    });

    it('shows only the applications picked, and says which of them are gone', async () => {
      const [bot, dashboards] = server.state.applications.map(({ resource }) => resource.id);
      assert(bot && dashboards);
      const { session } = await connect({ applications: [bot, dashboards] });
      server.state.applications.shift();
      const { items, problems } = await readAll(session, undefined);
      assert.deepEqual(
        items.map(({ name }) => name),
        ['Grafana Dashboards'],
      );
      assert.deepEqual(
        problems.map((problem) => problem instanceof TokenManagerError && [problem.kind, problem.detail]),
        [['notFound', `The OAuth application ${bot}, picked for this connection, does not exist any more.`]],
      );
    });

    it('tells each state that a token can be in', async () => {
      const { session } = await connect();
      const now = harness.clock.now();
      const day = 86_400_000;
      const { items } = await readAll(session, [await application(session)]);
      assert.deepEqual(
        items.map(({ name, status, lifetime, lastUsedAt, owner }) => [
          name,
          status,
          lifetime.kind === 'expires' ? (lifetime.at - now) / day : lifetime.kind,
          lastUsedAt === null ? 'never used' : typeof lastUsedAt,
          owner,
        ]),
        [
          ['Release pipeline', 'active', 3, 'number', 'shopfront-dev'],
          ['Preview deployments', 'active', 25, 'number', 'shopfront-dev'],
          ['Nightly migration', 'active', -5, 'number', 'shopfront-dev'],
          ['Schema linter', 'active', 'never', 'number', 'shopfront-dev'],
          ['Onboarding test', 'active', 12, 'never used', 'shopfront-dev'],
          ['Long gone laptop', 'active', 'never', 'never used', undefined],
        ],
      );
    });

    it('shows everything about a token', async () => {
      const { session } = await connect();
      const { item } = await token({ ...(await connect()), session });
      const { resource } = server.state.tokens[0] ?? assert.fail();
      assert.deepEqual(item.fields, [
        { label: 'Name', text: 'Release pipeline' },
        { label: 'ID', text: resource.id },
        { label: 'Actor', text: 'shopfront-dev' },
        { label: 'Actor type', text: 'User' },
        { label: 'Expires', at: Date.parse(resource.expires_at ?? '') },
        { label: 'Last used', at: Date.parse(resource.last_used_at ?? '') },
        { label: 'Created', at: Date.parse(resource.created_at) },
        { label: 'Updated', at: Date.parse(resource.updated_at) },
      ]);
    });

    it('groups the accesses of a token by what they are for, with their descriptions', async () => {
      const connected = await connect();
      const { item, path } = await token(connected, 'Preview deployments');
      assert(item.children.kind === 'inline');
      assert.deepEqual(
        item.children.items.map(({ name, kind, children }) => [
          name,
          kind,
          children.kind === 'inline' && children.items.map((row) => [row.kind, row.name, row.remark]),
        ]),
        [
          [
            'Databases',
            'section',
            [
              ['access', 'read_databases', 'Read database information'],
              ['access', 'write_deploy_requests', 'Create and edit deploy requests'],
              ['access', 'orders', 'shopfront'],
              ['access', 'catalog', 'shopfront'],
            ],
          ],
          [
            'Organizations',
            'section',
            [
              ['access', 'read_organization', 'Read organization information'],
              ['access', 'shopfront', undefined],
            ],
          ],
          [
            'Branches',
            'section',
            [
              ['access', 'read_branches', 'Read branch information'],
              ['access', 'main', 'shopfront/orders'],
            ],
          ],
          [
            'Users',
            'section',
            [
              ['access', 'read_user', 'Read user information'],
              ['access', 'shopfront-dev', undefined],
            ],
          ],
          ['Service token accesses', 'section', [['access', 'connect_branch', 'orders']]],
        ],
      );
      // Refreshing a row inside a token reads the token anew.
      const [databases] = item.children.items;
      assert(databases?.children.kind === 'inline');
      const { session } = connected;
      const plain = (items: readonly Item[]) => items.map(plainItem);
      assert.deepEqual(plain((await readAll(session, path)).items), plain(item.children.items));
      assert.deepEqual(
        plain((await readAll(session, [...path, databases])).items),
        plain(databases.children.items),
      );
      const read = await session.read?.([...path, databases], unhurried());
      assert.deepEqual(read && plainItem(read), plainItem(databases));
    });

    it('reads a token of which only the necessary is said', async () => {
      const [first] = server.state.tokens;
      assert(first);
      answer('/tokens', json(200, { data: [{ id: 'bare', created_at: first.resource.created_at }] }));
      const { session } = await connect();
      const [row] = (await readAll(session, [await application(session)])).items;
      assert.deepEqual(
        [row?.name, row?.lifetime, row?.lastUsedAt, row?.owner, row?.children],
        ['bare', { kind: 'unknown' }, undefined, undefined, { kind: 'none' }],
      );
    });

    it('never takes plaintext values from an answer into a row', async () => {
      server.intercept((exchange) => {
        const reply = exchange.answer();
        const values = {
          token: 'pscale_oauth_canary',
          plain_text_refresh_token: 'pscale_oauth_refresh_canary',
        };
        const body = String(reply.body).replaceAll(
          '"avatar_url"',
          `${JSON.stringify(values).slice(1, -1)},"avatar_url"`,
        );
        send(exchange.response, { ...reply, headers: { 'Content-Type': 'application/json' }, body });
        return true;
      });
      const { session } = await connect({ applications: [server.credentials.applicationId] });
      const rows = await everyRow(session);
      assert(rows.length > 10);
      assertNoSecretIn([rows], ['pscale_oauth_canary', 'pscale_oauth_refresh_canary']);
    });

    it('needs nothing of the page but its rows and whether another follows', async () => {
      server.state.envelope = 'seed';
      const { session } = await connect();
      const dashboards = await application(session, 'Grafana Dashboards');
      const { items, pages, total } = await readAll(session, [dashboards]);
      assert.deepEqual([items.length, pages, total], [63, 3, undefined]);
      answer('/tokens', json(200, { data: [] }));
      assert.deepEqual(await session.list([dashboards], undefined, activeOnly, unhurried()), {
        items: [],
        problems: [],
      });
    });

    it('asks for the pages that the service gives by default, and tells how many tokens there are', async () => {
      const { session } = await connect();
      const dashboards = await application(session, 'Grafana Dashboards');
      const page = await session.list([dashboards], undefined, activeOnly, unhurried());
      assert.deepEqual([page.items.length, page.next, page.total], [25, '2', 63]);
      assert.deepEqual(
        [...(server.requests.at(-1)?.query ?? [])],
        [
          ['page', '1'],
          ['per_page', '25'],
        ],
      );
    });

    for (const next of [1, 2, 0, -1]) {
      it(`does not follow a next page ${next} on page 2`, async () => {
        const { session } = await connect();
        const dashboards = await application(session, 'Grafana Dashboards');
        answer('/tokens', json(200, { data: [], next_page: next }));
        const error = await failure(session.list([dashboards], '2', activeOnly, unhurried()));
        assert.deepEqual([error.kind, error.code], ['protocol', 'repeated-page']);
      });
    }

    it('ends a choice whose pages never do', async () => {
      server.intercept(({ request, response }) => {
        send(response, json(200, { data: [], next_page: Number(request.query.get('page')) + 1 }));
        return true;
      });
      const error = await failure(connect());
      assert.deepEqual([error.kind, error.code], ['protocol', 'endless-list']);
    });

    it('names the access that is missing for reading tokens', async () => {
      const { session } = await connect();
      without(server, 'read_oauth_tokens');
      const error = await failure(readAll(session, [await application(session)]));
      assert.deepEqual(
        [error.kind, error.detail, error.code],
        [
          'notFound',
          'Not found, or the service token lacks read_oauth_tokens. The server says: Not Found',
          'not_found',
        ],
      );
      answer('/tokens', { status: 403, body: '<html>' });
      const refused = await failure(readAll(session, [await application(session)]));
      assert.deepEqual(
        [refused.kind, refused.detail],
        ['forbidden', 'The service token lacks read_oauth_tokens.'],
      );
    });

    it('reads error bodies of other forms', async () => {
      const { session } = await connect();
      for (const body of ['<html>', '{"errors":["no"]}', '[]', 'null', '{"code":7,"message":{}}']) {
        const restore = answer('/oauth-applications', { status: 422, body });
        const error = await failure(readAll(session, undefined));
        assert.deepEqual([error.kind, error.status, error.detail], ['rejected', 422, '']);
        restore();
      }
    });

    /** The list of an application whose tokens are alike but for these members. */
    async function withTokens(changes: readonly object[]) {
      const { session } = await connect();
      const resource = server.state.tokens[0]?.resource;
      answer('/tokens', json(200, { data: changes.map((change) => ({ ...resource, ...change })) }));
      return readAll(session, [await application(session)]);
    }

    const unreadable: Readonly<Record<string, unknown>> = {
      'a number for an id': { id: 7 },
      'a creation date in words': { created_at: 'yesterday' },
      'a missing creation date': { created_at: undefined },
      'accesses that are no list': {
        oauth_accesses_by_resource: { database: { databases: {}, accesses: [] } },
      },
    };
    for (const [title, change] of Object.entries(unreadable)) {
      it(`shows the other tokens beside one with ${title}, and says that one is missing`, async () => {
        const { items, problems } = await withTokens([{}, Object(change)]);
        assert.equal(items.length, 1);
        assert.deepEqual(
          problems.map(({ message }) => message.replace(/ \(.*/, '')),
          ['protocol: Entries of the list that could not be read: 1'],
        );
      });
    }

    const odd: Readonly<Record<string, unknown>> = {
      'a date without a time zone': '2027-01-01T00:00:00',
      'a date in words': 'never',
      'an empty date': '',
      'the year 1': '0001-01-01T00:00:00.000Z',
      'the first second of 1970': '1970-01-01T00:00:00.000Z',
      '0': 0,
      '-1': -1,
    };
    for (const [title, written] of Object.entries(odd)) {
      it(`calls it unknown when a token with ${title} for its end expires`, async () => {
        const { items, problems } = await withTokens([{ expires_at: written }]);
        assert.deepEqual([items.map(({ lifetime }) => lifetime.kind), problems], [['unknown'], []]);
      });

      it(`does not take ${title} for a last use long ago`, async () => {
        const { items } = await withTokens([{ last_used_at: written }]);
        assert((items[0]?.lastUsedAt ?? null) === null);
      });
    }

    it('leaves out an actor that is no text', async () => {
      const { items } = await withTokens([{ actor_display_name: { name: 'x' } }]);
      assert.deepEqual(
        items.map(({ owner }) => owner),
        [undefined],
      );
    });
  });

  describe('when reading one row', () => {
    it('finds an application, and says when it is gone', async () => {
      const { session } = await connect();
      const bot = await application(session);
      assert.equal((await session.read?.([bot], unhurried()))?.name, 'Deploy Bot');
      server.state.applications.shift();
      assert.equal(await session.read?.([bot], unhurried()), undefined);
    });

    it('takes a 404 for gone only where the list can still be read', async () => {
      const connected = await connect();
      const { path } = await token(connected);
      server.state.tokens.shift();
      assert.equal(await connected.session.read?.(path, unhurried()), undefined);
      without(server, 'read_oauth_tokens');
      const error = await failure(connected.session.read?.(path, unhurried()) ?? Promise.resolve());
      assert.deepEqual(
        [error.kind, error.detail],
        ['notFound', 'Not found, or the service token lacks read_oauth_tokens. The server says: Not Found'],
      );
    });
  });

  describe('when revoking', () => {
    it('deletes by id, and warns that a refresh token survives', async () => {
      const connected = await connect();
      const { session } = connected;
      const { path } = await token(connected);
      assert.deepEqual(session.revocation?.reach(path), {
        sentence: 'The token “Release pipeline” of the application “Deploy Bot” stops working.',
        warnings: [
          'Its refresh token, if there is one, is not revoked with it and can get new access tokens. To revoke it too, attach it to this token first.',
        ],
      });
      server.requests.length = 0;
      await session.revocation?.revoke(path, unhurried());
      assert.deepEqual(sent(), [`DELETE ${server.credentials.tokenId}`]);
    });

    it('deletes a token that has expired, too', async () => {
      const connected = await connect();
      const { path, item } = await token(connected, 'Nightly migration');
      await connected.session.revocation?.revoke(path, unhurried());
      assert(!server.state.tokens.some(({ resource }) => resource.id === item.id));
    });

    it('names the access that is missing, and sees that the token is still there', async () => {
      const connected = await connect();
      const { path } = await token(connected);
      without(server, 'delete_oauth_tokens');
      const node = await harness.nodeAt(connected.root, path);
      const error = await failure(harness.revocations.revoke(node, unhurried()));
      assert.deepEqual(
        [error.kind, error.detail],
        ['notFound', 'Not found, or the service token lacks delete_oauth_tokens. The server says: Not Found'],
      );
      assert(node.parent.nodes.includes(node));
    });

    it('hits exactly the token whose identifier is hostile', async () => {
      await end();
      await begin({ hostile: true });
      const connected = await connect({ applications: [server.credentials.applicationId] });
      const rows = (await everyRow(connected.session)).filter(({ item }) =>
        item.name.startsWith('hostile id'),
      );
      assert.notEqual(rows.length, 0);
      for (const { path, item } of rows) {
        server.requests.length = 0;
        const revoking = connected.session.revocation?.revoke(path, unhurried()) ?? Promise.resolve();
        if (item.id === '..') {
          // URL parsers drop it, and the application would be hit instead.
          assert.deepEqual([(await failure(revoking)).code, server.requests], ['unusable-identifier', []]);
        } else {
          await revoking;
          assert(!server.state.tokens.some(({ resource }) => resource.id === item.id));
        }
      }
    });

    it('revokes attached values first, the refresh token before the access token, and forgets them', async () => {
      const connected = await connect();
      const { session, connection } = connected;
      const { path } = await attach(connected, { accessToken: server.credentials.accessToken });
      assert.deepEqual(session.revocation?.reach(path), {
        sentence:
          'The refresh token and the access token attached to “Release pipeline” of the application “Deploy Bot” stop working, and so does the listed token itself.',
        warnings: [],
      });
      server.requests.length = 0;
      const node = await harness.nodeAt(connected.root, path);
      assert.deepEqual(await harness.revocations.revoke(node, unhurried()), { kind: 'revoked' });
      const forms = revocationForms();
      assert.deepEqual(forms, [
        { token: server.credentials.refreshToken, ...clientFields() },
        { token: server.credentials.accessToken, ...clientFields() },
      ]);
      // Its access token revoked, the service lists it no more: nothing is left to delete.
      assert(!server.requests.some(({ method }) => method === 'DELETE'));
      assert.deepEqual(Object.keys((await stored(connection.id)) ?? {}), ['serviceToken']);
    });

    for (const reply of [
      json(400, { error: 'unsupported_token_type' }),
      json(200, { error: 'unsupported_token_type' }),
      { status: 503 },
      { status: 404 },
    ]) {
      it(`goes on when the access token cannot be revoked by its value: ${reply.status}`, async () => {
        const connected = await connect();
        const { path } = await attach(connected, { accessToken: server.credentials.accessToken });
        let revocations = 0;
        server.intercept(({ request, response }) => {
          const isSecond = request.path === '/oauth/revoke' && ++revocations === 2;
          if (isSecond) {
            send(response, reply);
          }
          return isSecond;
        });
        const node = await harness.nodeAt(connected.root, path);
        assert.deepEqual(await harness.revocations.revoke(node, unhurried()), { kind: 'revoked' });
        assert.deepEqual(Object.keys((await stored(connected.connection.id)) ?? {}), ['serviceToken']);
      });
    }

    it('deletes a token that is still listed when its refresh token has been revoked', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      assert.match(
        connected.session.revocation?.reach(path).sentence ?? '',
        /^The refresh token attached to/,
      );
      server.requests.length = 0;
      const node = await harness.nodeAt(connected.root, path);
      assert.deepEqual(await harness.revocations.revoke(node, unhurried()), { kind: 'revoked' });
      assert.deepEqual(
        revocationForms().map(({ token: value }) => value),
        [server.credentials.refreshToken],
      );
      assert.equal(server.requests.filter(({ method }) => method === 'DELETE').length, 1);
    });

    it('keeps everything as it is when the client is not accepted', async () => {
      const connected = await connect();
      const { path } = await attach(connected, { clientSecret: 'rotated-meanwhile' });
      const error = await failure(
        connected.session.revocation?.revoke(path, unhurried()) ?? Promise.resolve(),
      );
      assert.deepEqual(
        [error.kind, error.code, error.detail],
        [
          'configuration',
          'invalid_client',
          'The server does not accept the client ID and client secret. The server says: Client authentication failed',
        ],
      );
      assert.deepEqual((await connected.session.read?.(path, unhurried()))?.actions, [
        'revoke',
        'renew',
        'detach',
      ]);
    });

    it('does not report a revocation as failed because the values could not be forgotten', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      harness.credentialStore.write = () => Promise.reject(new TokenManagerError('storage'));
      assert.deepEqual(await connected.session.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
      const left = (await connected.session.read?.(path, unhurried())) ?? assert.fail();
      assert.deepEqual([left.status, left.lifetime], ['unknown', { kind: 'unknown' }]);
      assert.deepEqual(connected.session.revocation?.reach([path[0], left]), {
        sentence:
          'The refresh token attached to “Release pipeline” of the application “Deploy Bot” stops working.',
        warnings: ['An access token issued with it may work until it expires.'],
      });
    });
  });

  describe('when attaching a grant', () => {
    it('proposes the client ID of the application, and tells tokens apart', async () => {
      const connected = await connect();
      const { path } = await token(connected);
      const form = connected.session.attachment?.form(path) ?? [];
      const step = (id: string) => {
        const found = form.find((candidate) => candidate.id === id);
        assert(found?.kind === 'text' || found?.kind === 'secret');
        return found;
      };
      const draft = { settings: {}, secrets: {} };
      assert.deepEqual(
        form.map(({ id, kind }) => [id, kind]),
        [
          ['values', 'choice'],
          ['refreshToken', 'secret'],
          ['accessToken', 'secret'],
          ['clientId', 'text'],
          ['clientSecret', 'secret'],
        ],
      );
      assert.equal(step('clientId').default, server.credentials.clientId);
      assert.equal(step('refreshToken').validate?.('pscale_oauth_refresh_x', draft), undefined);
      assert.notEqual(step('refreshToken').validate?.('pscale_oauth_x', draft), undefined);
      assert.notEqual(step('refreshToken').validate?.('', draft), undefined);
      assert.equal(step('accessToken').validate?.('pscale_oauth_x', draft), undefined);
      assert.notEqual(step('accessToken').validate?.('', draft), undefined);
      assert.equal(step('accessToken').when?.({ settings: { values: 'refresh' }, secrets: {} }), false);
      assert.equal(step('accessToken').when?.({ settings: { values: 'both' }, secrets: {} }), true);
      assert.notEqual(step('accessToken').validate?.('pscale_oauth_refresh_x', draft), undefined);
    });

    it('stores it as one secret, and offers what can then be done', async () => {
      const connected = await connect();
      const { path } = await attach(connected, { accessToken: server.credentials.accessToken });
      const { item } = await token(connected);
      assert.deepEqual(
        [item.actions, item.remark],
        [['revoke', 'renew', 'detach'], 'refresh token attached'],
      );
      const secrets = await stored(connected.connection.id);
      assert.deepEqual(Object.keys(secrets ?? {}), ['serviceToken', `grant:${item.id}`]);
      assertNoSecretIn(
        [await everyRow(connected.session), path, harness.logger.lines, secrets],
        secretsOf(server),
      );
    });

    it('does not try the refresh token, which would use it up', async () => {
      const connected = await connect();
      server.requests.length = 0;
      await attach(connected, { accessToken: server.credentials.accessToken });
      assert(!server.requests.some(({ path }) => path === '/oauth/token'));
      const asked = server.requests.filter(({ path }) => path === '/oauth/token/info');
      assert.deepEqual(
        asked.map(({ headers }) => headers.authorization),
        [`Bearer ${server.credentials.accessToken}`],
      );
    });

    it('refuses a client that is not the application’s', async () => {
      const connected = await connect();
      const error = await failure(attach(connected, { clientId: 'another' }));
      assert.deepEqual([error.kind, error.code], ['configuration', 'invalid_client']);
      assert.match(error.detail, /whose client ID is pscale_app_/);
    });

    it('refuses an access token that is dead, or of another application', async () => {
      const connected = await connect();
      const dead = await failure(attach(connected, { accessToken: 'pscale_oauth_dead' }));
      assert.deepEqual([dead.kind, dead.code], ['unauthorized', 'invalid_token']);
      const other = server.state.tokens.find(
        ({ applicationId }) => applicationId !== server.credentials.applicationId,
      );
      const foreign = await failure(attach(connected, { accessToken: other?.accessToken ?? assert.fail() }));
      assert.deepEqual([foreign.kind, foreign.code], ['configuration', 'invalid_token']);
      assert.deepEqual((await token(connected)).item.actions, ['revoke', 'attach']);
    });

    it('is attached only once it is stored', async () => {
      const connected = await connect();
      harness.credentialStore.write = () => Promise.reject(new TokenManagerError('storage'));
      assert.equal((await failure(attach(connected))).kind, 'storage');
      assert.deepEqual((await token(connected)).item.actions, ['revoke', 'attach']);
    });

    it('can be detached again', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      await harness.renewals.detach(await harness.nodeAt(connected.root, path));
      assert.deepEqual((await token(connected)).item.actions, ['revoke', 'attach']);
      assert.deepEqual(Object.keys((await stored(connected.connection.id)) ?? {}), ['serviceToken']);
    });

    it('is there again in the next session', async () => {
      const connected = await connect();
      await attach(connected);
      harness.sessions.close(connected.connection.id);
      const session = await harness.sessions.get(connected.connection.id);
      assert.deepEqual((await token({ ...connected, session })).item.actions, ['revoke', 'renew', 'detach']);
    });
  });

  describe('when revoking a token with an attached grant', () => {
    it('says what has been revoked when the rest could not be', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      server.intercept(({ request, response }) => {
        if (request.method !== 'DELETE') {
          return false;
        }
        send(response, json(403, { code: 'forbidden', message: 'not this one' }));
        return true;
      });
      // A service that does not know that the two belong together goes on listing the token.
      const listed = structuredClone(server.state.tokens);
      server.intercept(({ request }) => {
        if (request.method === 'GET') {
          server.state.tokens = structuredClone(listed);
        }
        return false;
      });
      const revoking = connected.session.revocation?.revoke(path, unhurried()) ?? Promise.resolve();
      const error = await failure(revoking);
      assert.equal(error.kind, 'forbidden');
      assert.match(error.detail, /^The attached refresh token was revoked. The listed token “.+” was not./);
      assert.match(error.detail, /not this one/);
    });
  });

  describe('when renewing', () => {
    it('does the refresh grant as documented, once', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      server.requests.length = 0;
      const outcome = await connected.session.renew?.(path, unhurried());
      assert.deepEqual(outcome, { expiresAt: harness.clock.now() + 2_592_000_000 });
      const [request, ...more] = server.requests;
      assert.deepEqual(more, []);
      assert.deepEqual(
        [request?.origin, request?.method, request?.path, request?.headers['content-type']],
        [server.oauthUrl, 'POST', '/oauth/token', 'application/x-www-form-urlencoded'],
      );
      assert.deepEqual(Object.fromEntries(new URLSearchParams(request?.body)), {
        grant_type: 'refresh_token',
        refresh_token: server.credentials.refreshToken,
        ...clientFields(),
      });
      assert.equal(request?.headers.authorization, undefined);
    });

    it('has stored what it got before it says so, and goes on from there', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      const node = await harness.nodeAt(connected.root, path);
      for (let times = 0; times < 3; times++) {
        const result = await harness.renewals.renew(node, unhurried());
        assert.equal(result.kind, 'renewed');
        const { accessToken, refreshToken } = server.state.tokens[0] ?? assert.fail();
        const grant = JSON.parse(
          (await stored(connected.connection.id))?.[`grant:${node.item.id}`]?.reveal() ?? '',
        );
        assert.deepEqual([grant.accessToken, grant.refreshToken], [accessToken, refreshToken]);
      }
      assert.equal(
        node.item.lifetime.kind === 'expires' && node.item.lifetime.at,
        harness.clock.now() + 2_592_000_000,
      );
    });

    it('fails as "storage" when the new values cannot be stored, without losing them in this session', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      const { write } = harness.credentialStore;
      let left = 1;
      harness.credentialStore.write = (id, secrets) =>
        left-- > 0
          ? write.call(harness.credentialStore, id, secrets)
          : Promise.reject(new TokenManagerError('storage'));
      const failed = connected.session.renew?.(path, unhurried()) ?? Promise.resolve();
      assert.equal((await failure(failed)).kind, 'storage');
      harness.credentialStore.write = write;
      assert.equal(typeof (await connected.session.renew?.(path, unhurried()))?.expiresAt, 'number');
    });

    it('uses up no refresh token where nothing can be stored', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      harness.credentialStore.write = () => Promise.reject(new TokenManagerError('storage'));
      server.requests.length = 0;
      const failed = connected.session.renew?.(path, unhurried()) ?? Promise.resolve();
      assert.equal((await failure(failed)).kind, 'storage');
      assert.deepEqual(server.requests, []);
    });

    it('says on the row that a renewal did not end, until one does', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      const restore = server.intercept(({ request, response }) => {
        response.socket?.destroy();
        return request.path === '/oauth/token';
      });
      const lost = connected.session.renew?.(path, unhurried()) ?? Promise.resolve();
      assert.equal((await failure(lost)).kind, 'network');
      restore();
      const remark = async () => (await token(connected)).item.remark;
      assert.match((await remark()) ?? '', /last renewal was interrupted/);
      await connected.session.renew?.(path, unhurried());
      assert.equal(await remark(), 'refresh token attached');
    });

    it('leaves no doubt on the row after a refusal', async () => {
      const connected = await connect();
      const { path } = await attach(connected, { refreshToken: 'pscale_oauth_refresh_used' });
      await failure(connected.session.renew?.(path, unhurried()) ?? Promise.resolve());
      assert.equal((await token(connected)).item.remark, 'refresh token attached');
    });

    it('keeps the refresh token of a server that does not rotate it, and bears an odd lifetime', async () => {
      const connected = await connect();
      const { path, item } = await attach(connected);
      for (const expires_in of [undefined, 'soon', -1, 1e300]) {
        answer(
          '/oauth/token',
          json(200, { access_token: 'pscale_oauth_new', token_type: 'Bearer', expires_in }),
        );
        assert.deepEqual(await connected.session.renew?.(path, unhurried()), {});
      }
      const grant = JSON.parse((await stored(connected.connection.id))?.[`grant:${item.id}`]?.reveal() ?? '');
      assert.deepEqual(
        [grant.accessToken, grant.refreshToken],
        ['pscale_oauth_new', server.credentials.refreshToken],
      );
    });

    it('says that the refresh token is used up, and does not try again', async () => {
      const connected = await connect();
      const { path } = await attach(connected, { refreshToken: 'pscale_oauth_refresh_used' });
      server.requests.length = 0;
      const error = await failure(connected.session.renew?.(path, unhurried()) ?? Promise.resolve());
      assert.deepEqual(
        [error.kind, error.code, error.detail],
        [
          'unauthorized',
          'invalid_grant',
          'The server does not accept the token or code: it may be wrong, expired or used before. The server says: The refresh token is invalid, expired or already used',
        ],
      );
      assert.equal(server.requests.length, 1);
    });

    for (const [title, status, kind] of [
      ['busy', 503, 'server'],
      ['rate limited', 429, 'rateLimited'],
      ['broken', 500, 'server'],
    ] as const) {
      it(`does not try again when the service is ${title}`, async () => {
        const connected = await connect();
        const { path } = await attach(connected);
        answer('/oauth/token', { status });
        server.requests.length = 0;
        const error = await failure(connected.session.renew?.(path, unhurried()) ?? Promise.resolve());
        assert.deepEqual([error.kind, server.requests.length], [kind, 1]);
      });
    }

    for (const body of ['', 'null', '{}', '{"access_token":7}', '<html>']) {
      it(`calls a success with ${JSON.stringify(body)} in it an unexpected answer`, async () => {
        const connected = await connect();
        const { path } = await attach(connected);
        answer('/oauth/token', { status: 200, body });
        const error = await failure(connected.session.renew?.(path, unhurried()) ?? Promise.resolve());
        assert.equal(error.kind, 'protocol');
      });
    }

    it('is not cut short by a cancel that comes once it is under way', async () => {
      const connected = await connect();
      const { path, item } = await attach(connected);
      const controller = new AbortController();
      server.intercept(() => {
        controller.abort();
        return false;
      });
      await connected.session.renew?.(path, controller.signal);
      const grant = JSON.parse((await stored(connected.connection.id))?.[`grant:${item.id}`]?.reveal() ?? '');
      assert.equal(grant.refreshToken, server.state.tokens[0]?.refreshToken);
      const late = connected.session.renew?.(path, controller.signal) ?? Promise.resolve();
      assert.equal((await failure(late)).kind, 'cancelled');
    });

    it('keeps a row for the grant when the service lists its token under another id', async () => {
      server.state.refreshed = 'newId';
      const connected = await connect();
      const { path, item } = await attach(connected);
      const node = await harness.nodeAt(connected.root, path);
      const before = node.parent.nodes.length;
      assert.equal((await harness.renewals.renew(node, unhurried())).kind, 'renewed');
      const { nodes } = node.parent;
      assert.equal(nodes.length, before + 1);
      assert.equal(nodes[0], node);
      assert.deepEqual(
        [
          node.item.id,
          node.item.name,
          node.item.status,
          node.item.remark,
          node.item.lifetime,
          node.item.actions,
        ],
        [
          item.id,
          'Release pipeline',
          'active',
          'attached grant, its token is no longer listed',
          { kind: 'expires', at: harness.clock.now() + 2_592_000_000 },
          ['revoke', 'renew', 'detach'],
        ],
      );
      assert.equal((await harness.renewals.renew(node, unhurried())).kind, 'renewed');
      assert.match((await harness.revocations.reach(node)).sentence, /attached to .* stop working\.$/);
      assert.deepEqual(await harness.revocations.revoke(node, unhurried()), { kind: 'revoked' });
      assert(!node.parent.nodes.includes(node));
      assert.equal(server.state.tokens[0]?.refreshToken, null);
    });

    it('looks beyond the first page before it calls an attached token unlisted', async () => {
      const connected = await connect();
      const path = (await rowAt(connected.session, ['Grafana Dashboards', 'Grafana team 60'])).path;
      const row =
        server.state.tokens.find(({ resource }) => resource.id === path.at(-1)?.id) ?? assert.fail();
      const app =
        server.state.applications.find(({ resource }) => resource.id === row.applicationId) ?? assert.fail();
      await connected.session.attachment?.attach(
        path,
        {
          settings: { clientId: app.resource.client_id },
          secrets: {
            refreshToken: new Secret(row.refreshToken ?? ''),
            clientSecret: new Secret(app.clientSecret),
          },
        },
        unhurried(),
      );
      const page = await connected.session.list([path[0]], undefined, activeOnly, unhurried());
      assert.equal(page.items.length, 25);
      const { items } = await readAll(connected.session, [path[0]]);
      assert.equal(items.length, 63);
      assert.deepEqual(items.find(({ id }) => id === row.resource.id)?.actions, [
        'revoke',
        'renew',
        'detach',
      ]);
    });

    it('lists the tokens even when an attached one cannot be looked up', async () => {
      const connected = await connect();
      const { item } = await attach(connected);
      server.state.tokens.shift();
      answer(`/tokens/${item.id}`, { status: 500 });
      const { items, problems } = await readAll(connected.session, [await application(connected.session)]);
      assert.equal(items.length, 5);
      assert.deepEqual(
        problems.map((problem) => problem instanceof TokenManagerError && problem.kind),
        ['server'],
      );
    });
  });

  /** Attaches what belongs to the sample token, but for what is given. */
  async function attach(connected: Connected, entered: Record<string, string> = {}) {
    const { refreshToken, clientId, clientSecret } = server.credentials;
    const { path, item } = await token(connected);
    const { clientId: id, ...values } = { refreshToken, clientId, clientSecret, ...entered };
    const secrets = Object.entries(values).map(([name, value]) => [name, new Secret(value)] as const);
    const draft = { settings: { clientId: id }, secrets: Object.fromEntries(secrets) };
    await connected.session.attachment?.attach(path, draft, unhurried());
    return { path, item };
  }

  const stored = (connectionId: string) => harness.credentialStore.read(connectionId);

  function clientFields() {
    return { client_id: server.credentials.clientId, client_secret: server.credentials.clientSecret };
  }

  function revocationForms(): Record<string, string>[] {
    return server.requests
      .filter(({ path }) => path === '/oauth/revoke')
      .map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
  }
});

function answersFor(
  { apiUrl, oauthUrl, credentials, state }: PlanetScaleServer,
  options: SandboxOptions = {},
) {
  const { serviceTokenId, serviceToken, organization } = credentials;
  // Nothing below an application with such an id can be asked for: it is no path segment.
  const reachable = state.applications.map(({ resource }) => resource.id).filter((id) => id !== '..');
  const applications = options.hostile ? reachable : [];
  return { apiUrl, oauthUrl, serviceTokenId, serviceToken, organization, applications };
}

function secretsOf({ credentials, state }: PlanetScaleServer): string[] {
  return [
    credentials.serviceToken,
    ...state.applications.map(({ clientSecret }) => clientSecret),
    ...state.tokens
      .slice(0, 3)
      .flatMap(({ accessToken, refreshToken }) => [accessToken ?? [], refreshToken ?? []].flat()),
  ];
}

function without({ state }: PlanetScaleServer, access: string): void {
  for (const serviceToken of state.serviceTokens) {
    serviceToken.accesses = serviceToken.accesses.filter((name) => name !== access);
  }
}

async function application(session: Connected['session'], name = 'Deploy Bot'): Promise<Item> {
  const row = (await readAll(session, undefined)).items.find((item) => item.name === name);
  assert(row, `no application ${name}`);
  return row;
}

async function rowAt(session: Connected['session'], [applicationName, name]: readonly string[]) {
  const parent = await application(session, applicationName);
  const item = (await readAll(session, [parent])).items.find((row) => row.name === name);
  assert(item, `no row ${name}`);
  const path: ItemPath = [parent, item];
  return { path, item };
}

function fieldText(fields: Item['fields'], label: string): string | undefined {
  const field = fields.find((candidate) => candidate.label === label);
  return field && 'text' in field ? field.text : undefined;
}
