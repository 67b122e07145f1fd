import assert from 'node:assert/strict';
import { startSandboxes } from '../services.ts';
import { type Launched, launch } from './launch.ts';
import { story } from './story.ts';
import { expect, type Workbench } from './workbench.ts';

/** One user with two windows of one profile open: the stories build on each other. */
describe('two windows of the packaged extension', () => {
  let sandboxes: Awaited<ReturnType<typeof startSandboxes>>;
  let launched: Launched;
  let one: Workbench;
  let two: Workbench;

  before(async () => {
    sandboxes = await startSandboxes();
    launched = await launch({
      sharesSecrets: true,
      settings: { 'oauthTokens.network.answerTimeoutSeconds': 5 },
    });
    one = launched.workbench;
    two = await launched.openWindow();
    for (const window of [one, two]) {
      await window.showConnections();
      await window.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
    }
  });

  after(async () => {
    await launched?.stop();
    await sandboxes?.stop();
  });

  const { undoing } = story('windows', () => [one, two]);

  async function connectPlanetScale(): Promise<void> {
    const { planetscale } = sandboxes;
    await one.ask('OAuth Tokens: Add Connection…', 'Add Connection');
    await one.choose('Add Connection', 'PlanetScale');
    await one.answer('API address', planetscale.apiUrl);
    await one.answer('OAuth address', planetscale.oauthUrl);
    await one.answer('Service token ID', planetscale.credentials.serviceTokenId);
    await one.answer('Connect PlanetScale: Service token', planetscale.credentials.serviceToken);
    await one.choose('Organization', 'shopfront');
    await one.acceptSelection('OAuth applications', 'Grafana Dashboards');
    await one.answer('Connect PlanetScale: Name', 'PlanetScale shop');
  }

  function refreshGrants(): number {
    return sandboxes.planetscale.requests.filter(({ path }) => path === '/oauth/token').length;
  }

  it('a connection made in one appears in the other, which can read it', async () => {
    await connectPlanetScale();
    await one.row('Deploy Bot').waitFor();
    await two.row('PlanetScale shop').waitFor();
    await two.expand('Deploy Bot');
    await two.row('Release pipeline').waitFor();
    await one.expand('Deploy Bot');
  });

  it('a new name given in one shows in the other', async () => {
    await two.menu('PlanetScale shop', 'Rename Connection…');
    await two.answer('Rename Connection', 'Boutique');
    await one.row('Boutique').waitFor();
  });

  it('a token revoked in one is gone from the other', async () => {
    await two.row('Preview deployments').waitFor();
    await one.menu('Preview deployments', 'Revoke…');
    await one.confirm('Revoke');
    await one.notice('was revoked');
    await two.row('Preview deployments').waitFor({ state: 'detached' });
  });

  it('a refresh token attached in one can be used in the other', async () => {
    const { credentials } = sandboxes.planetscale;
    await one.menu('Release pipeline', 'Attach Refresh Token…');
    await one.choose('Attach to Release pipeline', 'Refresh token');
    await one.answer('Refresh token', credentials.refreshToken);
    await one.answer('Client ID', credentials.clientId);
    await one.answer('Client secret', credentials.clientSecret);
    await one.notice('can now be renewed');
    await two.row('Release pipeline').getByText('refresh token attached').waitFor();
  });

  it('Renew pressed in both at once renews once, and both say so', async () => {
    const { promise: bothPressed, resolve } = Promise.withResolvers<void>();
    const release = undoing(resolve);
    const intercepting = sandboxes.planetscale.intercept(async ({ request }) => {
      if (request.path === '/oauth/token') {
        await bothPressed;
      }
      return false;
    });
    const restore = undoing(intercepting);
    await one.menu('Release pipeline', 'Renew Token', one.toast);
    await expect(async () => refreshGrants() === 1, 'the first window does not renew');
    await two.menu('Release pipeline', 'Renew Token', two.toast.filter({ hasText: 'Renewing' }));
    release();
    await two.notice('was renewed');
    await one.notice('was renewed');
    restore();
    assert.equal(refreshGrants(), 1);
  });

  it('each goes on from what the other has renewed', async () => {
    await two.menu('Release pipeline', 'Renew Token', two.toast);
    await two.notice('was renewed');
    assert.equal(refreshGrants(), 2);
    // Within the second in which a window does not know yet, it takes over what the other one got.
    await expect(async () => {
      await one.menu('Release pipeline', 'Renew Token', one.toast);
      await one.notice('was renewed');
      return refreshGrants() === 3;
    }, 'the first window does not renew again');
    const answers = sandboxes.planetscale.requests.filter(({ path }) => path === '/oauth/token');
    assert(answers.every(({ status }) => status === 200));
  });

  it('closing one in the middle of a renewal loses nothing', async () => {
    const { planetscale } = sandboxes;
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const intercepting = planetscale.intercept(async ({ request }) => {
      if (request.path !== '/oauth/token') {
        return false;
      }
      arrive();
      return new Promise<boolean>(() => undefined);
    });
    const restore = undoing(intercepting);
    const third = await launched.openWindow();
    await third.showConnections();
    await third.expand('Deploy Bot');
    await third.menu('Release pipeline', 'Renew Token', third.toast);
    await arrived;
    restore();
    await third.page.close();
    await two.menu('Release pipeline', 'Renew Token', two.toast);
    await two.notice('was renewed');
    await two.picture('two-windows');
  });

  it('credentials updated in one serve the other', async () => {
    const { planetscale } = sandboxes;
    const [serviceToken] = planetscale.state.serviceTokens;
    assert(serviceToken);
    serviceToken.secret = `${serviceToken.secret}new`;
    await two.runCommand('OAuth Tokens: Refresh All');
    await two
      .row('Not signed in')
      .or(two.rows.filter({ hasText: 'does not accept' }))
      .first()
      .waitFor();
    await one.menu('Boutique', 'Update Credentials…');
    await one.answer('Service token ID');
    await one.answer(': Service token', serviceToken.secret);
    await one.choose('Organization', 'shopfront');
    await one.acceptSelection('OAuth applications', 'Grafana Dashboards');
    await one.notice('were updated');
    await two.rows.filter({ hasText: 'does not accept' }).first().waitFor({ state: 'detached' });
    await two.row('Deploy Bot').waitFor();
  });

  it('a connection forgotten in one is gone from the other', async () => {
    await two.menu('Boutique', 'Disconnect…');
    await two.confirm('Disconnect');
    await two.notice('was disconnected');
    await one.row('Boutique').waitFor({ state: 'detached' });
    await one.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
  });
});
