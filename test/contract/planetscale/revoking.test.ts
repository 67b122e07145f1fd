import assert from 'node:assert/strict';
import { TokenManagerError } from '../../../src/core/model/errors.ts';
import { json, send } from '../../servers/loopback.ts';
import { everyRow, failure, unhurried } from '../harness.ts';
import { Bench, without } from './bench.ts';

describe('PlanetScale', () => {
  const bench = new Bench();
  const { attach, begin, clientFields, connect, end, revocationForms, sent, stored, token } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

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
      bench.server.requests.length = 0;
      await session.revocation?.revoke(path, unhurried());
      assert.deepEqual(sent(), [`DELETE ${bench.server.credentials.tokenId}`]);
    });

    it('deletes a token that has expired, too', async () => {
      const connected = await connect();
      const { path, item } = await token(connected, 'Nightly migration');
      await connected.session.revocation?.revoke(path, unhurried());
      assert(!bench.server.state.tokens.some(({ resource }) => resource.id === item.id));
    });

    it('names the access that is missing, and sees that the token is still there', async () => {
      const connected = await connect();
      const { path } = await token(connected);
      without(bench.server, 'delete_oauth_tokens');
      const node = await bench.harness.nodeAt(connected.root, path);
      const error = await failure(bench.harness.revocations.revoke(node, unhurried()));
      assert.deepEqual(
        [error.kind, error.detail],
        ['notFound', 'Not found, or the service token lacks delete_oauth_tokens. The server says: Not Found'],
      );
      assert(node.parent.nodes.includes(node));
    });

    it('hits exactly the token whose identifier is hostile', async () => {
      await end();
      await begin({ hostile: true });
      const connected = await connect({ applications: [bench.server.credentials.applicationId] });
      const rows = (await everyRow(connected.session)).filter(({ item }) =>
        item.name.startsWith('hostile id'),
      );
      assert.notEqual(rows.length, 0);
      for (const { path, item } of rows) {
        bench.server.requests.length = 0;
        const revoking = connected.session.revocation?.revoke(path, unhurried()) ?? Promise.resolve();
        if (item.id === '..') {
          // URL parsers drop it, and the application would be hit instead.
          assert.deepEqual(
            [(await failure(revoking)).code, bench.server.requests],
            ['unusable-identifier', []],
          );
        } else {
          await revoking;
          assert(!bench.server.state.tokens.some(({ resource }) => resource.id === item.id));
        }
      }
    });

    it('revokes attached values first, the refresh token before the access token, and forgets them', async () => {
      const connected = await connect();
      const { session, connection } = connected;
      const { path } = await attach(connected, { accessToken: bench.server.credentials.accessToken });
      assert.deepEqual(session.revocation?.reach(path), {
        sentence:
          'The refresh token and the access token attached to “Release pipeline” of the application “Deploy Bot” stop working, and so does the listed token itself.',
        warnings: [],
      });
      bench.server.requests.length = 0;
      const node = await bench.harness.nodeAt(connected.root, path);
      assert.deepEqual(await bench.harness.revocations.revoke(node, unhurried()), { kind: 'revoked' });
      const forms = revocationForms();
      assert.deepEqual(forms, [
        { token: bench.server.credentials.refreshToken, ...clientFields() },
        { token: bench.server.credentials.accessToken, ...clientFields() },
      ]);
      // Its access token revoked, the service lists it no more: nothing is left to delete.
      assert(!bench.server.requests.some(({ method }) => method === 'DELETE'));
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
        const { path } = await attach(connected, { accessToken: bench.server.credentials.accessToken });
        let revocations = 0;
        bench.server.intercept(({ request, response }) => {
          const isSecond = request.path === '/oauth/revoke' && ++revocations === 2;
          if (isSecond) {
            send(response, reply);
          }
          return isSecond;
        });
        const node = await bench.harness.nodeAt(connected.root, path);
        assert.deepEqual(await bench.harness.revocations.revoke(node, unhurried()), { kind: 'revoked' });
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
      bench.server.requests.length = 0;
      const node = await bench.harness.nodeAt(connected.root, path);
      assert.deepEqual(await bench.harness.revocations.revoke(node, unhurried()), { kind: 'revoked' });
      assert.deepEqual(
        revocationForms().map(({ token: value }) => value),
        [bench.server.credentials.refreshToken],
      );
      assert.equal(bench.server.requests.filter(({ method }) => method === 'DELETE').length, 1);
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
      bench.harness.credentialStore.write = () => Promise.reject(new TokenManagerError('storage'));
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

  describe('when revoking a token with an attached grant', () => {
    it('says what has been revoked when the rest could not be', async () => {
      const connected = await connect();
      const { path } = await attach(connected);
      bench.server.intercept(({ request, response }) => {
        if (request.method !== 'DELETE') {
          return false;
        }
        send(response, json(403, { code: 'forbidden', message: 'not this one' }));
        return true;
      });
      // A service that does not know that the two belong together goes on listing the token.
      const listed = structuredClone(bench.server.state.tokens);
      bench.server.intercept(({ request }) => {
        if (request.method === 'GET') {
          bench.server.state.tokens = structuredClone(listed);
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
});
