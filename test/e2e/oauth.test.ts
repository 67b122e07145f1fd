import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { type KeycloakServer, offlineToken, startKeycloak } from '../servers/keycloak.ts';
import { send } from '../servers/loopback.ts';
import { type OidcServer, startOidc } from '../servers/oidc.ts';
import { type OddServer, startOddServer } from '../servers/oidcOdd.ts';
import { type Launched, launch, picturesDir } from './launch.ts';
import { story } from './story.ts';
import { expect, type Workbench, within } from './workbench.ts';

/**
 * What the server's pages are called. VS Code in a browser leads addresses of this computer through the server
 * it came from, which is not there to pass them on; so the pages have a name that only this browser knows.
 */
const host = 'id.shop.test';
const strictHost = 'strict.shop.test';
const realmHost = 'realm.shop.test';

/** One user, one authorization server of the real kind; the pages it shows are another page of the same browser. */
describe('Signing in to an OAuth 2.0 server', () => {
  let server: OidcServer;
  /** Insists on pushed requests, bound tokens, and clients that prove themselves by a key. */
  let strict: OidcServer;
  /** Trusts that one. */
  let api: OddServer;
  let keycloak: KeycloakServer;
  let launched: Launched;
  let workbench: Workbench;

  before(async () => {
    server = await startOidc({ accessTokenSeconds: 10 * 24 * 60 * 60 });
    strict = await startOidc({ strictClients: [] });
    api = await startOddServer();
    keycloak = await startKeycloak();
    launched = await launch();
    workbench = launched.workbench;
    const context = workbench.page.context();
    await context.route(/fonts\.googleapis\.com/, (route) => route.abort());
    for (const [name, named] of [
      [host, server],
      [strictHost, strict],
    ] as const) {
      await context.route(`https://${name}/**`, (route) => {
        const location = route.request().url().replace(`https://${name}`, named.url);
        return route.fulfill({ status: 302, headers: { location } });
      });
      namePages(named, name);
    }
    await signInAtOnce(context);
  });

  after(async () => {
    await launched?.stop();
    await Promise.all([server?.stop(), strict?.stop(), api?.stop(), keycloak?.stop()]);
  });

  story('oauth', () => [workbench]);

  afterEach(async function () {
    if (this.currentTest?.isFailed()) {
      const name = `failed-oauth-${this.currentTest.title.replace(/\W+/g, '-')}`;
      const page = workbench.page.context().pages().at(-1);
      await page?.screenshot({ path: join(picturesDir, `${name}-page.png`) });
    }
  });

  /** The server names its pages by that name. */
  function namePages(named: OidcServer, name: string): void {
    named.intercept(({ request, response, answer }) => {
      const names = request.path.includes('/.well-known/') || request.path === '/device/auth';
      if (!names) {
        return false;
      }
      const reply = answer();
      const body = String(reply.body)
        .replace(`"${named.url}/auth"`, `"https://${name}/auth"`)
        .replaceAll(`"${named.url}/device"`, `"https://${name}/device"`)
        .replaceAll(`"${named.url}/device?`, `"https://${name}/device?`);
      send(response, { ...reply, body });
      return true;
    });
  }

  /** The realm's page knows who is there, and leads back without a question. */
  async function signInAtOnce(context: BrowserContext): Promise<void> {
    keycloak.intercept(({ request, response, answer }) => {
      const isMetadata = request.path.endsWith('/openid-configuration');
      if (isMetadata) {
        const reply = answer();
        const page = `${keycloak.url}/protocol/openid-connect/auth`;
        send(response, {
          ...reply,
          body: String(reply.body).replace(`"${page}"`, `"https://${realmHost}/auth"`),
        });
      }
      return isMetadata;
    });
    await context.route(`https://${realmHost}/**`, (route) => {
      const { searchParams } = new URL(route.request().url());
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      back.search = String(new URLSearchParams({ code: 'once', state: searchParams.get('state') ?? '' }));
      return route.fulfill({ status: 302, headers: { location: back.href } });
    });
  }

  async function addConnection(method: string, address = server.url): Promise<void> {
    await workbench.ask('OAuth Tokens: Add Connection…', 'Add Connection');
    await workbench.choose('Add Connection', 'OAuth 2.0 server');
    await workbench.answer('Server address', address);
    await workbench.choose('Tokens', method);
  }

  async function askScopes(): Promise<void> {
    await workbench.answer('Scopes', 'openid offline_access orders:read');
    await workbench.answer('Resource or audience');
  }

  /** The page that the workbench opens, in which the user then signs in and agrees. */
  async function opened(name = host): Promise<Page> {
    const page = workbench.page.context().waitForEvent('page');
    await workbench.press(workbench.option(`Open ${name} in the Browser`).first(), workbench.dialog);
    // VS Code itself asks about every address that it does not know.
    await workbench.confirm('Open');
    return page;
  }

  /** The server remembers who has signed in before, and then asks only for consent. */
  async function signIn(page: Page): Promise<void> {
    const login = page.locator('input[name=login]');
    const consent = page.getByRole('button', { name: 'Continue' });
    await login.or(consent).first().waitFor();
    if (await login.isVisible()) {
      await login.fill('robin');
      await page.locator('input[name=password]').fill('anything');
      await page.getByRole('button', { name: 'Sign-in' }).click();
    }
    await consent.click();
  }

  async function named(name: string): Promise<void> {
    await workbench.answer('Connect OAuth 2.0 server: Name', name);
    await workbench.row(name).waitFor();
    await workbench.row('Access token').waitFor();
    await workbench.idle();
  }

  it('with the browser, back through a port of this computer, as a client of its own', async () => {
    await addConnection('Sign in with the browser');
    await workbench.choose('Redirect', 'An address of this computer');
    await workbench.choose('Client', 'Register this connection as a client of its own');
    await askScopes();
    await workbench.option('Copy the Redirect URI').first().waitFor();
    await workbench.picture('oauth-confirm-browser');
    const page = await opened();
    await workbench.picture('oauth-waiting');
    await signIn(page);
    await page.getByText('You can close this page').waitFor();
    await page.close();
    await named('Shop by port');
    assert.equal(server.registered().length, 1);
    await workbench.picture('oauth-connected');
    await workbench.collapse('Shop by port');
  });

  it('with the browser, back through a link that opens VS Code', async () => {
    await addConnection('Sign in with the browser');
    await workbench.choose('Redirect', 'A link that opens VS Code');
    await workbench.choose('Client', 'Register this connection as a client of its own');
    await askScopes();
    const page = await opened();
    await signIn(page);
    await page.getByText('You can close this page').waitFor();
    await page.close();
    await named('Shop by link');
    await workbench.collapse('Shop by link');
  });

  it('and takes the registered client back when it is disconnected', async () => {
    const before = server.registered().length;
    await workbench.menu('Shop by port', 'Disconnect…', workbench.dialog);
    await workbench.picture('oauth-disconnect');
    await workbench.confirm('Unregister Client and Disconnect');
    await workbench.notice('“Shop by port” was disconnected; its credentials');
    assert.equal(server.registered().length, before - 1);
  });

  it('from an API to its server, which insists on pushed requests and bound tokens', async () => {
    const resource = `${api.url}/mcp`;
    api.answers.set('/.well-known/oauth-protected-resource/mcp', {
      resource,
      authorization_servers: [strict.url],
      scopes_supported: ['orders:read'],
    });
    await workbench.ask('OAuth Tokens: Add Connection…', 'Add Connection');
    await workbench.choose('Add Connection', 'OAuth 2.0 server');
    await workbench.answer('Server address', resource);
    await workbench.option(strict.url).first().waitFor();
    assert.deepEqual(strict.requests, []);
    await workbench.picture('oauth-from-an-api');
    await workbench.choose('Authorization server', strict.url);
    await workbench.choose('Tokens', 'Sign in with the browser');
    await workbench.choose('Redirect', 'An address of this computer');
    await workbench.choose('Client', 'Register this connection as a client of its own');
    await workbench.answer('Scopes', 'openid offline_access orders:read');
    const page = await opened(strictHost);
    await signIn(page);
    await page.getByText('You can close this page').waitFor();
    await page.close();
    await named('Desk API');
    const sent = (path: string) => strict.requests.filter((request) => request.path === path);
    assert.equal(new URLSearchParams(sent('/request').at(-1)?.body).get('resource'), resource);
    assert.notEqual(sent('/token').at(-1)?.headers.dpop, undefined);
    await workbench.collapse('Desk API');
  });

  it('and is stopped by Escape, after which nobody listens any more', async () => {
    await addConnection('Sign in with the browser');
    await workbench.choose('Redirect', 'An address of this computer');
    await workbench.choose('Client', 'Register this connection as a client of its own');
    await askScopes();
    await workbench.option(`Open ${host} in the Browser`).first().waitFor();
    await workbench.dismiss();
    await workbench.row('Shop by link').waitFor();
  });

  it('with a code that is entered on another page', async () => {
    await addConnection('Sign in with a code on any device');
    await workbench.choose('Client', 'Enter a client ID');
    await workbench.answer('Client ID', server.clients.open.id);
    await workbench.choose('Client authentication', 'No secret: a public client');
    await askScopes();
    const copy = workbench.quickInput.getByText(/^Copy the Code /).first();
    const code = (await copy.innerText()).replace('Copy the Code ', '');
    await workbench.picture('oauth-device-code');
    await expect(async () => {
      await copy.click({ timeout: 5000 }).catch(() => undefined);
      return within(2000, async () => (await workbench.clipboard()) === code);
    }, 'the code is not in the clipboard');
    const page = await opened();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(/\/interaction\//);
    await signIn(page);
    await page.getByText(/Sign-in Success/i).waitFor();
    await page.close();
    await named('Shop by code');
    await workbench.collapse('Shop by code');
  });

  it('by pasting tokens, which are then renewed ahead of expiry, renewed and revoked', async () => {
    const { accessToken, refreshToken } = server.grant();
    await addConnection('Paste tokens');
    await workbench.answer('Client ID', server.clients.shop.id);
    await workbench.choose('Client authentication', 'Client secret in the header');
    await workbench.answer('Client secret', server.clients.shop.secret);
    await workbench.answer('Connect OAuth 2.0 server: Access token', 'a-wrong-one');
    await workbench.answer('Connect OAuth 2.0 server: Refresh token', refreshToken);
    await workbench.quickInput.getByText('not active').waitFor();
    await workbench.back('Connect OAuth 2.0 server: Access token');
    await workbench.answer('Connect OAuth 2.0 server: Access token', accessToken);
    await workbench.answer('Connect OAuth 2.0 server: Refresh token', refreshToken);
    await named('Shop pasted');
    await workbench.menu('Shop pasted', 'Renew Ahead of Expiry…');
    await workbench.picture('oauth-renew-ahead');
    await workbench.choose('ahead of their expiry', 'On');
    await workbench.notice('ahead of their expiry from now on');
    await workbench.idle();
    await workbench.menu('Access token', 'Renew Token', workbench.toast);
    await workbench.notice('was renewed');
    assert(!server.isActive(accessToken) || !server.isActive(refreshToken));
    await workbench.idle();
    await workbench.expand('Access token');
    await workbench.row('orders:read').waitFor();
    await workbench.picture('oauth-rows');
    await workbench.menu('Refresh token', 'Revoke…');
    await workbench.dialog.waitFor();
    assert.match(await workbench.dialog.innerText(), /refresh token is revoked first/);
    await workbench.picture('oauth-revoke');
    await workbench.confirm('Revoke');
    await workbench.notice('was revoked');
    await workbench.row('Refresh token').waitFor({ state: 'detached' });
    await workbench.row('Access token').waitFor({ state: 'detached' });
    assert(!server.isActive(refreshToken));
    await workbench.picture('oauth-revoked');
  });

  it('of the kind that tells what was authorized, where the consent to an application is removed', async () => {
    const { credentials, state } = keycloak;
    const refreshed = async () => {
      const body = new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: offlineToken('shop-desk'),
      });
      const { status } = await fetch(`${keycloak.url}/protocol/openid-connect/token`, {
        method: 'POST',
        body,
      });
      return status;
    };
    await addConnection('Sign in with the browser', keycloak.url);
    await workbench.choose('Redirect', 'An address of this computer');
    await workbench.answer('Client ID', credentials.clientId);
    await workbench.choose('Client authentication', 'Client secret in the header');
    await workbench.answer('Client secret', credentials.clientSecret);
    await workbench.answer('Scopes');
    await workbench.answer('Resource or audience');
    const page = await opened(realmHost);
    await page.getByText('You can close this page').waitFor();
    await page.close();
    await named('Shop realm');
    await workbench.expand('Applications you have authorized');
    await workbench.row('Token Manager').waitFor();
    assert.equal(await refreshed(), 200);
    await workbench.menu('Shop desk', 'Revoke…', workbench.dialog);
    assert.match(await workbench.dialog.innerText(), /refresh tokens, offline access and sign-ins end/);
    await workbench.picture('oauth-authorized');
    await workbench.confirm('Revoke');
    await workbench.row('Shop desk').waitFor({ state: 'detached' });
    await workbench.row('Token Manager').waitFor();
    const removed = state.applications.find(({ clientId }) => clientId === 'shop-desk');
    assert.equal(removed?.consent, undefined);
    assert.equal(await refreshed(), 400);
  });

  it('with a private key that is made in its question, and whose public half is copied there', async () => {
    await addConnection('Client credentials', strict.url);
    await workbench.choose('Client', 'Enter a client ID');
    await workbench.answer('Client ID', 'desk');
    await workbench.choose('Client authentication', 'Proof made with a private key');
    await workbench.question('Private key');
    const button = (name: string) => workbench.quickInput.getByRole('button', { name });
    // A second press says that a key is there.
    const made = workbench.quickInput.getByText(/A key was made\.|The box is not empty\./);
    await workbench.press(button('Make a Key Here'), made);
    await workbench.picture('oauth-key-made');
    await workbench.press(
      button('Copy the Public Key'),
      workbench.quickInput.getByText('The public key was copied.'),
    );
    const { kty, d } = JSON.parse(await workbench.clipboard());
    assert.deepEqual([kty, d], ['EC', undefined]);
    await workbench.dismiss();
  });

  it('and leaves no token in the page', async () => {
    const words = await workbench.page.locator('body').innerText();
    for (const value of [...server.values(), ...strict.values(), keycloak.credentials.accessToken]) {
      assert(!words.includes(value));
    }
  });
});
