import assert from 'node:assert/strict';
import { createECDH } from 'node:crypto';
import { turnkey } from '../../src/adapters/turnkey/index.ts';
import { TokenManagerError } from '../../src/core/model/errors.ts';
import type { Item, ItemPath } from '../../src/core/model/item.ts';
import { json, send } from '../servers/loopback.ts';
import { startTurnkey, type TurnkeyServer } from '../servers/turnkey.ts';
import { adapterContract } from './adapterContract.ts';
import { type Connected, everyRow, failure, Harness, readAll, unhurried } from './harness.ts';

const submitPath = '/public/v1/submit/delete_oauth_providers';
const vendorCodes: Readonly<Record<number, string>> = {
  400: 'REQUEST_INVALID',
  401: 'SIGNATURE_INVALID',
  403: 'REQUEST_NOT_AUTHORIZED',
  404: 'CREDENTIAL_NOT_FOUND',
  429: 'RATE_LIMIT_EXCEEDED',
};

for (const [kind, branch] of [
  ['user', 'a user'],
  ['organization', 'a sub-organization'],
] as const) {
  adapterContract(`Turnkey, reading below ${branch},`, {
    async start(options) {
      const server = await startTurnkey(options);
      const users = () => server.state.organizations.flatMap((organization) => organization.users);
      return {
        factory: turnkey,
        server,
        origins: [server.url],
        answers: answersFor(server),
        wrongAnswers: { ...answersFor(server), ...newKeyPair() },
        secrets: [server.credentials.privateKey],
        empty: () => {
          for (const organization of server.state.organizations) {
            if (kind === 'user') {
              for (const user of organization.users) {
                user.oauthProviders = [];
              }
            } else if (organization.parentId) {
              organization.users = [];
            }
          }
        },
        isLive: (path) => users().some(({ oauthProviders }) => oauthProviders.some(isNamed(path.at(-1)))),
      };
    },
    credentialHeaders: ['x-stamp'],
    branch: ({ item }) => item.kind === kind,
    errorReply: (status, words) => refusal(status, vendorCodes[status], words),
    revocations: [
      {
        title: 'a linked login',
        row: ({ item }) => item.name === 'Google',
        isMutation: ({ path }) => path === submitPath,
        repeatable: true,
      },
      {
        title: 'a linked login that takes a while',
        row: ({ item }) => item.name === 'Apple',
        isMutation: ({ path }) => path === submitPath,
        repeatable: true,
      },
    ],
  });
}

