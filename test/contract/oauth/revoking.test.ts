import assert from 'node:assert/strict';
import { send } from '../../servers/loopback.ts';
import { type Connected, unhurried } from '../harness.ts';
import { Bench, rows } from './bench.ts';

describe('An OAuth 2.0 server', () => {
  const bench = new Bench();
  const { anew, browser, paste, sent } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  describe('when revoking', () => {
    async function revoked(connected: Connected, id: string) {
      await bench.harness.inventory.open(connected.root.branch);
      const node = connected.root.branch.nodes.find(({ item }) => item.id === id);
      assert(node);
      return { node, result: await bench.harness.revocations.revoke(node, unhurried()) };
    }

    it('a refresh token: ends it first, then the access token, sees that both are dead, and forgets them', async () => {
      const connected = await bench.harness.connect(browser());
      const { result } = await revoked(connected, 'refresh_token');
      assert.deepEqual(result, { kind: 'revoked' });
      const hints = sent('/token/revocation').map(({ body }) =>
        new URLSearchParams(body).get('token_type_hint'),
      );
      assert.deepEqual(hints, ['refresh_token', 'access_token']);
      assert.deepEqual(
        (await rows(connected)).map(({ id }) => id),
        ['nothing'],
      );
      const left = Object.keys(bench.harness.credentialStore.values.get(connected.connection.id) ?? {});
      assert.deepEqual(left.sort(), ['clientSecret', 'facts']);
    });

    it('an access token: shows what became of its refresh token, which this server ends with it', async () => {
      const connected = await bench.harness.connect(paste());
      const { result } = await revoked(connected, 'access_token');
      assert.deepEqual(result, { kind: 'revoked' });
      const shown = (await rows(connected)).map(({ id, status, actions }) => [id, status, ...actions]);
      assert.deepEqual(shown, [['refresh_token', 'inactive']]);
    });

    it('an access token of a server that leaves the refresh token alone: can be had anew', async () => {
      const tokens = bench.server.grant();
      const connected = await bench.harness.connect(paste(tokens));
      bench.server.intercept(({ request, response }) => {
        const isMeant = request.path === '/token/revocation';
        if (isMeant) {
          bench.server.expire(tokens.accessToken);
          send(response, { status: 200 });
        }
        return isMeant;
      });
      await revoked(connected, 'access_token');
      const [refresh] = await rows(connected);
      assert(refresh);
      assert.deepEqual(
        [refresh.id, refresh.status, refresh.actions],
        ['refresh_token', 'active', ['revoke', 'renew']],
      );
      const node = await bench.harness.nodeAt(connected.root, [refresh]);
      await bench.harness.renewals.renew(node, unhurried());
      assert.deepEqual(
        (await rows(connected)).map(({ id }) => id),
        ['access_token', 'refresh_token', 'id_token'],
      );
    });

    it('that it cannot verify: says so, and the row does not claim to be dead', async () => {
      await anew({ without: ['introspection'] });
      const connected = await bench.harness.connect(browser());
      await bench.harness.inventory.open(connected.root.branch);
      const reach = connected.session.revocation?.reach([(await rows(connected))[1] ?? assert.fail()]);
      assert.match(reach?.warnings.join(' ') ?? '', /cannot confirm a revocation/);
      const { result } = await revoked(connected, 'refresh_token');
      assert.deepEqual(result, { kind: 'unverifiable' });
      const [access, refresh] = await rows(connected);
      assert.deepEqual([access?.status, refresh?.status], ['unknown', 'unknown']);
      assert.match(refresh?.remark ?? '', /cannot be verified/);
    });

    it('that the server accepts without doing it: says that it is still active', async () => {
      const connected = await bench.harness.connect(paste());
      bench.server.intercept(({ request, response }) => {
        const isMeant = request.path === '/token/revocation';
        if (isMeant) {
          send(response, { status: 200 });
        }
        return isMeant;
      });
      const { result, node } = await revoked(connected, 'access_token');
      assert.deepEqual(result, { kind: 'stillListed' });
      assert.equal(node.item.status, 'active');
    });

    it('is not offered where the server has no endpoint for it', async () => {
      await anew({ without: ['revocation'] });
      const { session } = await bench.harness.connect(paste());
      assert.equal(session.revocation, undefined);
      assert((await rows({ session })).every(({ actions }) => !actions.includes('revoke')));
    });
  });
});
