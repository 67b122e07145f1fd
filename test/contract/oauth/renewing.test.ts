import assert from 'node:assert/strict';
import { json, send } from '../../servers/loopback.ts';
import { type Connected, failure, unhurried } from '../harness.ts';
import { Bench, rows } from './bench.ts';

describe('An OAuth 2.0 server', () => {
  const bench = new Bench();
  const { browser, sent } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  describe('when renewing', () => {
    const renewed = async ({ root }: Connected, id = 'access_token') => {
      await bench.harness.inventory.open(root.branch);
      const node = root.branch.nodes.find(({ item }) => item.id === id);
      assert(node);
      return bench.harness.renewals.renew(node, unhurried());
    };
    const stored = ({ connection }: Connected) => bench.harness.credentialStore.values.get(connection.id);

    it('stores the rotated tokens before it says so', async () => {
      const connected = await bench.harness.connect(browser());
      const before = stored(connected);
      const result = await renewed(connected);
      assert(result.kind === 'renewed' && result.item.status === 'active');
      const after = stored(connected);
      assert(before?.refreshToken && after?.refreshToken && !after.refreshToken.equals(before.refreshToken));
      assert(bench.server.isActive(after.refreshToken.reveal()));
      assert(!bench.server.isActive(before.refreshToken.reveal()));
      assert.equal((await renewed(connected)).kind, 'renewed');
    });

    it('keeps the refresh token where the server gives no other', async () => {
      const connected = await bench.harness.connect(browser());
      const before = stored(connected);
      bench.server.intercept(({ request, response, answer }) => {
        if (request.path !== '/token') {
          return false;
        }
        const { refresh_token: _, ...body } = JSON.parse(String(answer().body));
        send(response, json(200, { ...body, expires_in: 'soon' }));
        return true;
      });
      await renewed(connected);
      assert(before?.refreshToken && stored(connected)?.refreshToken?.equals(before.refreshToken));
    });

    it('asks to sign in when the refresh token was used elsewhere, and says so until then', async () => {
      const connected = await bench.harness.connect(browser());
      const old = stored(connected);
      await renewed(connected);
      // A copy of the old one is used: the server ends the whole grant.
      await bench.harness.connections.saveSecrets(connected.connection.id, { ...old });
      bench.harness.sessions.close(connected.connection.id);
      const error = await failure(
        renewed({ ...connected, session: await bench.harness.sessions.get(connected.connection.id) }),
      );
      assert.deepEqual([error.kind, error.code], ['unauthorized', 'invalid_grant']);
      assert.equal(sent('/token').length, 3);
      await bench.harness.inventory.refresh(connected.root.branch);
      assert.deepEqual(
        connected.root.branch.problems.map(({ kind, code }) => [kind, code]),
        [['unauthorized', 'invalid_grant']],
      );
      assert.equal(connected.root.branch.nodes[0]?.item.status, 'inactive');
    });

    it('is not signed out by an outage', async () => {
      const connected = await bench.harness.connect(browser());
      const before = stored(connected);
      const restore = bench.server.intercept(({ request, response }) => {
        const isMeant = request.path === '/token';
        if (isMeant) {
          send(response, { status: 503 });
        }
        return isMeant;
      });
      assert.equal((await failure(renewed(connected))).kind, 'server');
      restore();
      const after = stored(connected);
      assert(before?.refreshToken && after?.refreshToken?.equals(before.refreshToken));
      assert.equal((await renewed(connected)).kind, 'renewed');
    });

    it('says that a renewal did not end when its answer got lost', async () => {
      const connected = await bench.harness.connect(browser());
      const restore = bench.server.intercept(({ request, response, answer }) => {
        if (request.path !== '/token') {
          return false;
        }
        answer();
        response.socket?.resetAndDestroy();
        return true;
      });
      assert.equal((await failure(renewed(connected))).kind, 'network');
      restore();
      const access = (await rows(connected)).find(({ id }) => id === 'access_token');
      assert.match(access?.remark ?? '', /last renewal was interrupted/);
      assert.equal(sent('/token').length, 2);
    });

    it('adopts what another window has renewed', async () => {
      const connected = await bench.harness.connect(browser());
      const other = await bench.harness.adapter.open(
        { settings: connected.connection.settings, secrets: stored(connected) ?? {} },
        {
          ...bench.harness.sessions.formIo(bench.harness.adapter, {
            settings: connected.connection.settings,
            secrets: {},
          }),
          readSecrets: async () => stored(connected) ?? {},
          saveSecrets: (changes) => bench.harness.connections.saveSecrets(connected.connection.id, changes),
        },
      );
      const [access] = await rows(connected);
      assert(access);
      await other.renew?.([access], unhurried());
      await connected.session.renew?.([access], unhurried());
      assert.equal(sent('/token').length, 2);
    });

    it('goes on from what another window has renewed while the old token was being refused', async () => {
      const connected = await bench.harness.connect(browser());
      const other = bench.harness.adapter.open(
        { settings: connected.connection.settings, secrets: stored(connected) ?? {} },
        {
          ...bench.harness.sessions.formIo(bench.harness.adapter, {
            settings: connected.connection.settings,
            secrets: {},
          }),
          readSecrets: async () => stored(connected) ?? {},
          saveSecrets: (changes) => bench.harness.connections.saveSecrets(connected.connection.id, changes),
        },
      );
      const [access] = await rows(connected);
      assert(access);
      let isFirst = true;
      bench.server.intercept(async ({ request }) => {
        if (request.path === '/token' && isFirst) {
          isFirst = false;
          await other.renew?.([access], unhurried());
        }
        return false;
      });
      await connected.session.renew?.([access], unhurried());
      assert.deepEqual(
        sent('/token').map(({ status }) => status),
        [200, 400, 200],
      );
    });
  });
});
