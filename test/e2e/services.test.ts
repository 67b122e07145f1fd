import assert from 'node:assert/strict';
import { startSandboxes } from '../start/samples.ts';
import { type Launched, launch } from './launch.ts';
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

  afterEach(async function () {
    if (this.currentTest?.isFailed()) {
      await workbench.picture(`failed-${this.currentTest.title.replace(/\W+/g, '-')}`);
    }
  });

  async function addConnection(service: string): Promise<void> {
    await workbench.runCommand('OAuth Tokens: Add Connection…');
    await workbench.choose('Add Connection', service);
  }

  /** Takes a row's Revoke from its menu, checks what the confirmation says, and confirms. */
  async function revoke(label: string, reach: RegExp): Promise<void> {
    await workbench.menu(label, 'Revoke…');
    await workbench.dialog.waitFor();
    const words = await workbench.dialog.innerText();
    assert.match(words, reach);
    assert.match(words, new RegExp(`Revoke “${label}”`));
    await workbench.confirm('Revoke');
  }

  async function waitUntilGone(label: string): Promise<void> {
    await workbench.row(label).waitFor({ state: 'detached' });
  }

  async function statusSays(words: string): Promise<void> {
    await expect(
      async () => (await workbench.statusItem.getAttribute('aria-label')) === words,
      `the status bar does not say “${words}”`,
    );
  }

  it('welcomes a user without connections', async () => {
    await workbench.runCommand('OAuth Tokens: Show Connections');
    await workbench.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
    await statusSays('OAuth tokens: no connection');
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
      await workbench.answer('Connect Codegen', 'Codegen at work');
      await workbench.row('linear').waitFor();
      await statusSays('OAuth tokens: 1 connection');
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

    it('follows the service on Refresh', async () => {
      sandboxes.codegen.state.organizations[0]?.tokens.push({ id: 99, provider: 'sentry', active: true });
      await workbench.runCommand('OAuth Tokens: Refresh All');
      await workbench.row('sentry').waitFor();
    });
  });

  describe('Mage AI', () => {
    it('is connected with e-mail and password, of which the password is not kept', async () => {
      const { mage } = sandboxes;
      await addConnection('Mage AI');
      await workbench.answer('Server address', mage.url);
      await workbench.answer('API key');
      await workbench.choose('Sign in', 'E-mail and password');
      await workbench.answer('User', mage.credentials.email);
      await workbench.answer('Password', mage.credentials.password);
      await workbench.answer('Connect Mage AI', 'Mage at home');
      await workbench.row('Access tokens').waitFor();
    });

    it('loads more without doubling a row', async () => {
      await workbench.row('Load more').scrollIntoViewIfNeeded();
      await workbench.row('Load more').click();
      await waitUntilGone('Load more');
    });
  });
});
