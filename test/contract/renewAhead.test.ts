import assert from 'node:assert/strict';
import { oauth } from '../../src/adapters/oauth/adapter.ts';
import { RenewAhead } from '../../src/core/renew/ahead.ts';
import { json, minute, send } from '../servers/loopback.ts';
import { type OidcServer, startOidc } from '../servers/oidc.ts';
import { ManualClock, SkippingClock } from '../unit/fakes.ts';
import { type Connected, Harness } from './harness.ts';
import { Person } from './signingIn.ts';

describe('Renewing ahead of expiry', () => {
  let server: OidcServer;
  let harness: Harness;
  let clock: ManualClock;
  let ahead: RenewAhead;
  let connected: Connected;

  async function begin(accessTokenSeconds = 3600): Promise<void> {
    server = await startOidc({ accessTokenSeconds });
    const now = Date.now();
    harness = new Harness(oauth, new SkippingClock(now));
    harness.user = new Person();
    clock = new ManualClock(now);
    connected = await harness.connect({
      issuer: server.url,
      method: 'browser',
      wayBack: 'loopback',
      client: 'own',
      clientId: server.clients.shop.id,
      clientAuth: 'client_secret_basic',
      clientSecret: server.clients.shop.secret,
      scopes: 'openid offline_access',
    });
    server.requests.length = 0;
  }

  function watch(): void {
    const { connections, inventory, renewals, logger } = harness;
    ahead = new RenewAhead({ connections, inventory, renewals, clock, logger });
  }

  const switchOn = () => harness.connections.setRenewsAhead(connected.connection.id, true);

  afterEach(async () => {
    ahead.dispose();
    harness.dispose();
    await server.stop();
  });

  async function until(isSo: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + 5000;
    while (!isSo()) {
      assert(Date.now() < deadline, `never: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** Lets time pass in steps, each only once everything that the one before set off has come to rest. */
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 30_000) {
      await until(() => clock.sleeping > 0, 'at rest');
      clock.advance(Math.min(left, 30_000));
    }
    await until(() => clock.sleeping > 0, 'at rest');
  }

  const renewals = () =>
    server.requests.filter(
      ({ path, body }) => path === '/token' && body.includes('grant_type=refresh_token'),
    );

  it('does nothing, and reads nothing, where it is not switched on', async () => {
    await begin();
    watch();
    assert.equal(clock.sleeping, 0);
    assert.deepEqual(server.requests, []);
  });

  it('renews a token ten minutes before its end, and not earlier', async () => {
    await begin();
    await switchOn();
    watch();
    await pass(49 * minute);
    assert.equal(renewals().length, 0);
    await pass(2 * minute);
    assert.equal(renewals().length, 1);
  });

  it('renews one that lives shorter than that after three quarters of its life', async () => {
    await begin(480);
    await switchOn();
    watch();
    await pass(5 * minute);
    assert.equal(renewals().length, 0);
    await pass(2 * minute);
    assert.equal(renewals().length, 1);
  });

  it('begins when it is switched on, and ends when it is switched off', async () => {
    await begin();
    watch();
    await switchOn();
    await pass(30 * minute);
    await harness.connections.setRenewsAhead(connected.connection.id, false);
    await until(() => {
      clock.advance(1000);
      return clock.sleeping === 0;
    }, 'over');
    clock.advance(60 * minute);
    assert.equal(renewals().length, 0);
  });

  it('tries again after an outage, less and less often, and keeps the tokens', async () => {
    await begin();
    await switchOn();
    watch();
    await pass(49 * minute);
    const restore = server.intercept(({ request, response }) => {
      const isMeant = request.path === '/token';
      if (isMeant) {
        send(response, { status: 503 });
      }
      return isMeant;
    });
    await pass(6 * minute);
    assert(renewals().length >= 2 && renewals().length <= 4, String(renewals().length));
    restore();
    server.requests.length = 0;
    await pass(5 * minute);
    assert(renewals().length > 0, 'not tried again');
    assert.equal(connected.root.branch.nodes[0]?.item.status, 'active');
  });

  it('stops after three renewals that bring no longer lifetime, and the row says so', async () => {
    await begin();
    const end = clock.now() + 60 * minute;
    server.intercept(({ request, response, answer }) => {
      const isAsked = request.path === '/token/introspection';
      if (!isAsked && request.path !== '/token') {
        return false;
      }
      const body = JSON.parse(String(answer().body));
      send(
        response,
        json(
          200,
          isAsked ? { active: true } : { ...body, expires_in: Math.round((end - Date.now()) / 1000) },
        ),
      );
      return true;
    });
    await switchOn();
    watch();
    await pass(59 * minute);
    assert.equal(renewals().length, 3);
    assert.match(connected.root.branch.nodes[0]?.item.remark ?? '', /did not extend the lifetime/);
  });

  it('stops when the refresh token is refused, and leaves it to the row to say so', async () => {
    await begin();
    await switchOn();
    watch();
    await pass(49 * minute);
    server.forget();
    await pass(20 * minute);
    assert.equal(renewals().length, 1);
    assert.deepEqual(
      connected.root.branch.problems.map(({ kind, code }) => [kind, code]),
      [['unauthorized', 'invalid_grant']],
    );
  });
});
