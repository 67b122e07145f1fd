import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DisplayLanguage } from '../host/displayLanguage.ts';
import { projectRoot } from '../host/places.ts';
import { type PlanetScaleServer, startPlanetScale } from '../servers/planetscale.ts';
import { type Launched, launch } from './launch.ts';
import { story } from './story.ts';
import { accessibilityFlaws, webviewFrame, webviewPage } from './webviewPage.ts';
import type { Workbench } from './workbench.ts';

const languages: Readonly<Record<string, DisplayLanguage>> = { German: 'de', 'Simplified Chinese': 'zh-cn' };

function textsOf(file: string): Readonly<Record<string, string>> {
  const texts: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(projectRoot, file), 'utf8'));
  return texts;
}

for (const [name, language] of Object.entries(languages)) {
  describe(`In ${name}`, () => {
    const sentences = textsOf(`l10n/bundle.l10n.${language}.json`);
    const manifest = textsOf(`package.nls.${language}.json`);
    let planetscale: PlanetScaleServer;
    let launched: Launched;
    let workbench: Workbench;

    before(async () => {
      planetscale = await startPlanetScale();
      launched = await launch({ language });
      workbench = launched.workbench;
    });

    after(async () => {
      await launched?.stop();
      await planetscale?.stop();
    });

    story(language, () => [workbench]);

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

    it('the wizard, the tree and the status bar speak it', async () => {
      const { serviceTokenId, serviceToken } = planetscale.credentials;
      const title = t('Connect {0}', 'PlanetScale');
      await workbench.ask(command('addConnection'), t('Add Connection'));
      await workbench.choose(t('Add Connection'), 'PlanetScale');
      await workbench.answer(t('API address'), planetscale.apiUrl);
      await workbench.answer(t('OAuth address'), planetscale.oauthUrl);
      await workbench.answer(t('Service token ID'), serviceTokenId);
      await workbench.answer(t('{0}: {1}', title, t('Service token')), serviceToken);
      await workbench.choose(t('Organization'), 'shopfront');
      await workbench.acceptSelection(t('OAuth applications'), 'Grafana Dashboards');
      await workbench.answer(t('{0}: Name', title), 'PlanetScale shop');
      await workbench
        .row('Release pipeline')
        .getByText(longest(t('expires {0}')))
        .waitFor();
      const spoken = await workbench.row('Release pipeline').getAttribute('aria-label');
      assert(spoken?.includes(t('token')), spoken ?? '');
      await workbench.statusItem.getByText(t('1 needs attention')).waitFor();
      await workbench.picture(`language-${language}`);
    });

    it('the overview speaks it, with nothing that stands in the way of a screen reader', async () => {
      await workbench.runCommand(command('showOverview'));
      await webviewPage(workbench.page).locator('h1').waitFor();
      const frame = await webviewFrame(workbench.page);
      assert.equal(await frame.evaluate(() => document.documentElement.lang), language);
      assert.deepEqual(await accessibilityFlaws(workbench.page), []);
      await workbench.picture(`overview-${language}`);
    });

    it('a revocation is announced and reported in it', async () => {
      await workbench.menu('Preview deployments', manifest['command.revoke'] ?? '');
      await workbench.dialog.getByText(t('Revoke “{0}”?', 'Preview deployments')).waitFor();
      await workbench.picture(`revoke-${language}`);
      await workbench.confirm(t('Revoke'));
      await workbench.notice(
        t('“{0}” was revoked: the service no longer lists it as active.', 'Preview deployments'),
      );
    });
  });
}
