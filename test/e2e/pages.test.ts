import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSandboxes } from '../start/samples.ts';
import { connectCodegen, connectMage, connectPlanetScale } from './connecting.ts';
import { type Launched, launch } from './launch.ts';
import { accessibilityFlaws, webviewPage } from './webviewPage.ts';
import { expect, type Workbench } from './workbench.ts';

const themes = {
  light: { setting: 'Default Light Modern', body: 'vscode-light' },
  dark: { setting: 'Default Dark Modern', body: 'vscode-dark' },
  'high-contrast-dark': { setting: 'Default High Contrast', body: 'vscode-high-contrast' },
  'high-contrast-light': { setting: 'Default High Contrast Light', body: 'vscode-high-contrast-light' },
} as const;

describe('Pages in editors', () => {
  let sandboxes: Awaited<ReturnType<typeof startSandboxes>>;
  let launched: Launched;
  let workbench: Workbench;

  before(async () => {
    sandboxes = await startSandboxes();
    launched = await launch();
    workbench = launched.workbench;
    await workbench.runCommand('OAuth Tokens: Show Connections');
    await connectCodegen(workbench, sandboxes);
    await connectMage(workbench, sandboxes);
    await connectPlanetScale(workbench, sandboxes);
    await workbench.idle();
  });

  after(async () => {
    await launched?.stop();
    await sandboxes?.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.isFailed()) {
      await workbench.picture(`failed-pages-${this.currentTest.title.replace(/\W+/g, '-')}`);
    }
  });

  const shown = () => webviewPage(workbench.page);

  async function useTheme(theme: keyof typeof themes): Promise<void> {
    const file = join(launched.dataDir, 'data', 'User', 'settings.json');
    const settings: object = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...settings, 'workbench.colorTheme': themes[theme].setting }));
    await shown().locator(`body.${themes[theme].body}`).waitFor();
  }

  it('shows details', async () => {
    await workbench.expand('Deploy Bot');
    await workbench.row('Release pipeline').waitFor();
    await workbench.menu('Release pipeline', 'Show Details');
    await shown().getByRole('heading', { name: 'Release pipeline', level: 1 }).waitFor();
    await workbench.picture('details-draft');
    console.log(await accessibilityFlaws(workbench.page));
    await workbench.runCommand('OAuth Tokens: Show Overview');
    await shown().getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await workbench.picture('overview-draft');
    await shown().getByRole('button', { name: 'Read Them Now' }).click();
    await expect(
      async () => (await shown().getByRole('button', { name: 'Read Them Now' }).count()) === 0,
      'x',
    );
    console.log(await accessibilityFlaws(workbench.page));
    for (const theme of ['light', 'dark', 'high-contrast-dark', 'high-contrast-light'] as const) {
      await useTheme(theme);
      await workbench.picture(`overview-${theme}`);
      console.log(theme, await accessibilityFlaws(workbench.page));
    }
  });
});
