import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oauth } from '../../../src/adapters/oauth/adapter.ts';
import type { ItemNode } from '../../../src/core/inventory/tree.ts';
import { type OidcServer, startOidc } from '../../servers/oidc.ts';
import { SkippingClock } from '../../unit/fakes.ts';
import { Harness, unhurried } from '../harness.ts';
import { Person } from '../signingIn.ts';
import { openWindow, type Window } from '../window.ts';

/** The server ends a grant when an old refresh token is used again, so that a second renewal would end it. */
describe('Two windows that hold tokens of one OAuth 2.0 server', () => {
  let server: OidcServer;
  let profile: string;
  let windows: readonly [Window, Window, ...Window[]];
  let id: string;

  beforeEach(async () => {
    server = await startOidc();
    profile = mkdtempSync(join(tmpdir(), 'oauth-tokens-windows-'));
    windows = [openWindow(profile), openWindow(profile)];
    const harness = new Harness(oauth, new SkippingClock(Date.now()));
    harness.user = new Person();
    const { account, settings, secrets } = await harness.signIn({
      issuer: server.url,
      method: 'browser',
      wayBack: 'loopback',
      client: 'own',
      clientId: server.clients.open.id,
      clientAuth: 'none',
      scopes: 'openid offline_access',
    });
    harness.dispose();
    const about = { adapterId: 'oauth', serviceName: 'OAuth', label: 'shop', account };
    ({ id } = await windows[0].connections.add({ ...about, settings, secrets }));
    server.requests.length = 0;
  });

  afterEach(async () => {
    for (const window of windows) {
      window.close();
    }
    await server.stop();
    rmSync(profile, { recursive: true, force: true });
  });

  const renewals = () => server.requests.filter(({ path }) => path === '/token').map(({ status }) => status);
  const stored = () => JSON.parse(readFileSync(join(profile, 'secrets', id), 'utf8'));

  async function nodes() {
    const deadline = Date.now() + 5000;
    while (windows[1].inventory.roots.length === 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return Promise.all(windows.map((window) => window.find('Access token')));
  }

  it('renew once when both are told to at once, and both know the result', async () => {
    const [one, two] = await nodes();
    assert(one && two);
    const results = await Promise.all([
      windows[0].renewals.renew(one, unhurried()),
      windows[1].renewals.renew(two, unhurried()),
    ]);
    assert.deepEqual(
      results.map(({ kind }) => kind),
      ['renewed', 'renewed'],
    );
    assert.deepEqual(renewals(), [200]);
    assert(server.isActive(stored().accessToken));
    assert(server.isActive(stored().refreshToken));
  });

  it('renew one after the other from what the other stored', async () => {
    const [one, two] = await nodes();
    assert(one && two);
    await windows[0].renewals.renew(one, unhurried());
    const { revision } = windows[0].connections.get(id);
    const deadline = Date.now() + 5000;
    while (windows[1].inventory.roots[0]?.connection.revision !== revision && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await windows[1].renewals.renew(two, unhurried());
    assert.deepEqual(renewals(), [200, 200]);
    assert(server.isActive(stored().refreshToken));
  });

  it('ask about each token once a window after a renewal, however many renew at once', async () => {
    const third = openWindow(profile);
    windows = [...windows, third];
    await nodes();
    for (const renewing of [windows, [third]]) {
      const rows = await Promise.all(renewing.map((window) => window.find('Access token')));
      server.requests.length = 0;
      await Promise.all(renewing.map((window, place) => renewedBy(window, rows[place])));
      await settled();
      const asked = server.requests.filter(({ path }) => path === '/token/introspection');
      assert.deepEqual(renewals(), [200]);
      assert(asked.length <= 2 * windows.length, `${asked.length} questions`);
    }
  });

  function renewedBy(window: Window, row: ItemNode | undefined) {
    assert(row);
    return window.renewals.renew(row, unhurried());
  }

  /** Until all windows know of what one of them has done, and have read it. */
  async function settled(): Promise<void> {
    const deadline = Date.now() + 5000;
    const known = () => new Set(windows.map(({ connections }) => connections.get(id).revision));
    while (known().size > 1 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await Promise.all(windows.map((window) => window.find('Access token')));
  }
});
