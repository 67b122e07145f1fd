import assert from 'node:assert/strict';
import { TokenManagerError } from '../../../src/core/model/errors.ts';
import { json } from '../../servers/loopback.ts';
import { failure, readAll, unhurried } from '../harness.ts';
import { Bench, login, refusal, section } from './bench.ts';

describe('Turnkey', () => {
  const bench = new Bench();
  const { connect, admin, answer } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  describe('when listing', () => {
    it('shows users with their logins in one call, then the sub-organizations', async () => {
      const { session } = await connect();
      bench.server.requests.length = 0;
      const { items } = await readAll(session, undefined);
      assert.deepEqual(
        items.map(({ name, kind, children }) => [name, kind, children.kind]),
        [
          ['platform-admin', 'user', 'inline'],
          ['ci-robot', 'user', 'inline'],
          ['support-desk', 'user', 'inline'],
          ['auditor', 'user', 'none'],
          ['Sub-organizations', 'section', 'onRequest'],
        ],
      );
      assert.deepEqual(
        bench.server.requests.map(({ path }) => path),
        ['/public/v1/query/list_users'],
      );
    });

    it('shows everything about a login, and no expiry', async () => {
      const { session } = await connect();
      const { item } = await login(session, 'Google');
      const { providerId, issuer, audience, subject, createdAt, updatedAt } =
        admin().oauthProviders[0] ?? assert.fail();
      const created = Number(createdAt.seconds) * 1000;
      assert.deepEqual(item, {
        id: providerId,
        kind: 'identity',
        name: 'Google',
        status: 'active',
        lifetime: { kind: 'none' },
        createdAt: created,
        remark: issuer,
        issuer,
        fields: [
          { label: 'Name', text: 'Google' },
          { label: 'Issuer', text: issuer },
          { label: 'Audience', text: audience },
          { label: 'Subject', text: subject },
          { label: 'Created', at: created },
          { label: 'Updated', at: Number(updatedAt.seconds) * 1000 },
          { label: 'Provider ID', text: providerId },
        ],
        children: { kind: 'none' },
        actions: ['revoke'],
        identifier: providerId,
      });
    });

    it('always names the user when it asks for logins', async () => {
      const { session } = await connect();
      const { path, item } = await login(session, 'Google');
      bench.server.requests.length = 0;
      assert.equal(JSON.stringify(await session.read?.(path, unhurried())), JSON.stringify(item));
      const [user] = path;
      await readAll(session, [user]);
      for (const { path: called, body } of bench.server.requests) {
        assert.equal(called, '/public/v1/query/get_oauth_providers');
        assert.deepEqual(JSON.parse(body), {
          organizationId: bench.server.credentials.organizationId,
          userId: user.id,
        });
      }
      assert.equal(bench.server.requests.length, 2);
    });

    it('shows only the users picked, and says which of them are gone', async () => {
      const robot = bench.server.state.organizations[0]?.users[1] ?? assert.fail();
      const { session } = await connect([bench.server.credentials.userId, robot.userId]);
      bench.server.state.organizations[0]?.users.splice(1, 1);
      const { items, problems } = await readAll(session, undefined);
      assert.deepEqual(
        items.map(({ name }) => name),
        ['platform-admin', 'Sub-organizations'],
      );
      assert.deepEqual(
        problems.map((problem) => problem instanceof TokenManagerError && [problem.kind, problem.detail]),
        [['notFound', `The user ${robot.userId}, picked for this connection, no longer exists.`]],
      );
    });

    it('reads sub-organizations page by page, a hundred at a time', async () => {
      const [parent, child] = bench.server.state.organizations;
      assert(parent && child);
      const ids = Array.from(
        { length: 250 },
        (_, index) => `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`,
      );
      bench.server.state.organizations = [
        parent,
        ...ids.map((organizationId) => ({ ...child, organizationId })),
      ];
      const { session } = await connect();
      const parentRow = await section(session);
      bench.server.requests.length = 0;
      const { items, pages } = await readAll(session, [parentRow]);
      assert.deepEqual(
        items.map(({ id }) => id),
        ids,
      );
      assert.equal(pages, 3);
      assert.deepEqual(
        bench.server.requests.map(({ body }) => JSON.parse(body).paginationOptions),
        [{ limit: '100' }, { limit: '100', after: ids[99] }, { limit: '100', after: ids[199] }],
      );
    });

    it("shows a sub-organization's users and their logins", async () => {
      const { session } = await connect();
      const sections = await section(session);
      const [organization] = (await readAll(session, [sections])).items;
      assert(organization);
      const [user] = (await readAll(session, [sections, organization])).items;
      assert(user?.children.kind === 'inline');
      assert.deepEqual(
        [user.name, user.children.items.map(({ name }) => name)],
        ['Checkout customer 01', ['Apple']],
      );
      const [link] = user.children.items;
      assert(link);
      const readLink = await session.read?.([sections, organization, user, link], unhurried());
      assert.equal(JSON.stringify(readLink), JSON.stringify(link));
      const readUser = await session.read?.([sections, organization, user], unhurried());
      assert.equal(JSON.stringify(readUser), JSON.stringify(user));
    });

    it('waits for a rate limit, but does not ask again when a quota is spent', async () => {
      const { session } = await connect();
      for (const [reply, kind, times] of [
        [refusal(429, 'RATE_LIMIT_EXCEEDED', 'slow down'), 'rateLimited', 4],
        [{ status: 429 }, 'rateLimited', 4],
        [refusal(429, 'SIGNING_QUOTA_EXCEEDED', 'no signatures left'), 'rejected', 1],
        [refusal(429, undefined, 'user has exceeded maximum number of things'), 'rejected', 1],
      ] as const) {
        const restore = answer('list_users', reply);
        bench.server.requests.length = 0;
        assert.equal((await failure(readAll(session, undefined))).kind, kind);
        assert.equal(bench.server.requests.length, times, kind);
        restore();
      }
    });

    it('reads errors whose details are empty, null or of another form', async () => {
      const { session } = await connect();
      for (const details of [[], null, 'none', [{ '@type': 'other' }], [7]]) {
        const restore = answer(
          'list_users',
          json(403, { code: 7, message: 'request not authorized', details }),
        );
        const error = await failure(readAll(session, undefined));
        assert.deepEqual(
          [error.kind, error.detail, error.code],
          ['forbidden', 'request not authorized', undefined],
        );
        restore();
      }
    });

    it('calls a wrong organization ID a configuration error', async () => {
      const { session } = await connect();
      answer('list_users', refusal(400, 'INVALID_ORGANIZATION_ID', 'malformed organization ID provided'));
      const error = await failure(readAll(session, undefined));
      assert.deepEqual([error.kind, error.code], ['configuration', 'INVALID_ORGANIZATION_ID']);
    });

    async function withLink(change: unknown) {
      const { session } = await connect();
      const { path } = await login(session, 'Google');
      const [good] = admin().oauthProviders;
      const links = [good, { ...good, providerId: 'another', ...Object(change) }];
      answer('get_oauth_providers', json(200, { oauthProviders: links }));
      return readAll(session, [path[0]]);
    }

    for (const id of [7, '', null]) {
      it(`shows the other logins beside one with ${JSON.stringify(id)} for an id, and says that one is missing`, async () => {
        const { items, problems } = await withLink({ providerId: id });
        assert.equal(items.length, 1);
        assert.deepEqual(
          problems.map(({ message }) => message),
          ['protocol: Entries of the list that could not be read: 1 (providerId)'],
        );
      });
    }

    const odd: Readonly<Record<string, unknown>> = {
      'a missing issuer': { issuer: undefined },
      'no name': { providerName: '' },
      'seconds as a number': { createdAt: { seconds: 1746736509, nanos: '0' } },
      'seconds that are no digits': { createdAt: { seconds: 'soon', nanos: '0' } },
      'seconds beyond the calendar': { updatedAt: { seconds: '9999999999999', nanos: '0' } },
      'no second at all': { createdAt: { seconds: '0', nanos: '0' } },
    };
    for (const [title, change] of Object.entries(odd)) {
      it(`keeps a login with ${title}`, async () => {
        const { items, problems } = await withLink(change);
        assert.deepEqual([items.length, problems], [2, []]);
        assert(items.every(({ name, createdAt }) => name !== '' && createdAt !== 0));
      });
    }
  });
});
