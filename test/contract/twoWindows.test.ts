import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Secret } from '../../src/core/model/secret.ts';
import type { Exchange } from '../servers/loopback.ts';
import { send } from '../servers/loopback.ts';
import { type PlanetScaleServer, startPlanetScale } from '../servers/planetscale.ts';
import { openWindow, type Window } from './window.ts';

const row = 'Release pipeline';
const signal = new AbortController().signal;

describe('two windows of one profile', () => {
  let server: PlanetScaleServer;
  let profile: string;
  const windows: Window[] = [];
  const processes: ChildProcess[] = [];

  beforeEach(async () => {
    server = await startPlanetScale();
    profile = mkdtempSync(join(tmpdir(), 'oauth-tokens-windows-'));
  });

  afterEach(async () => {
    for (const child of processes.splice(0)) {
      child.kill('SIGKILL');
    }
    for (const window of windows.splice(0)) {
      window.close();
    }
    await server.stop();
    rmSync(profile, { recursive: true, force: true });
  });

  function newWindow(leases?: string): Window {
    const window = openWindow(profile, leases);
    windows.push(window);
    return window;
  }

  async function connect(window: Window): Promise<string> {
    const { credentials, apiUrl, oauthUrl } = server;
    const connection = await window.connections.add({
      adapterId: 'planetscale',
      serviceName: 'PlanetScale',
      label: 'shop',
      account: { id: '1', name: 'shopfront' },
      settings: {
        apiUrl,
        oauthUrl,
        serviceTokenId: credentials.serviceTokenId,
        organization: credentials.organization,
        applications: [],
      },
      secrets: { serviceToken: new Secret(credentials.serviceToken) },
    });
    return connection.id;
  }

  /** Two windows, both of which show the row with its refresh token attached. */
  async function twoWithGrant(leasesOfSecond?: string) {
    const one = newWindow();
    const id = await connect(one);
    const node = await one.find(row);
    const { refreshToken, clientId, clientSecret } = server.credentials;
    const entered = {
      settings: { values: 'refresh', clientId },
      secrets: { refreshToken: new Secret(refreshToken), clientSecret: new Secret(clientSecret) },
    };
    await one.renewals.attach(node, entered, signal);
    const two = newWindow(leasesOfSecond);
    return { id, one, two, node, nodeInTwo: await two.find(row) };
  }

  function grants(): number[] {
    return server.requests.filter(({ path }) => path === '/oauth/token').map(({ status }) => status ?? 0);
  }

  function stored(id: string): string {
    return readFileSync(join(profile, 'secrets', id), 'utf8');
  }

  function currentRefreshToken(): string {
    const token = server.state.tokens.find(({ resource }) => resource.display_name === row);
    assert(token?.refreshToken);
    return token.refreshToken;
  }

  async function until(isSo: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + 5000;
    while (!isSo()) {
      assert(Date.now() < deadline, `never: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Starts a window of its own that acts on the row, and ends it the hard way once `moment` has come. */
  async function killedAt(moment: Promise<unknown>, act: 'renew' | 'revoke'): Promise<void> {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('window.ts', import.meta.url)), profile, act, row],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    processes.push(child);
    await Promise.race([
      moment,
      once(child, 'exit').then(() => assert.fail('the window ended before its time')),
    ]);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Resolves when a request is there, which then never gets an answer. */
  function heldRequest(isMeant: (exchange: Exchange) => boolean, acts: boolean) {
    return new Promise<() => void>((resolve) => {
      const restore = server.intercept((exchange) => {
        if (!isMeant(exchange)) {
          return false;
        }
        if (acts) {
          exchange.answer();
        }
        resolve(restore);
        return new Promise<boolean>(() => undefined);
      });
    });
  }

  describe('one shows what the other does', () => {
    it('connecting, renaming and disconnecting', async () => {
      const [one, two] = [newWindow(), newWindow()];
      const id = await connect(one);
      await until(() => two.inventory.roots.length === 1, 'connected');
      await one.connections.relabel(id, 'boutique');
      await until(() => two.inventory.roots[0]?.connection.label === 'boutique', 'renamed');
      await two.connections.remove(id);
      await until(() => one.inventory.roots.length === 0, 'disconnected');
      assert.deepEqual(readdirSync(join(profile, 'secrets')), []);
    });

    it('new credentials, which it then uses', async () => {
      const [one, two] = [newWindow(), newWindow()];
      const id = await connect(one);
      await until(() => two.inventory.roots.length === 1, 'connected');
      const [root] = two.inventory.roots;
      assert(root);
      const { serviceToken } = server.credentials;
      const connection = one.connections.get(id);
      await one.connections.reconnect(id, { ...connection, secrets: { serviceToken: new Secret('wrong') } });
      await until(() => root.connection.revision !== undefined, 'new credentials');
      await two.inventory.open(root.branch);
      assert.equal(root.branch.error?.kind, 'unauthorized');
      await one.connections.reconnect(id, {
        ...connection,
        secrets: { serviceToken: new Secret(serviceToken) },
      });
      await until(() => root.branch.error === undefined, 'good credentials again');
      assert.notEqual(root.branch.nodes.length, 0);
    });

    it('a revoked token is gone', async () => {
      const { one, two } = await twoWithGrant();
      const node = await one.find('Preview deployments');
      await two.find('Preview deployments');
      assert.equal((await one.revocations.revoke(node, signal)).kind, 'revoked');
      const names = () => [...two.inventory.items()].map(({ item }) => item.name);
      await until(() => !names().includes('Preview deployments'), 'revoked');
      assert(names().includes(row));
    });

    it('and asks no service as long as nobody does anything', async () => {
      await twoWithGrant();
      await new Promise((resolve) => setTimeout(resolve, 100));
      server.requests.length = 0;
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(server.requests.length, 0);
    });
  });

  describe('a renewal', () => {
    it('runs once when both are told to renew at once, and both know its result', async () => {
      const { id, one, two, node, nodeInTwo } = await twoWithGrant();
      const results = await Promise.all([
        one.renewals.renew(node, signal),
        two.renewals.renew(nodeInTwo, signal),
      ]);
      assert.deepEqual(
        results.map(({ kind }) => kind),
        ['renewed', 'renewed'],
      );
      assert.deepEqual(grants(), [200]);
      assert(stored(id).includes(currentRefreshToken()));
    });

    it('goes on from what the other window has renewed', async () => {
      const { id, one, two, node, nodeInTwo } = await twoWithGrant();
      await one.renewals.renew(node, signal);
      const { revision } = one.connections.get(id);
      await until(() => two.inventory.roots[0]?.connection.revision === revision, 'renewed');
      await two.renewals.renew(nodeInTwo, signal);
      assert.deepEqual(grants(), [200, 200]);
      assert(stored(id).includes(currentRefreshToken()));
    });

    it('adopts what a window without a common lease has renewed, when its own token was used up', async () => {
      const { one, two, node, nodeInTwo } = await twoWithGrant('leases of another computer');
      let isFirst = true;
      const restore = server.intercept(async ({ request }) => {
        if (request.path === '/oauth/token' && isFirst) {
          isFirst = false;
          await two.renewals.renew(nodeInTwo, signal);
        }
        return false;
      });
      assert.equal((await one.renewals.renew(node, signal)).kind, 'renewed');
      restore();
      assert.deepEqual(grants().sort(), [200, 400]);
    });

    it('stops after one request when the refresh token is used up and nobody has a newer one', async () => {
      const { one, node } = await twoWithGrant();
      const token = server.state.tokens.find(({ resource }) => resource.display_name === row);
      assert(token);
      token.refreshToken = 'pscale_oauth_refresh_used_elsewhere';
      await assert.rejects(one.renewals.renew(node, signal), {
        kind: 'unauthorized',
        code: 'invalid_grant',
      });
      assert.deepEqual(grants(), [400]);
    });

    it('of different rows at once loses neither', async () => {
      const { id, one, two, node } = await twoWithGrant();
      const other = server.state.tokens.find(
        ({ resource, refreshToken }) => resource.display_name !== row && refreshToken !== undefined,
      );
      assert(other?.refreshToken);
      const name = other.resource.display_name;
      const application = server.state.applications.find((candidate) =>
        JSON.stringify(candidate).includes(other.applicationId),
      );
      assert(application);
      const nodeOfOther = await two.find(name);
      await two.renewals.attach(
        nodeOfOther,
        {
          settings: { values: 'refresh', clientId: application.resource.client_id },
          secrets: {
            refreshToken: new Secret(other.refreshToken),
            clientSecret: new Secret(application.clientSecret),
          },
        },
        signal,
      );
      await Promise.all([one.renewals.renew(node, signal), two.renewals.renew(nodeOfOther, signal)]);
      assert.deepEqual(grants(), [200, 200]);
      assert(stored(id).includes(currentRefreshToken()));
      assert(stored(id).includes(other.refreshToken));
    });

    it('that ends after the other window has disconnected leaves no credential behind', async () => {
      const { id, one, two, node } = await twoWithGrant();
      const restore = server.intercept(async ({ request, response, answer }) => {
        if (request.path !== '/oauth/token') {
          return false;
        }
        await two.connections.remove(id);
        send(response, answer());
        return true;
      });
      await assert.rejects(one.renewals.renew(node, signal), { code: 'no-connection' });
      restore();
      assert.deepEqual(readdirSync(join(profile, 'secrets')), []);
    });
  });

  describe('one is killed', () => {
    it('before the service has renewed: the other takes over and renews', async () => {
      const { id, two, nodeInTwo } = await twoWithGrant();
      const held = heldRequest(({ request }) => request.path === '/oauth/token', false);
      await killedAt(held, 'renew');
      (await held)();
      assert.equal((await two.renewals.renew(nodeInTwo, signal)).kind, 'renewed');
      assert(stored(id).includes(currentRefreshToken()));
    });

    it('after it has stored what the service renewed: the next start goes on from there', async () => {
      const { id } = await twoWithGrant();
      const before = currentRefreshToken();
      const held = heldRequest(
        ({ request }) => request.method === 'GET' && currentRefreshToken() !== before,
        false,
      );
      await killedAt(held, 'renew');
      (await held)();
      assert(stored(id).includes(currentRefreshToken()));
      const next = newWindow();
      assert.equal((await next.renewals.renew(await next.find(row), signal)).kind, 'renewed');
      assert.deepEqual(grants(), [200, 200]);
    });

    it('between the service’s answer and storing it: the next start says that the renewal did not end', async () => {
      await twoWithGrant();
      const held = heldRequest(({ request }) => request.path === '/oauth/token', true);
      await killedAt(held, 'renew');
      (await held)();
      const next = newWindow();
      const node = await next.find(row);
      assert.match(node.item.remark ?? '', /last renewal was interrupted/);
      await assert.rejects(next.renewals.renew(node, signal), { code: 'invalid_grant' });
    });

    it('before the service has revoked: the token is still listed, attached and revocable', async () => {
      const { id } = await twoWithGrant();
      const held = heldRequest(({ request }) => request.path === '/oauth/revoke', false);
      await killedAt(held, 'revoke');
      (await held)();
      const next = newWindow();
      const node = await next.find(row);
      assert(node.item.actions.includes('detach'));
      assert(stored(id).includes(currentRefreshToken()));
      assert.equal((await next.revocations.revoke(node, signal)).kind, 'revoked');
    });

    it('after the service has revoked a part: the next start shows what is left, and revokes that', async () => {
      const { id } = await twoWithGrant();
      const held = heldRequest(({ request }) => request.path === '/oauth/revoke', true);
      await killedAt(held, 'revoke');
      (await held)();
      const next = newWindow();
      const node = await next.find(row);
      assert.equal((await next.revocations.revoke(node, signal)).kind, 'revoked');
      assert(!server.state.tokens.some(({ resource }) => resource.display_name === row));
      assert(!stored(id).includes('refresh'));
    });
  });
});
