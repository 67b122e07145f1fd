import assert from 'node:assert/strict';
import { startSandboxes } from '../services.ts';
import { type Launched, launch } from './launch.ts';
import { story } from './story.ts';
import { webviewPage } from './webviewPage.ts';
import { expect, type Workbench } from './workbench.ts';

/** One user, one workbench, four services: the stories build on each other, as a day at work does. */
describe('the packaged extension in the workbench', () => {
  let sandboxes: Awaited<ReturnType<typeof startSandboxes>>;
  let launched: Launched;
  let workbench: Workbench;

  before(async () => {
    sandboxes = await startSandboxes();
    launched = await launch();
    workbench = launched.workbench;
  });

  after(async () => {
    await launched?.stop();
    await sandboxes?.stop();
  });

  const { undoing } = story('services', () => [workbench]);

  async function addConnection(service: string): Promise<void> {
    await workbench.ask('OAuth Tokens: Add Connection…', 'Add Connection');
    await workbench.choose('Add Connection', service);
  }

  /** Takes a row's Revoke from its menu, checks what the confirmation says, and confirms. */
  async function revoke(label: string, reach: RegExp): Promise<void> {
    await workbench.menu(label, 'Revoke…');
    await workbench.dialog.waitFor();
    const words = await workbench.dialog.innerText();
    assert.match(words, reach);
    assert.match(words, new RegExp(`Revoke “${label}”`));
    await workbench.picture(`confirm-${label.replace(/\W+/g, '-')}`);
    await workbench.confirm('Revoke');
  }

  async function waitUntilGone(label: string): Promise<void> {
    await workbench.row(label).waitFor({ state: 'detached' });
  }

  async function statusSays(words: RegExp): Promise<void> {
    await expect(
      async () => words.test((await workbench.statusItem.getAttribute('aria-label')) ?? ''),
      `the status bar does not say “${words}”`,
    );
  }

  it('welcomes a user without connections', async () => {
    await workbench.showConnections();
    await workbench.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
    await statusSays(/^OAuth tokens: no connections$/);
    await workbench.picture('welcome');
  });

  describe('Codegen', () => {
    it('is connected through the wizard, which shows a wrong token where it was typed', async () => {
      const { codegen } = sandboxes;
      await addConnection('Codegen');
      await workbench.answer('API address', codegen.url);
      await workbench.answer('API token', 'not-the-token');
      await workbench.quickInput.getByText('does not accept').waitFor();
      await workbench.picture('wizard-wrong-token');
      await workbench.answer('API token', codegen.credentials.token);
      await workbench.choose('Organization', 'Shopfront');
      await workbench.answer('Connect Codegen: Name', 'Codegen at work');
      await workbench.row('linear').waitFor();
      await statusSays(/^OAuth tokens: 1 connection$/);
    });

    it('shows providers with what the integrations list adds', async () => {
      await workbench.expand('linear');
      await workbench.row('linear_user').waitFor();
      await workbench.row('clickup').waitFor();
    });

    it('revokes a provider after saying that all its tokens go', async () => {
      await revoke('linear', /all/i);
      await workbench.notice('“linear” was revoked');
      await waitUntilGone('linear');
      const [organization] = sandboxes.codegen.state.organizations;
      assert(organization?.tokens.every(({ provider, active }) => provider !== 'linear' || !active));
    });

    it('follows the service on Refresh, and keeps the selection', async () => {
      await workbench.select('figma');
      sandboxes.codegen.state.organizations[0]?.tokens.push({ id: 99, provider: 'sentry', active: true });
      await workbench.runCommand('OAuth Tokens: Refresh All');
      await workbench.row('sentry').waitFor();
      assert(await workbench.isSelected('figma'));
    });
  });

  describe('Mage AI', () => {
    before(() => workbench.collapse('Codegen at work'));
    after(() => workbench.collapse('Mage at home'));

    it('is connected with e-mail and password, of which the password is not kept', async () => {
      const { mage } = sandboxes;
      await addConnection('Mage AI');
      await workbench.answer('Server address', mage.url);
      await workbench.answer('API key');
      await workbench.choose('Sign in', 'E-mail and password');
      await workbench.answer('User', mage.credentials.email);
      await workbench.answer('Password', mage.credentials.password);
      await workbench.answer('Connect Mage AI: Name', 'Mage at home');
      await workbench.row('Access tokens').waitFor();
    });

    it('lists every token at once, and none twice', async () => {
      const live = sandboxes.mage.state.tokens.filter(
        ({ user_id: user, expires }) => user === 2 && expires > Date.now(),
      );
      assert.equal(await workbench.siblings(nameOf(sandboxes.mage.credentials.token)), live.length);
    });

    it('revokes one token by its masked name', async () => {
      const victim = sandboxes.mage.state.tokens.find(
        ({ application, user_id: user, expires, token }) =>
          application === 'web' &&
          user === 2 &&
          expires > Date.now() &&
          token !== sandboxes.mage.credentials.token,
      );
      assert(victim);
      await revoke(nameOf(victim.token), /token/i);
      await workbench.notice('was revoked');
      await waitUntilGone(nameOf(victim.token));
      assert(victim.expires <= Date.now());
    });

    it('shows expired tokens when asked, and hides them again', async () => {
      const [documented] = sandboxes.mage.state.tokens.filter(({ token }) => token.endsWith('7qIzaP9g'));
      assert(documented);
      await workbench.runCommand('OAuth Tokens: Show Expired Tokens');
      await workbench.row(nameOf(documented.token)).waitFor();
      await workbench.runCommand('OAuth Tokens: Hide Expired Tokens');
      await waitUntilGone(nameOf(documented.token));
    });

    it('reads the providers only after saying what reading them does', async () => {
      const { requests } = sandboxes.mage;
      await workbench.collapse('Access tokens');
      await workbench.expand('Git and SSO providers');
      await workbench.take('Load now…', workbench.dialog);
      assert(requests.every(({ path }) => !path.endsWith('/api/oauths')));
      await workbench.confirm('Load');
      await workbench.row('gitlab').waitFor();
    });

    it('resets a provider', async () => {
      await revoke('gitlab', /gitlab/);
      await workbench.notice(/gitlab.*was revoked/);
    });
  });

  describe('PlanetScale', () => {
    before(() => workbench.collapse('Mage at home'));
    after(() => workbench.collapse('PlanetScale shop'));

    it('is connected to all applications of an organization', async () => {
      const { planetscale } = sandboxes;
      await addConnection('PlanetScale');
      await workbench.answer('API address', planetscale.apiUrl);
      await workbench.answer('OAuth address', planetscale.oauthUrl);
      await workbench.answer('Service token ID', planetscale.credentials.serviceTokenId);
      await workbench.answer('Connect PlanetScale: Service token', planetscale.credentials.serviceToken);
      await workbench.choose('Organization', 'shopfront');
      await workbench.acceptSelection('OAuth applications', 'Grafana Dashboards');
      await workbench.answer('Connect PlanetScale: Name', 'PlanetScale shop');
      await workbench.expand('Release pipeline');
    });

    it('shows what a token may do, down to the database', async () => {
      await workbench.expand('Databases');
      await workbench.row('orders').waitFor();
      await workbench.picture('planetscale');
      await workbench.collapse('Databases');
      await workbench.collapse('Release pipeline');
    });

    it('loads page after page', async () => {
      await workbench.collapse('Deploy Bot');
      const more = workbench.row('Load more');
      await workbench.take('Load more', more.getByText('50 of 63 so far'));
      await workbench.take('Load more', more, 'detached');
      const expired = sandboxes.planetscale.state.tokens.filter(
        ({ resource }) =>
          resource.display_name.startsWith('Grafana team') &&
          Date.parse(resource.expires_at ?? '9999-01-01') < Date.now(),
      );
      assert.equal(await workbench.siblings('Grafana team 01'), 63 - expired.length + 1);
      await workbench.collapse('Grafana Dashboards');
      await workbench.expand('Deploy Bot');
    });

    it('renews a token with the refresh token attached to it', async () => {
      const { credentials, state } = sandboxes.planetscale;
      const token = state.tokens.find(({ resource }) => resource.id === credentials.tokenId);
      assert(token);
      const before = token.resource.expires_at;
      await workbench.menu('Release pipeline', 'Attach Refresh Token…');
      await workbench.choose('Attach to Release pipeline', 'Refresh token');
      await workbench.answer('Refresh token', credentials.refreshToken);
      await workbench.answer('Client ID', credentials.clientId);
      await workbench.answer('Client secret', credentials.clientSecret);
      await workbench.notice('can now be renewed');
      await workbench.menu('Release pipeline', 'Renew Token', workbench.toast);
      await workbench.notice('was renewed; it now expires on');
      assert.notEqual(token.resource.expires_at, before);
      assert.notEqual(token.refreshToken, credentials.refreshToken, 'the server rotates');
      await workbench.menu('Release pipeline', 'Renew Token', workbench.toast);
      await workbench.notice('was renewed');
    });

    it('revokes a listed token', async () => {
      await revoke('Preview deployments', /refresh token/);
      await workbench.notice('“Preview deployments” was revoked');
      await waitUntilGone('Preview deployments');
      const left = sandboxes.planetscale.state.tokens.map(({ resource }) => resource.display_name);
      assert(!left.includes('Preview deployments'));
    });

    it('says in the status bar where tokens expire soon, and when the next one does', async () => {
      await statusSays(
        /^OAuth tokens: 3 connections, \d needs? attention, next token expires in \d+ (minutes|hours)(, so far)?$/,
      );
    });
  });

  describe('Turnkey', () => {
    it('is connected with a key pair', async () => {
      const { turnkey } = sandboxes;
      await addConnection('Turnkey');
      await workbench.answer('API address', turnkey.url);
      await workbench.answer('Organization ID', turnkey.credentials.organizationId);
      await workbench.answer('API public key', turnkey.credentials.publicKey);
      await workbench.answer('API private key', turnkey.credentials.privateKey);
      await workbench.acceptSelection('Users', 'platform-admin');
      await workbench.answer('Connect Turnkey: Name', 'Turnkey wallets');
      await workbench.expand('platform-admin');
      await workbench.row('Google').waitFor();
    });

    it('unlinks a login', async () => {
      await revoke('Google', /unlinked/);
      await workbench.notice('“Google” was revoked');
      await waitUntilGone('Google');
    });

    it('tells waiting, pending, rejected and failed apart', async () => {
      await revoke('Okta Workforce', /unlinked/);
      await workbench.notice('waits for approval');
      await workbench.row('Okta Workforce').getByText('waiting for approval').waitFor();
      await revoke('Apple', /unlinked/);
      await workbench.notice('“Apple” was revoked');
      await revoke('GitLab CI', /unlinked/);
      await workbench.notice(/reject/i);
      await revoke('Auth0 staging', /unlinked/);
      await workbench.notice(/fail/i);
      await workbench.row('GitLab CI').waitFor();
      await workbench.row('Auth0 staging').waitFor();
    });

    it('lists sub-organizations on request', async () => {
      await workbench.expand('Sub-organizations');
      await workbench.take('Load now…', workbench.row('Load now…'), 'detached');
    });
  });

  describe('all of them together', () => {
    it('shows all four services side by side, light and dark', async () => {
      const { page } = workbench;
      await workbench.runCommand('OAuth Tokens: Show Expired Tokens');
      await workbench.widenSidebar(500);
      await workbench.expand('Codegen at work');
      await workbench.expand('Mage at home');
      await workbench.collapse('Access tokens');
      await workbench.expand('PlanetScale shop');
      await workbench.collapse('Grafana Dashboards');
      await workbench.expand('Release pipeline');
      await workbench.expand('Databases');
      await workbench.collapse('Playground');
      await page.mouse.move(900, 600);
      const clip = { x: 0, y: 36, width: 548, height: 900 };
      await workbench.picture('tree-light', clip);
      await workbench.runCommand('Preferences: Toggle between Light/Dark Themes');
      await page.locator('.monaco-workbench.vs-dark').waitFor();
      await workbench.row('Codegen at work').waitFor();
      await page.mouse.move(900, 600);
      await workbench.picture('tree-dark', clip);
      await workbench.runCommand('Preferences: Toggle between Light/Dark Themes');
      await page.locator('.monaco-workbench.vs').waitFor();
      await workbench.runCommand('OAuth Tokens: Hide Expired Tokens');
      await waitUntilGone('Nightly migration');
    });

    it('keeps connections and credentials when the window is reloaded', async () => {
      await workbench.reload();
      await workbench.showConnections();
      await workbench.expand('Codegen at work');
      await workbench.row('slack').waitFor();
      // Its tokens would take the others out of sight.
      await workbench.collapse('Mage at home');
      await workbench.expand('PlanetScale shop');
      await workbench.row('Deploy Bot').waitFor();
    });

    it('shows one failing service on its own rows only', async () => {
      const intercepting = sandboxes.codegen.intercept(({ response }) => {
        response.socket?.destroy();
        return true;
      });
      const restore = undoing(intercepting);
      await workbench.runCommand('OAuth Tokens: Refresh All');
      await workbench.row('Cannot reach the service').waitFor();
      await workbench.row('slack').waitFor();
      await workbench.picture('one-service-down');
      restore();
      const unreached = workbench.row('Cannot reach the service');
      await workbench.take('Cannot reach the service', unreached, 'detached');
    });

    it('repairs a rejected connection in place with Update Credentials', async () => {
      const { codegen } = sandboxes;
      const valid = codegen.state.token;
      codegen.state.token = 'rotated-by-its-owner';
      await workbench.runCommand('OAuth Tokens: Refresh All');
      await workbench.take('Credentials not accepted', workbench.quickInput);
      await workbench.answer('Update Codegen at work: API token', 'rotated-by-its-owner');
      await workbench.choose('Organization', 'Shopfront');
      await workbench.notice('were updated');
      await waitUntilGone('Credentials not accepted');
      await workbench.row('slack').waitFor();
      codegen.state.token = valid;
      await workbench.menu('Codegen at work', 'Update Credentials…');
      await workbench.answer('Update Codegen at work: API token', valid);
      await workbench.choose('Organization', 'Shopfront Labs');
      await workbench.dialog.getByText('These credentials belong to a different account.').waitFor();
      await workbench.confirm('Cancel');
      // Back at the last question, with what was entered before.
      await workbench.choose('Organization', 'Shopfront');
      await workbench.notice('were updated');
    });

    it('copies an identifier', async () => {
      await workbench.menu('slack', 'Copy Identifier', workbench.toast);
      await workbench.notice('was copied');
      assert.equal(await workbench.clipboard(), 'slack');
    });

    it('writes one line a request to the log, and nothing secret', async () => {
      await workbench.runCommand('OAuth Tokens: Show Log');
      await workbench.runCommand('OAuth Tokens: Refresh All');
      const lines = workbench.page.locator('.part.panel .view-line', {
        hasText: 'codegen GET /v1/oauth/tokens/status 200',
      });
      await lines.first().waitFor();
      await workbench.picture('log');
      await workbench.runCommand('View: Hide Panel');
    });

    it('opens a read-only page with everything known about a row', async () => {
      const heading = webviewPage(workbench.page).getByRole('heading', { name: 'slack', level: 1 });
      await workbench.menu('slack', 'Show Details', heading);
      await webviewPage(workbench.page).getByText('Shopfront').first().waitFor();
      await workbench.runCommand('View: Close All Editors');
    });

    it('renames a connection', async () => {
      await workbench.menu('Codegen at work', 'Rename Connection…');
      await workbench.answer('Rename Connection', 'Codegen team');
      await workbench.row('Codegen team').waitFor();
    });

    it('asks for a row when a command comes from the palette', async () => {
      await workbench.ask('OAuth Tokens: Revoke…', 'Revoke');
      await workbench.choose('Revoke', 'Codegen team');
      await workbench.choose('Revoke', 'figma');
      await workbench.confirm('Revoke');
      await workbench.notice('“figma” was revoked');
    });

    for (const label of ['Codegen team', 'Mage at home', 'PlanetScale shop', 'Turnkey wallets']) {
      it(`forgets ${label} on Disconnect, without the service`, async () => {
        const sent = requestCount();
        await workbench.menu(label, 'Disconnect…');
        await workbench.confirm('Disconnect');
        await workbench.notice('was disconnected');
        await waitUntilGone(label);
        assert.equal(requestCount(), sent);
      });
    }
  });

  function requestCount(): number {
    const { codegen, mage, planetscale, turnkey } = sandboxes;
    return [codegen, mage, planetscale, turnkey].reduce((sum, { requests }) => sum + requests.length, 0);
  }
});

function nameOf(token: string): string {
  return `…${token.slice(-4)}`;
}
