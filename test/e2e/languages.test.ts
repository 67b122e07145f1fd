import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DisplayLanguage } from '../host/displayLanguage.ts';
import { projectRoot } from '../host/places.ts';
import { type PlanetScaleServer, startPlanetScale } from '../servers/planetscale.ts';
import { Film } from './film.ts';
import { type Launched, launch, picturesDir, windowSize } from './launch.ts';
import { story } from './story.ts';
import { accessibilityFlaws, webviewFrame, webviewPage } from './webviewPage.ts';
import { type Workbench, within } from './workbench.ts';

const languages: Readonly<Record<string, DisplayLanguage | undefined>> = {
  English: undefined,
  German: 'de',
  'Simplified Chinese': 'zh-cn',
};

/** Small enough for an animated picture in a README. */
const filmSize = { width: 740, height: 450 };

function textsOf(file: string): Readonly<Record<string, string>> {
  const texts: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(projectRoot, file), 'utf8'));
  return texts;
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 1000);
}

for (const [name, language] of Object.entries(languages)) {
  describe(`In ${name}`, () => {
    const tag = language ?? 'en';
    const sentences = textsOf(`l10n/bundle.l10n.${language ? `${language}.` : ''}json`);
    const manifest = textsOf(`package.nls.${language ? `${language}.` : ''}json`);
    let begun = 0;
    let pictures = 0;
    let planetscale: PlanetScaleServer;
    let launched: Launched;
    let workbench: Workbench;

    before(async () => {
      planetscale = await startPlanetScale();
      launched = await launch(language && { language });
      workbench = launched.workbench;
      begun = Date.now();
    });

    after(async () => {
      await launched?.stop();
      await planetscale?.stop();
    });

    story(tag, () => [workbench]);

    /** The translation, which must be there. */
    function t(text: string, ...values: readonly string[]): string {
      const translated = sentences[text];
      assert(translated !== undefined, text);
      return values.reduce((filled, value, index) => filled.replace(`{${index}}`, value), translated);
    }

    /** The longest part of a sentence with a place for a value. */
    const longest = (sentence: string) =>
      sentence
        .split('{0}')
        .map((part) => part.trim())
        .reduce((found, part) => (part.length > found.length ? part : found), '');

    const command = (key: string) => `${manifest.category}: ${manifest[`command.${key}`]}`;

    /** What a new user sees, one picture after the other, for those who read the language. */
    async function look(name: string): Promise<void> {
      pictures++;
      await workbench.picture(`walk-${tag}-${String(pictures).padStart(2, '0')}-${name}`);
    }

    /** A question that only shows, and is left again. */
    async function glance(key: string, asks: 'quickInput' | 'dialog'): Promise<void> {
      await workbench.runCommand(command(key));
      await workbench[asks].waitFor();
      await look(key);
      await (asks === 'dialog' ? workbench.confirm('Cancel') : workbench.dismiss());
    }

    async function answer(title: string, text: string): Promise<void> {
      await workbench.question(title);
      await look('form');
      await workbench.answer(title, text);
    }

    it('the wizard, the tree and the status bar speak it', async () => {
      const { serviceTokenId, serviceToken } = planetscale.credentials;
      const title = t('Connect {0}', 'PlanetScale');
      await workbench.runCommand(command('showConnections'));
      const [, button = ''] = /\[(.*)\]/.exec(manifest['welcome.noConnection'] ?? '') ?? [];
      await workbench.page.getByRole('button', { name: button, exact: true }).waitFor();
      await look('welcome');
      await workbench.ask(command('addConnection'), t('Add Connection'));
      await look('services');
      await workbench.choose(t('Add Connection'), 'PlanetScale');
      await answer(t('API address'), planetscale.apiUrl);
      await answer(t('OAuth address'), planetscale.oauthUrl);
      await answer(t('Service token ID'), serviceTokenId);
      await answer(t('{0}: {1}', title, t('Service token')), serviceToken);
      await workbench.question(t('Organization'));
      await look('form');
      await workbench.choose(t('Organization'), 'shopfront');
      await workbench.question(t('OAuth applications'));
      await look('form');
      await workbench.acceptSelection(t('OAuth applications'), 'Grafana Dashboards');
      await workbench.question(t('{0}: Name', title));
      await look('form');
      await workbench.dismiss();
      await workbench.dialog.getByText(t('Discard this sign-in?')).waitFor();
      await look('discard');
      await workbench.confirm('Cancel');
      await workbench.back(t('OAuth applications'));
      await workbench.acceptSelection(t('OAuth applications'), 'Grafana Dashboards');
      await workbench.answer(t('{0}: Name', title), 'PlanetScale shop');
      await workbench
        .row('Release pipeline')
        .getByText(longest(t('expires {0}')))
        .waitFor();
      const spoken = await workbench.row('Release pipeline').getAttribute('aria-label');
      assert(spoken?.includes(t('token')), spoken ?? '');
      await workbench.statusItem.getByText(t('1 needs attention')).waitFor();
      await look('tree');
    });

    it('a revocation is announced and reported in it', async () => {
      // What it warns of first would else come up in the middle.
      await workbench.clearNotifications(await workbench.told('Grafana team 01'));
      const { page } = workbench;
      await page.setViewportSize(filmSize);
      const film = new Film(page);
      const row = workbench.row('Preview deployments');
      await page.mouse.move(filmSize.width - 10, 200);
      await film.shoot(1500);
      await row.hover();
      await film.shoot(1000);
      await workbench.menu('Preview deployments', manifest['command.revoke'] ?? '');
      await workbench.dialog.getByText(t('Revoke “{0}”?', 'Preview deployments')).waitFor();
      await look('revoke');
      await film.shoot(3000);
      await workbench.confirm(t('Revoke'));
      const told = workbench.told(
        t('“{0}” was revoked: the service no longer lists it as active.', 'Preview deployments'),
      );
      await film.shootWhile(500, 3, Promise.all([told, row.waitFor({ state: 'detached' })]));
      // What tells of the act's progress goes a moment later; a picture need not wait for good.
      await within(5000, async () => (await workbench.toast.count()) === 1);
      await film.shoot(4000);
      const bytes = film.write(join(picturesDir, `revoke-${tag}.png`));
      assert(bytes < 500_000, `the animated picture has ${bytes} bytes`);
      await page.setViewportSize(windowSize);
      await look('revoked');
      console.log(`${name}: from an empty profile to the first revoked token in ${seconds(begun)} s`);
    });

    it('the overview speaks it, with nothing that stands in the way of a screen reader', async () => {
      await workbench.runCommand(command('showOverview'));
      await webviewPage(workbench.page).locator('h1').waitFor();
      const frame = await webviewFrame(workbench.page);
      assert.equal(await frame.evaluate(() => document.documentElement.lang), tag);
      assert.deepEqual(await accessibilityFlaws(workbench.page), []);
      await look('overview');
    });

    // In English each of them is looked at by the story about it.
    if (language === undefined) {
      return;
    }

    it('every other question speaks it', async () => {
      await workbench.clearNotifications();
      await workbench.menu('Release pipeline', manifest['command.showDetails'] ?? '');
      await webviewPage(workbench.page).getByRole('heading', { name: 'Release pipeline' }).waitFor();
      await look('details');
      for (const key of [
        'filter',
        'presets',
        'exportInventory',
        'addServiceFromDescription',
        'cleanUp',
      ] as const) {
        await glance(key, 'quickInput');
      }
      await workbench.menu('PlanetScale shop', manifest['command.diagnose'] ?? '');
      await workbench.quickInput.waitFor();
      await look('diagnose');
      await workbench.dismiss();
      await glance('removeAllData', 'dialog');
    });
  });
}
