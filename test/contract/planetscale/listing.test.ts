import assert from 'node:assert/strict';
import { TokenManagerError } from '../../../src/core/model/errors.ts';
import type { Item } from '../../../src/core/model/item.ts';
import { plainItem } from '../../../src/core/model/plainItem.ts';
import { json, send } from '../../servers/loopback.ts';
import { activeOnly, assertNoSecretIn, everyRow, failure, readAll, unhurried } from '../harness.ts';
import { application, Bench, fieldText, without } from './bench.ts';

describe('PlanetScale', () => {
  const bench = new Bench();
  const { connect, answer, token } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

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
      const [app] = bench.server.state.applications;
      assert(app);
      for (let index = 0; index < 150; index++) {
        bench.server.state.applications.push({ ...app, resource: { ...app.resource, id: `app${index}` } });
      }
      const { session } = await connect();
      const { items, pages } = await readAll(session, undefined);
      assert.deepEqual([items.length, pages], [153, 2]);
      assert(items.every(({ children }) => children.kind === 'list' && !children.open));
    });

    it('shows only the applications picked, and says which of them are gone', async () => {
      const [bot, dashboards] = bench.server.state.applications.map(({ resource }) => resource.id);
      assert(bot && dashboards);
      const { session } = await connect({ applications: [bot, dashboards] });
      bench.server.state.applications.shift();
      const { items, problems } = await readAll(session, undefined);
      assert.deepEqual(
        items.map(({ name }) => name),
        ['Grafana Dashboards'],
      );
      assert.deepEqual(
        problems.map((problem) => problem instanceof TokenManagerError && [problem.kind, problem.detail]),
        [['notFound', `The OAuth application ${bot}, picked for this connection, no longer exists.`]],
      );
    });

    it('tells each state that a token can be in', async () => {
      const { session } = await connect();
      const now = bench.harness.clock.now();
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
      const { resource } = bench.server.state.tokens[0] ?? assert.fail();
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
              ['access', 'orders', 'resource in shopfront'],
              ['access', 'catalog', 'resource in shopfront'],
            ],
          ],
          [
            'Organizations',
            'section',
            [
              ['access', 'read_organization', 'Read organization information'],
              ['access', 'shopfront', 'resource'],
            ],
          ],
          [
            'Branches',
            'section',
            [
              ['access', 'read_branches', 'Read branch information'],
              ['access', 'main', 'resource in shopfront/orders'],
            ],
          ],
          [
            'Users',
            'section',
            [
              ['access', 'read_user', 'Read user information'],
              ['access', 'shopfront-dev', 'resource'],
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
      const [first] = bench.server.state.tokens;
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
      bench.server.intercept((exchange) => {
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
      const { session } = await connect({ applications: [bench.server.credentials.applicationId] });
      const rows = await everyRow(session);
      assert(rows.length > 10);
      assertNoSecretIn([rows], ['pscale_oauth_canary', 'pscale_oauth_refresh_canary']);
    });

    it('needs nothing of the page but its rows and whether another follows', async () => {
      bench.server.state.envelope = 'seed';
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
        [...(bench.server.requests.at(-1)?.query ?? [])],
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
      bench.server.intercept(({ request, response }) => {
        send(response, json(200, { data: [], next_page: Number(request.query.get('page')) + 1 }));
        return true;
      });
      const error = await failure(connect());
      assert.deepEqual([error.kind, error.code], ['protocol', 'endless-list']);
    });

    it('names the access that is missing for reading tokens', async () => {
      const { session } = await connect();
      without(bench.server, 'read_oauth_tokens');
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
      const resource = bench.server.state.tokens[0]?.resource;
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
      bench.server.state.applications.shift();
      assert.equal(await session.read?.([bot], unhurried()), undefined);
    });

    it('takes a 404 for gone only where the list can still be read', async () => {
      const connected = await connect();
      const { path } = await token(connected);
      bench.server.state.tokens.shift();
      assert.equal(await connected.session.read?.(path, unhurried()), undefined);
      without(bench.server, 'read_oauth_tokens');
      const error = await failure(connected.session.read?.(path, unhurried()) ?? Promise.resolve());
      assert.deepEqual(
        [error.kind, error.detail],
        ['notFound', 'Not found, or the service token lacks read_oauth_tokens. The server says: Not Found'],
      );
    });
  });
});
