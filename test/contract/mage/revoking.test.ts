import assert from 'node:assert/strict';
import type { ItemPath } from '../../../src/core/model/item.ts';
import { day, json, sampleSecret, send } from '../../servers/loopback.ts';
import { assertNoSecretIn, type Connected, everyRow, failure, readAll, unhurried } from '../harness.ts';
import { Bench, isLive, providerPath, rowIdOf, rowOf, secretsOf } from './bench.ts';

describe('Mage AI', () => {
  const bench = new Bench();
  const { connect, beginAgain, tokenRow, pathsSent } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  describe('when revoking a token', () => {
    it('ends the session by authenticating as it, with the API key', async () => {
      const connected = await connect();
      const { path } = await tokenRow(connected, 'ci');
      bench.server.requests.length = 0;
      assert.deepEqual(await connected.session.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
      const [sent, ...more] = bench.server.requests;
      assert.deepEqual(more, []);
      assert.equal(`${sent?.method} ${sent?.path}?${sent?.query}`, 'PUT /api/sessions/0?_http_error_codes=1');
      assert.equal(sent?.headers['oauth-token'], sampleSecret('mage ci'));
      assert.equal(sent?.headers['x-api-key'], bench.server.credentials.apiKey);
      assert.deepEqual(JSON.parse(sent?.body ?? ''), { session: {} });
    });

    it('finds a token again that was listed by an earlier session, on a later page', async () => {
      const { session, connection } = await connect();
      const { path } = await rowOf(session, rowIdOf(sampleSecret('mage notebook')));
      bench.harness.sessions.close(connection.id);
      const reopened = await bench.harness.sessions.get(connection.id);
      assert.deepEqual(await reopened.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
      assert(!isLive(bench.server, path, bench.harness.clock.now()));
    });

    it('is already gone when the list no longer has it', async () => {
      const { session, connection } = await connect();
      const { path } = await rowOf(session, rowIdOf(sampleSecret('mage notebook')));
      bench.server.state.tokens = bench.server.state.tokens.filter(
        ({ token }) => token !== sampleSecret('mage notebook'),
      );
      assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'alreadyGone' });
      bench.harness.sessions.close(connection.id);
      const reopened = await bench.harness.sessions.get(connection.id);
      assert.deepEqual(await reopened.revocation?.revoke(path, unhurried()), { kind: 'alreadyGone' });
    });

    it('warns before revoking its own token, and of no other', async () => {
      const connected = await connect();
      const own = await tokenRow(connected, 'sample connection');
      const other = await tokenRow(connected, 'laptop');
      assert.match(
        connected.session.revocation?.reach(own.path).warnings.join() ?? '',
        /need new credentials/,
      );
      const warnings = connected.session.revocation?.reach(other.path).warnings.join() ?? '';
      assert.match(warnings, /keeps for Git and SSO providers/);
      assert.doesNotMatch(warnings, /need new credentials/);
    });

    it('tells that its own token is revoked, and that it needs new credentials from then on', async () => {
      const connected = await connect();
      const { path } = await tokenRow(connected, 'sample connection');
      const node = await bench.harness.nodeAt(connected.root, path);
      assert.deepEqual(await bench.harness.revocations.revoke(node, unhurried()), { kind: 'revoked' });
      assert.equal(node.parent.error?.kind, 'unauthorized');
    });

    it('does not take a dead connection for a revoked token', async () => {
      const connected = await connect();
      const { path } = await tokenRow(connected, 'laptop');
      bench.server.state.tokens = [];
      const error = await failure(connected.session.read?.(path, unhurried()) ?? Promise.resolve());
      assert.equal(error.kind, 'unauthorized');
    });

    it("says where a provider's token can be revoked, which this way cannot be", async () => {
      const connected = await connect();
      const { path } = await tokenRow(connected, 'github token');
      const node = await bench.harness.nodeAt(connected.root, path);
      const error = await failure(bench.harness.revocations.revoke(node, unhurried()));
      assert.deepEqual([error.kind, error.code], ['rejected', 'invalid_oauth_token']);
      assert.match(error.detail, /Git and SSO providers/);
      assert(isLive(bench.server, path, bench.harness.clock.now()));
      assertNoSecretIn([error, bench.harness.logger.lines], secretsOf(bench.server));
    });

    it('calls a server that breaks off a server error, and reads what is true', async () => {
      const connected = await connect();
      const { path } = await tokenRow(connected, 'ci');
      const node = await bench.harness.nodeAt(connected.root, path);
      bench.server.intercept(({ request, response }) => {
        if (request.method !== 'PUT') {
          return false;
        }
        send(response, { status: 200 });
        return true;
      });
      const error = await failure(bench.harness.revocations.revoke(node, unhurried()));
      assert.deepEqual([error.kind, error.code], ['server', 'empty-answer']);
    });

    it('ends exactly the session whose token is hostile', async () => {
      await beginAgain({ hostile: true });
      const hostile = bench.server.state.tokens.find(({ token }) => token.startsWith('a/../b'));
      assert(hostile);
      const { session } = await connect();
      const { path } = await rowOf(session, rowIdOf(hostile.token));
      await session.revocation?.revoke(path, unhurried());
      assert.equal(hostile.expires, bench.harness.clock.now());
    });
  });

  describe('with Git and SSO providers', () => {
    it('shows who is signed in and until when, without the links to sign in', async () => {
      const { session } = await connect();
      const providers = (await everyRow(session)).filter(({ item }) => item.kind === 'provider');
      const shown = providers.map(({ item: { id, status, lifetime, actions } }) => [
        id,
        status,
        lifetime.kind,
        ...actions,
      ]);
      assert.deepEqual(shown, [
        ['azure_devops', 'inactive', 'none'],
        ['bitbucket', 'active', 'expires', 'revoke'],
        ['github', 'active', 'expires', 'revoke'],
        ['gitlab', 'active', 'expires', 'revoke'],
        ['google', 'inactive', 'none'],
        ['okta', 'inactive', 'none'],
      ]);
      assert(!JSON.stringify(providers).includes('oauth.example'));
    });

    it('asks for the list only when told to, with the address of the server, and never twice', async () => {
      const { session } = await connect();
      const [tokens, providers] = (await readAll(session, undefined)).items;
      assert(tokens && providers);
      await readAll(session, [tokens]);
      assert(!pathsSent().includes('GET /api/oauths'));
      const restore = bench.server.intercept(({ response }) => {
        send(response, { status: 503 });
        return true;
      });
      await failure(readAll(session, [providers]));
      restore();
      const sent = bench.server.requests.filter(({ path }) => path === '/api/oauths');
      assert.deepEqual(
        sent.map(({ query }) => query.get('redirect_uri')),
        [`${bench.server.url}/`],
      );
    });

    it('reads a single provider without changing anything', async () => {
      const { session } = await connect();
      const path = await providerPath(session, 'bitbucket');
      const expired = bench.server.state.tokens.find(({ application }) => application === 'bitbucket');
      assert(expired);
      expired.expires = bench.harness.clock.now() - day;
      const before = structuredClone(bench.server.state.tokens);
      assert.deepEqual((await session.read?.(path, unhurried()))?.status, 'inactive');
      assert.deepEqual(bench.server.state.tokens, before);
    });

    it('resets a provider, and says what that does not reach', async () => {
      const { session } = await connect();
      const path = await providerPath(session, 'gitlab');
      const reach = session.revocation?.reach(path);
      assert.match(reach?.sentence ?? '', /all unexpired tokens .* “gitlab”/);
      assert.equal(reach?.warnings.length, 2);
      bench.server.requests.length = 0;
      assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
      const [sent] = bench.server.requests;
      assert.equal(
        `${sent?.method} ${sent?.path}?${sent?.query}`,
        'PUT /api/oauths/gitlab?_http_error_codes=1',
      );
      assert.deepEqual(JSON.parse(sent?.body ?? ''), { oauth: { action_type: 'reset' } });
      assert.equal((await session.read?.(path, unhurried()))?.status, 'inactive');
    });

    describe('that the server has no client for', () => {
      /** Signed in to by a token that was stored by hand: the server knows no client of this provider. */
      async function unconfigured(): Promise<{ session: Connected['session']; path: ItemPath }> {
        const [sample] = bench.server.state.tokens;
        assert(sample);
        const expires = bench.harness.clock.now() + 5 * day + 17;
        bench.server.state.tokens.push({
          ...sample,
          token: 'of-the-enterprise',
          application: 'ghe',
          expires,
        });
        const { session } = await connect();
        return { session, path: await providerPath(session, 'ghe') };
      }

      it('sees that a reset has worked, though the server crashes when asked', async () => {
        const { session, path } = await unconfigured();
        assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
        assert.equal((await session.read?.(path, unhurried()))?.status, 'inactive');
      });

      it('is already gone when it was reset elsewhere, which makes the server crash', async () => {
        const { session, path } = await unconfigured();
        await session.revocation?.revoke(path, unhurried());
        assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'alreadyGone' });
      });

      it('takes a crash for nothing else while its token is still listed', async () => {
        const { session, path } = await unconfigured();
        bench.server.intercept(({ request, response }) => {
          if (!request.path.startsWith('/api/oauths/')) {
            return false;
          }
          send(response, json(200, { error: { code: 500, exception: 'disk full', message: 'disk full' } }));
          return true;
        });
        assert.equal((await failure(session.read?.(path, unhurried()) ?? Promise.resolve())).kind, 'server');
        const revoking = session.revocation?.revoke(path, unhurried()) ?? Promise.resolve();
        assert.equal((await failure(revoking)).kind, 'server');
      });
    });

    it('cannot reset a provider that nobody is signed in to', async () => {
      const { session } = await connect();
      const path = await providerPath(session, 'google');
      const error = await failure(session.revocation?.revoke(path, unhurried()) ?? Promise.resolve());
      assert.equal(error.kind, 'unsupported');
    });
  });
});
