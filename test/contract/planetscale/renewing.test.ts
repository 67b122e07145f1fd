import assert from 'node:assert/strict';
import { TokenManagerError } from '../../../src/core/model/errors.ts';
import { Secret } from '../../../src/core/model/secret.ts';
import { json } from '../../servers/loopback.ts';
import { activeOnly, assertNoSecretIn, everyRow, failure, readAll, unhurried } from '../harness.ts';
import { application, Bench, rowAt, secretsOf } from './bench.ts';

describe('PlanetScale', () => {
  const bench = new Bench();
  const { connect, answer, attach, clientFields, stored, token } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

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
      assert.equal(step('clientId').default, bench.server.credentials.clientId);
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
      const { path } = await attach(connected, { accessToken: bench.server.credentials.accessToken });
      const { item } = await token(connected);
      assert.deepEqual(
        [item.actions, item.remark],
        [['revoke', 'renew', 'detach'], 'refresh token attached'],
      );
      const secrets = await stored(connected.connection.id);
      assert.deepEqual(Object.keys(secrets ?? {}), ['serviceToken', `grant:${item.id}`]);
      assertNoSecretIn(
        [await everyRow(connected.session), path, bench.harness.logger.lines, secrets],
        secretsOf(bench.server),
      );
    });

    it('does not try the refresh token, which would use it up', async () => {
      const connected = await connect();
      bench.server.requests.length = 0;
      await attach(connected, { accessToken: bench.server.credentials.accessToken });
      assert(!bench.server.requests.some(({ path }) => path === '/oauth/token'));
      const asked = bench.server.requests.filter(({ path }) => path === '/oauth/token/info');
      assert.deepEqual(
        asked.map(({ headers }) => headers.authorization),
        [`Bearer ${bench.server.credentials.accessToken}`],
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
      const other = bench.server.state.tokens.find(
        ({ applicationId }) => applicationId !== bench.server.credentials.applicationId,
      );
      const foreign = await failure(attach(connected, { accessToken: other?.accessToken ?? assert.fail() }));
      assert.deepEqual([foreign.kind, foreign.code], ['configuration', 'invalid_token']);
      assert.deepEqual((await token(connected)).item.actions, ['revoke', 'attach']);
    });

    it('is attached only once it is stored', async () => {
      const connected = await connect();
      bench.harness.credentialStore.write = () => Promise.reject(new TokenManagerError('storage'));
      assert.equal((await failure(attach(connected))).kind, 'storage');
      assert.deepEqual((await token(connected)).item.actions, ['revoke', 'attach']);
    });

    it('can be detached again', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      await bench.harness.renewals.detach(await bench.harness.nodeAt(connected.root, path));
      assert.deepEqual((await token(connected)).item.actions, ['revoke', 'attach']);
      assert.deepEqual(Object.keys((await stored(connected.connection.id)) ?? {}), ['serviceToken']);
    });

    it('is there again in the next session', async () => {
      const connected = await connect();
      await attach(connected);
      bench.harness.sessions.close(connected.connection.id);
      const session = await bench.harness.sessions.get(connected.connection.id);
      assert.deepEqual((await token({ ...connected, session })).item.actions, ['revoke', 'renew', 'detach']);
    });
  });

  describe('when renewing', () => {
    it('does the refresh grant as documented, once', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      bench.server.requests.length = 0;
      const outcome = await connected.session.renew?.(path, unhurried());
      assert.deepEqual(outcome, { expiresAt: bench.harness.clock.now() + 2_592_000_000 });
      const [request, ...more] = bench.server.requests;
      assert.deepEqual(more, []);
      assert.deepEqual(
        [request?.origin, request?.method, request?.path, request?.headers['content-type']],
        [bench.server.oauthUrl, 'POST', '/oauth/token', 'application/x-www-form-urlencoded'],
      );
      assert.deepEqual(Object.fromEntries(new URLSearchParams(request?.body)), {
        grant_type: 'refresh_token',
        refresh_token: bench.server.credentials.refreshToken,
        ...clientFields(),
      });
      assert.equal(request?.headers.authorization, undefined);
    });

    it('has stored what it got before it says so, and goes on from there', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      const node = await bench.harness.nodeAt(connected.root, path);
      for (let times = 0; times < 3; times++) {
        const result = await bench.harness.renewals.renew(node, unhurried());
        assert.equal(result.kind, 'renewed');
        const { accessToken, refreshToken } = bench.server.state.tokens[0] ?? assert.fail();
        const grant = JSON.parse(
          (await stored(connected.connection.id))?.[`grant:${node.item.id}`]?.reveal() ?? '',
        );
        assert.deepEqual([grant.accessToken, grant.refreshToken], [accessToken, refreshToken]);
      }
      assert.equal(
        node.item.lifetime.kind === 'expires' && node.item.lifetime.at,
        bench.harness.clock.now() + 2_592_000_000,
      );
    });

    it('fails as "storage" when the new values cannot be stored, without losing them in this session', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      const { write } = bench.harness.credentialStore;
      let left = 1;
      bench.harness.credentialStore.write = (id, secrets) =>
        left-- > 0
          ? write.call(bench.harness.credentialStore, id, secrets)
          : Promise.reject(new TokenManagerError('storage'));
      const failed = connected.session.renew?.(path, unhurried()) ?? Promise.resolve();
      assert.equal((await failure(failed)).kind, 'storage');
      bench.harness.credentialStore.write = write;
      assert.equal(typeof (await connected.session.renew?.(path, unhurried()))?.expiresAt, 'number');
    });

    it('uses up no refresh token where nothing can be stored', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      bench.harness.credentialStore.write = () => Promise.reject(new TokenManagerError('storage'));
      bench.server.requests.length = 0;
      const failed = connected.session.renew?.(path, unhurried()) ?? Promise.resolve();
      assert.equal((await failure(failed)).kind, 'storage');
      assert.deepEqual(bench.server.requests, []);
    });

    it('says on the row that a renewal did not end, until one does', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      const restore = bench.server.intercept(({ request, response }) => {
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
        ['pscale_oauth_new', bench.server.credentials.refreshToken],
      );
    });

    it('says that the refresh token is used up, and does not try again', async () => {
      const connected = await connect();
      const { path } = await attach(connected, { refreshToken: 'pscale_oauth_refresh_used' });
      bench.server.requests.length = 0;
      const error = await failure(connected.session.renew?.(path, unhurried()) ?? Promise.resolve());
      assert.deepEqual(
        [error.kind, error.code, error.detail],
        [
          'unauthorized',
          'invalid_grant',
          'The server does not accept the token or code: it may be wrong, expired or used before. The server says: The refresh token is invalid, expired or already used',
        ],
      );
      assert.equal(bench.server.requests.length, 1);
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
        bench.server.requests.length = 0;
        const error = await failure(connected.session.renew?.(path, unhurried()) ?? Promise.resolve());
        assert.deepEqual([error.kind, bench.server.requests.length], [kind, 1]);
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
      bench.server.intercept(() => {
        controller.abort();
        return false;
      });
      await connected.session.renew?.(path, controller.signal);
      const grant = JSON.parse((await stored(connected.connection.id))?.[`grant:${item.id}`]?.reveal() ?? '');
      assert.equal(grant.refreshToken, bench.server.state.tokens[0]?.refreshToken);
      const late = connected.session.renew?.(path, controller.signal) ?? Promise.resolve();
      assert.equal((await failure(late)).kind, 'cancelled');
    });

    it('keeps a row for the grant when the service lists its token under another id', async () => {
      bench.server.state.refreshed = 'newId';
      const connected = await connect();
      const { path, item } = await attach(connected);
      const node = await bench.harness.nodeAt(connected.root, path);
      const before = node.parent.nodes.length;
      assert.equal((await bench.harness.renewals.renew(node, unhurried())).kind, 'renewed');
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
          { kind: 'expires', at: bench.harness.clock.now() + 2_592_000_000 },
          ['revoke', 'renew', 'detach'],
        ],
      );
      assert.equal((await bench.harness.renewals.renew(node, unhurried())).kind, 'renewed');
      assert.match((await bench.harness.revocations.reach(node)).sentence, /attached to .* stop working\.$/);
      assert.deepEqual(await bench.harness.revocations.revoke(node, unhurried()), { kind: 'revoked' });
      assert(!node.parent.nodes.includes(node));
      assert.equal(bench.server.state.tokens[0]?.refreshToken, null);
    });

    it('looks beyond the first page before it calls an attached token unlisted', async () => {
      const connected = await connect();
      const path = (await rowAt(connected.session, ['Grafana Dashboards', 'Grafana team 60'])).path;
      const row =
        bench.server.state.tokens.find(({ resource }) => resource.id === path.at(-1)?.id) ?? assert.fail();
      const app =
        bench.server.state.applications.find(({ resource }) => resource.id === row.applicationId) ??
        assert.fail();
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
      bench.server.state.tokens.shift();
      answer(`/tokens/${item.id}`, { status: 500 });
      const { items, problems } = await readAll(connected.session, [await application(connected.session)]);
      assert.equal(items.length, 5);
      assert.deepEqual(
        problems.map((problem) => problem instanceof TokenManagerError && problem.kind),
        ['server'],
      );
    });
  });
});
