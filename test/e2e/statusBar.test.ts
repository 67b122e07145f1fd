import assert from 'node:assert/strict';
import { type Launched, launch } from './launch.ts';

describe('the status bar item', () => {
  let launched: Launched;

  before(async () => {
    launched = await launch({ settings: { 'oauthTokens.statusBar.visible': false } });
  });

  after(() => launched?.stop());

  it('is not there when the setting says so', async () => {
    const { workbench } = launched;
    await workbench.showConnections();
    await workbench.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
    // The log is shown by the extension itself, so that by then it has run.
    await workbench.runCommand('OAuth Tokens: Show Log');
    await workbench.page.locator('.part.panel .view-lines').waitFor();
    assert.equal(await workbench.statusItem.count(), 0);
  });
});