describe('Turnkey', () => {
  let server: TurnkeyServer;
  let harness: Harness;

  beforeEach(async () => {
    harness = new Harness(turnkey);
    server = await startTurnkey({ now: () => harness.clock.now() });
  });
  afterEach(async () => {
    harness.dispose();
    await server.stop();
  });

  const connect = (users: readonly string[] = []) => harness.connect({ ...answersFor(server), users });

  /** What the service knows of the sample account's own user. */
  function admin() {
    const user = server.state.organizations[0]?.users[0];
    assert(user);
    return user;
  }

  function answer(path: string, reply: ReturnType<typeof json>): () => void {
    return server.intercept(({ request, response }) => {
      if (request.path.endsWith(path)) {
        send(response, reply);
        return true;
      }
      return false;
    });
  }

  describe('when connecting', () => {
    for (const [before, after] of [
      ['0x', ''],
      ['0X', ''],
      ['', ':p256'],
      [' 0x', ':p256\n'],
    ]) {
      it(`takes keys written with ${JSON.stringify(before)} in front and ${JSON.stringify(after)} behind`, async () => {
        const { publicKey, privateKey } = server.credentials;
        const { settings, secrets } = await harness.signIn({
          ...answersFor(server),
          apiPublicKey: `${before}${publicKey}${after}`,
          apiPrivateKey: `${before}${privateKey}${after}`,
        });
        assert.equal(settings.apiPublicKey, publicKey);
        assert.equal(secrets.apiPrivateKey?.reveal(), privateKey);
      });
    }

    it('names the user and the organization, and keeps the private key apart', async () => {
      const { account, settings, secrets, notice } = await harness.signIn(answersFor(server));
      const { organizationId, userId, publicKey } = server.credentials;
      assert.deepEqual(account, { id: `${organizationId}/${userId}`, name: 'platform-admin in Shopfront' });
      assert.deepEqual(settings, { baseUrl: server.url, organizationId, apiPublicKey: publicKey, users: [] });
      assert.deepEqual(Object.keys(secrets), ['apiPrivateKey']);
      assert.equal(notice, undefined);
    });

    it('names swapped and mismatched keys while they are being typed', () => {
      const { publicKey, privateKey } = server.credentials;
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
      assert.equal(complaint('organizationId', server.credentials.organizationId), undefined);
      assert.match(complaint('organizationId', 'Shopfront') ?? '', /UUID/);
    });

    it('checks the key pair before it sends anything', async () => {
      const good = await harness.fill(answersFor(server));
      const io = harness.sessions.formIo(harness.adapter, good);
      server.requests.length = 0;
      const draft = { ...good, settings: { ...good.settings, apiPublicKey: newKeyPair().apiPublicKey } };
      const error = await failure(harness.adapter.signIn(draft, io, unhurried()));
      assert.deepEqual([error.kind, error.code], ['configuration', 'unusable-key-pair']);
      const openIo = { ...io, readSecrets: async () => ({}), saveSecrets: async () => undefined };
      assert.throws(() => harness.adapter.open(draft, openIo), { kind: 'configuration' });
      assert.deepEqual(server.requests, []);
    });

    it('offers every user, and says which one the key belongs to', async () => {
      const draft = await harness.fill(answersFor(server));
      const step = harness.adapter.form.find(({ id }) => id === 'users');
      assert(step?.kind === 'choice');
      const io = harness.sessions.formIo(harness.adapter, draft);
      const options = await step.options(draft, io, unhurried());
      assert.deepEqual(options[0], {
        value: server.credentials.userId,
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
      const child = server.state.organizations[1];
      assert(child);
      const { notice } = await harness.signIn({
        ...answersFor(server),
        organizationId: child.organizationId,
      });
      assert.match(notice ?? '', /belongs to another organization/);
    });

    it('calls an expired API key unauthorized', async () => {
      for (const key of admin().apiKeys) {
        key.expirationSeconds = '1';
      }
      const error = await failure(harness.signIn(answersFor(server)));
      assert.deepEqual([error.kind, error.code], ['unauthorized', 'API_KEY_EXPIRED']);
    });

    it("opens the vendor's dashboard only for the vendor's own address", async () => {
      const { settings, secrets } = await harness.signIn(answersFor(server));
      const open = (baseUrl: string) => {
        const config = { settings: { ...settings, baseUrl }, secrets };
        const io = harness.sessions.formIo(harness.adapter, config);
        return harness.adapter.open(config, {
          ...io,
          readSecrets: async () => ({}),
          saveSecrets: async () => undefined,
        });
      };
      assert.equal(open(server.url).webPage, undefined);
      assert.equal(open('https://api.turnkey.com').webPage, 'https://app.turnkey.com');
    });
  });

  describe('when listing', () => {
    it('shows users with their logins in one call, then the sub-organizations', async () => {
      const { session } = await connect();
      server.requests.length = 0;
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
        server.requests.map(({ path }) => path),
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
      server.requests.length = 0;
      assert.equal(JSON.stringify(await session.read?.(path, unhurried())), JSON.stringify(item));
      const [user] = path;
      await readAll(session, [user]);
      for (const { path: called, body } of server.requests) {
        assert.equal(called, '/public/v1/query/get_oauth_providers');
        assert.deepEqual(JSON.parse(body), {
          organizationId: server.credentials.organizationId,
          userId: user.id,
        });
      }
      assert.equal(server.requests.length, 2);
    });

    it('shows only the users picked, and says which of them are gone', async () => {
      const robot = server.state.organizations[0]?.users[1] ?? assert.fail();
      const { session } = await connect([server.credentials.userId, robot.userId]);
      server.state.organizations[0]?.users.splice(1, 1);
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
      const [parent, child] = server.state.organizations;
      assert(parent && child);
      const ids = Array.from(
        { length: 250 },
        (_, index) => `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`,
      );
      server.state.organizations = [parent, ...ids.map((organizationId) => ({ ...child, organizationId }))];
      const { session } = await connect();
      const parentRow = await section(session);
      server.requests.length = 0;
      const { items, pages } = await readAll(session, [parentRow]);
      assert.deepEqual(
        items.map(({ id }) => id),
        ids,
      );
      assert.equal(pages, 3);
      assert.deepEqual(
        server.requests.map(({ body }) => JSON.parse(body).paginationOptions),
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
        server.requests.length = 0;
        assert.equal((await failure(readAll(session, undefined))).kind, kind);
        assert.equal(server.requests.length, times, kind);
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

  describe('when unlinking', () => {
    it('submits the activity exactly as documented', async () => {
      const { session } = await connect();
      const { path, item } = await login(session, 'Google');
      server.requests.length = 0;
      assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
      assert.equal(server.requests.length, 1);
      assert.deepEqual(JSON.parse(server.requests[0]?.body ?? ''), {
        type: 'ACTIVITY_TYPE_DELETE_OAUTH_PROVIDERS',
        timestampMs: String(harness.clock.now()),
        organizationId: server.credentials.organizationId,
        parameters: { userId: server.credentials.userId, providerIds: [item.id] },
      });
    });

    it('sends the very same bytes and stamp again when the answer gets lost', async () => {
      const { session } = await connect();
      const { path } = await login(session, 'Google');
      let lost = 2;
      server.requests.length = 0;
      server.intercept((exchange) => {
        if (lost-- <= 0) {
          return false;
        }
        exchange.answer();
        exchange.response.socket?.resetAndDestroy();
        return true;
      });
      assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
      assert.equal(server.requests.length, 3);
      assert.equal(new Set(server.requests.map(({ body }) => body)).size, 1);
      assert.equal(new Set(server.requests.map(({ headers }) => headers['x-stamp'])).size, 1);
      assert.equal(server.state.activities.length, 1);
    });

    it('asks every half second how a pending activity gets on', async () => {
      const { session } = await connect();
      const { path } = await login(session, 'Apple');
      server.requests.length = 0;
      assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
      assert.deepEqual(
        server.requests.map((request) => request.path.split('/').at(-1)),
        ['delete_oauth_providers', 'get_activity', 'get_activity', 'get_activity'],
      );
      assert.deepEqual(harness.clock.sleeps, [500, 500, 500]);
    });

    it('stops asking after half a minute, and names the activity', async () => {
      const { session } = await connect();
      const { path, item } = await login(session, 'Apple');
      server.state.outcomes.set(item.id, { status: 'CREATED', polls: 1000 });
      const outcome = await session.revocation?.revoke(path, unhurried());
      assert.deepEqual(outcome, { kind: 'stillRunning', reference: server.state.activities[0]?.resource.id });
      assert.deepEqual([harness.clock.sleeps.length, harness.clock.sleeps[0]], [60, 500]);
    });

    it('stops asking after half a minute also by a service whose clock runs backwards', async () => {
      const { session } = await connect();
      const { path, item } = await login(session, 'Apple');
      server.state.outcomes.set(item.id, { status: 'CREATED', polls: 1000 });
      let now = Date.now();
      server.intercept(({ response }) => {
        now -= 60 * 60_000;
        response.setHeader('Date', new Date(now).toUTCString());
        return false;
      });
      const outcome = await session.revocation?.revoke(path, unhurried());
      assert.equal(outcome?.kind, 'stillRunning');
      assert.equal(harness.clock.sleeps.length, 60);
    });

    it('does not call an accepted activity failed because it cannot be asked about', async () => {
      const { session } = await connect();
      const { path } = await login(session, 'Apple');
      answer('get_activity', { status: 503 });
      const outcome = await session.revocation?.revoke(path, unhurried());
      assert.deepEqual(outcome, { kind: 'stillRunning', reference: server.state.activities[0]?.resource.id });
    });

    it('stops asking when it is cancelled', async () => {
      const { session } = await connect();
      const { path } = await login(session, 'Apple');
      const controller = new AbortController();
      server.intercept(({ request }) => {
        if (request.path.endsWith('get_activity')) {
          controller.abort();
        }
        return false;
      });
      const revoking = session.revocation?.revoke(path, controller.signal) ?? Promise.resolve();
      assert.equal((await failure(revoking)).kind, 'cancelled');
    });

    for (const status of ['CONSENSUS_NEEDED', 'AUTHENTICATORS_NEEDED'] as const) {
      it(`waits for approval when the service says ${status}, without asking on`, async () => {
        const { session } = await connect();
        const { path, item } = await login(session, 'Okta Workforce');
        server.state.outcomes.set(item.id, { status });
        server.requests.length = 0;
        const outcome = await session.revocation?.revoke(path, unhurried());
        assert.deepEqual(outcome, {
          kind: 'waitingForApproval',
          reference: server.state.activities[0]?.resource.id,
        });
        assert.equal(server.requests.length, 1);
      });
    }

    describe('asked later about an activity that waited', () => {
      /** The reference of a revocation that waits, and a way to ask about it. */
      async function waitingActivity() {
        const { session } = await connect();
        const { path } = await login(session, 'Okta Workforce');
        const outcome = await session.revocation?.revoke(path, unhurried());
        assert(outcome && 'reference' in outcome);
        const [activity] = server.state.activities;
        assert(activity);
        const ask = async () => session.revocation?.outcome?.(path, outcome.reference, unhurried());
        return { outcome, activity, ask };
      }

      it('takes a rejected question for no rejected activity', async () => {
        const { ask } = await waitingActivity();
        answer('get_activity', refusal(429, 'SIGNING_QUOTA_EXCEEDED', 'no signatures left'));
        assert.equal((await failure(ask())).kind, 'protocol');
      });

      it('says that it still waits, and asks once', async () => {
        const { outcome, ask } = await waitingActivity();
        server.requests.length = 0;
        assert.deepEqual(await ask(), outcome);
        assert.deepEqual(
          server.requests.map(({ path }) => path),
          ['/public/v1/query/get_activity'],
        );
      });

      it('says that it was carried out', async () => {
        const { activity, ask } = await waitingActivity();
        activity.resource = { ...activity.resource, status: 'ACTIVITY_STATUS_COMPLETED' };
        assert.deepEqual(await ask(), { kind: 'accepted' });
      });

      it('says that it was rejected', async () => {
        const { activity, ask } = await waitingActivity();
        activity.resource = { ...activity.resource, status: 'ACTIVITY_STATUS_REJECTED' };
        assert.equal((await failure(ask())).kind, 'rejected');
      });
    });

    it('says when the activity was rejected', async () => {
      const { session } = await connect();
      const { path } = await login(session, 'GitLab CI');
      const error = await failure(session.revocation?.revoke(path, unhurried()) ?? Promise.resolve());
      assert.deepEqual([error.kind, error.code], ['rejected', 'ACTIVITY_STATUS_REJECTED']);
      assert.match(error.detail, /was rejected/);
    });

    it('gives the reason when the activity failed', async () => {
      const { session } = await connect();
      const { path } = await login(session, 'Auth0 staging');
      const error = await failure(session.revocation?.revoke(path, unhurried()) ?? Promise.resolve());
      assert.deepEqual([error.kind, error.code], ['rejected', 'ACTIVITY_STATUS_FAILED']);
      assert.match(error.detail, /failed: policy engine is not available for this resource$/);
    });

    it('calls a status that it does not know an unexpected answer', async () => {
      const { session } = await connect();
      const { path } = await login(session, 'Google');
      answer(
        'delete_oauth_providers',
        json(200, { activity: { id: 'a', status: 'ACTIVITY_STATUS_WHATEVER' } }),
      );
      const error = await failure(session.revocation?.revoke(path, unhurried()) ?? Promise.resolve());
      assert.equal(error.kind, 'protocol');
    });

    it('warns before the last login of a user is unlinked, also when the others went just before', async () => {
      const { root, session } = await connect();
      const support = (name: string) => rowAt(session, ['support-desk', name]);
      assert.deepEqual(session.revocation?.reach(await support('Google')), {
        sentence:
          'The sign-in “Google” is unlinked from the user “support-desk”, who can then no longer use it.',
        warnings: [],
      });
      const apple = await support('Apple');
      const both = [await support('Google'), apple].flatMap((path) => path.at(-1) ?? []);
      assert.deepEqual(session.revocation?.reach(apple, both).warnings, [
        'No sign-in stays linked to “support-desk”. Without another way to sign in, the user is locked out.',
      ]);
      const node = await harness.nodeAt(root, await support('Google'));
      await harness.revocations.revoke(node, unhurried());
      assert.deepEqual(session.revocation?.reach(apple).warnings, [
        'It is the last sign-in linked to “support-desk”. Without another way to sign in, the user is locked out.',
      ]);
    });

    for (const refusedAs of ['forbidden', 'mismatch'] as const) {
      it(`says that a parent's key may not change a sub-organization (${refusedAs})`, async () => {
        server.state.subOrganizationDelete = refusedAs;
        const { session } = await connect();
        const row = (await everyRow(session)).find(({ path }) => path.length === 4);
        assert(row);
        assert.equal(session.revocation?.reach(row.path).warnings.length, 2);
        const error = await failure(session.revocation?.revoke(row.path, unhurried()) ?? Promise.resolve());
        assert.equal(error.kind, 'forbidden');
        assert.match(error.detail, /API key of its parent organization usually may not change/);
        assert.equal(
          error.code,
          refusedAs === 'forbidden' ? 'REQUEST_NOT_AUTHORIZED' : 'ORGANIZATION_MISMATCH',
        );
      });
    }

    it('hits exactly the user and the login whose identifiers are hostile', async () => {
      await server.stop();
      server = await startTurnkey({ hostile: true, now: () => harness.clock.now() });
      const { session } = await connect();
      const rows = (await everyRow(session)).filter(
        ({ path, item }) => item.kind === 'identity' && path[0].id === item.id,
      );
      assert(rows.length > 3);
      for (const { path, item } of rows) {
        assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
        const sent = JSON.parse(server.requests.at(-1)?.body ?? '');
        assert.deepEqual(sent.parameters, { userId: item.id, providerIds: [item.id] });
      }
    });
  });

  function complaint(id: string, typed: string, settings: Record<string, string> = {}): string | undefined {
    const step = harness.adapter.form.find((candidate) => candidate.id === id);
    assert(step?.kind === 'text' || step?.kind === 'secret');
    return step.validate?.(typed, { settings, secrets: {} });
  }
});

function answersFor({ url, credentials }: TurnkeyServer) {
  return {
    baseUrl: url,
    organizationId: credentials.organizationId,
    apiPublicKey: credentials.publicKey,
    apiPrivateKey: credentials.privateKey,
  };
}

/** One that is not registered. */
function newKeyPair() {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  return {
    apiPublicKey: ecdh.getPublicKey('hex', 'compressed'),
    apiPrivateKey: ecdh.getPrivateKey('hex').padStart(64, '0'),
  };
}

function refusal(status: number, turnkeyErrorCode: string | undefined, message: string) {
  const detail = { '@type': 'type.googleapis.com/errors.v1.TurnkeyErrorDetail', turnkeyErrorCode };
  return json(status, { code: 2, message, details: turnkeyErrorCode ? [detail] : [] });
}

function isNamed(item: Item | undefined) {
  return ({ providerId }: { readonly providerId: string }) => providerId === item?.id;
}

async function section(session: Connected['session']): Promise<Item> {
  const row = (await readAll(session, undefined)).items.find(({ kind }) => kind === 'section');
  assert(row);
  return row;
}

async function rowAt(session: Connected['session'], names: readonly string[]): Promise<ItemPath> {
  const row = (await everyRow(session)).find(
    ({ path }) => path.map(({ name }) => name).join(' > ') === names.join(' > '),
  );
  assert(row, `no row ${names.join(' > ')}`);
  return row.path;
}

/** A login of the sample account's own user. */
async function login(session: Connected['session'], name: string) {
  const path = await rowAt(session, ['platform-admin', name]);
  return { path, item: path.at(-1) ?? assert.fail() };
}
