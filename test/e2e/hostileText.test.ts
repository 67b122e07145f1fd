import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { displayText } from '../../src/core/model/displayText.ts';
import { packGuest } from '../host/guestExtension.ts';
import { hostileIds, hostileTexts, type Interceptor, json, send } from '../servers/loopback.ts';
import { type Sandboxes, startSandboxes } from '../services.ts';
import { connectCodegen, connectPlanetScale, connectTurnkey, labels } from './connecting.ts';
import { type Launched, launch } from './launch.ts';
import { story } from './story.ts';
import { webviewFrame, webviewPage } from './webviewPage.ts';
import { witness } from './witness.ts';
import { expect, type Workbench, within } from './workbench.ts';

/** What no URL can address as one path segment, so that nothing may be sent for it. */
const unaddressable = '..';

/** VS Code renders what an input box says below itself with links, and a click on this one would run the command. */
const commandLink = '[Sign in](command:workbench.action.quit)';

const refusing: Interceptor = ({ response }) => {
  send(response, json(400, { detail: commandLink, message: commandLink, error: commandLink }));
  return true;
};

describe('Text that a service makes up', () => {
  let folder: string;
  let sandboxes: Sandboxes;
  let launched: Launched;
  let workbench: Workbench;
  const dialogs: string[] = [];

  before(async () => {
    sandboxes = await startSandboxes({ hostile: true });
    folder = mkdtempSync(join(tmpdir(), 'oauth-tokens-hostile-'));
    launched = await launch({
      initScript: witness,
      others: [await packGuest('test/e2e/rough-guest', folder)],
      settings: {
        'oauthTokens.services': [
          {
            id: 'forge',
            name: 'Forge',
            baseUrl: sandboxes.gitlab.url,
            credential: { title: 'Access token', header: 'PRIVATE-TOKEN', prompt: commandLink },
            list: { route: '/api/v4/personal_access_tokens' },
            token: { id: 'id', name: 'name' },
          },
        ],
      },
    });
    workbench = launched.workbench;
    workbench.page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await workbench.showConnections();
    await workbench.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
  });

  after(async () => {
    await launched?.stop();
    await sandboxes?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  story('hostile', () => [workbench]);

  /** Nothing of what was made up became an element, a link, an icon or an action. */
  async function assertNothingCameAlive(): Promise<void> {
    const { page } = workbench;
    assert.deepEqual(dialogs, []);
    assert.equal(await page.locator('img[src="x"], [onerror]').count(), 0);
    assert.equal(await page.locator('[href*="workbench.action.quit"]').count(), 0);
    assert.equal(await page.locator('[data-href*="workbench.action.quit"]').count(), 0);
    const shown = await page.evaluate(() =>
      [...(window.witnessed ?? [])].filter((text) =>
        /^(src=x|href=command:workbench\.action\.quit|onerror=)/.test(text),
      ),
    );
    assert.deepEqual(shown, []);
  }

  function heading(name: string): Locator {
    return webviewPage(workbench.page).getByRole('heading', { name, level: 1, exact: true });
  }

  /** The page in front has this heading, and no element in it that is not ours. */
  async function assertPageIsText(name: string): Promise<void> {
    const page = webviewPage(workbench.page);
    await heading(name).waitFor();
    assert.equal(await page.locator('main').locator('img, iframe, script, style, b, [onerror]').count(), 0);
    assert.equal(await page.locator('main a:not([href^="#"])').count(), 0);
    assert.deepEqual(
      (await webviewFrame(workbench.page)).childFrames().map((frame) => frame.url()),
      [],
    );
  }

  /** What shows when the pointer rests on a row says this as text; what is resolved late says something else before. */
  async function assertHoverIsText(label: string): Promise<void> {
    const boxes = workbench.page.locator('.monaco-hover:visible .hover-contents');
    let alive: number | undefined;
    await expect(async () => {
      await workbench.hover(workbench.row(label));
      return within(3000, async () => {
        const shown = await boxes.evaluateAll((found) =>
          found.map((box) => ({
            words: (box.textContent ?? '').replace(/\s+/g, ' '),
            alive: box.querySelectorAll('img, a, .codicon, code').length,
          })),
        );
        alive = shown.find(({ words }) => words.includes(label))?.alive;
        return alive !== undefined;
      });
    }, `the hover does not say ${label}`);
    assert.equal(alive, 0, label);
  }

  /** The question shows it as text. */
  async function assertQuestionIsText(): Promise<void> {
    await workbench.quickInput.getByText('command:workbench.action.quit').first().waitFor();
    assert.equal(
      await workbench.quickInput.locator('.quick-input-message a, .quick-input-list a').count(),
      0,
    );
    await assertNothingCameAlive();
  }

  async function begin(service: string): Promise<void> {
    await workbench.ask('OAuth Tokens: Add Connection…', 'Add Connection');
    await workbench.choose('Add Connection', service);
  }

  it('in a refused sign-in is no link, whichever way the service was connected', async () => {
    const { codegen, gitlab } = sandboxes;
    const stops = [codegen.intercept(refusing), gitlab.intercept(refusing)];
    try {
      await begin('Codegen');
      await workbench.answer('API address', codegen.url);
      await workbench.answer('API token', codegen.credentials.token);
      await assertQuestionIsText();
      await workbench.picture('hostile-sign-in');
      await workbench.dismiss();

      await begin('Forge');
      await workbench.answer('Connect Forge: API address');
      await workbench.question('Connect Forge: Access token');
      await assertQuestionIsText();
      await workbench.answer('Connect Forge: Access token', gitlab.credentials.token);
      await workbench.quickInput.locator('.quick-input-message').getByText('refused').waitFor();
      await assertQuestionIsText();
      await workbench.dismiss();
    } finally {
      for (const stop of stops) {
        stop();
      }
    }
    await begin('Rough service of rough-guest');
    await workbench.question('Address');
    await assertQuestionIsText();
    await workbench.answer('Address');
    await workbench.choose('Manner', 'refuses');
    await workbench.quickInput.locator('.quick-input-message').getByText('refused').waitFor();
    await assertQuestionIsText();
    await workbench.dismiss();
  });

  it('stands in rows and tooltips as text', async () => {
    await connectCodegen(workbench, sandboxes);
    for (const text of hostileTexts) {
      const label = displayText(text);
      await workbench.row(label).waitFor();
      assert.match(label, /^[^\p{Cc}\u200B\u202A-\u202E\u2066-\u2069]*$/u);
      assert.equal(await workbench.row(label).locator('.label-name .codicon').count(), 0, label);
    }
    assert.equal(await workbench.page.locator('.pane-body .label-name img').count(), 0);
    for (const text of hostileTexts.slice(0, 4)) {
      await assertHoverIsText(displayText(text));
    }
    await assertNothingCameAlive();
    await workbench.picture('hostile-text');
  });

  it('stands in confirmations, notifications and details as text, and what is meant is revoked', async () => {
    const { codegen } = sandboxes;
    const live = () =>
      codegen.state.organizations[0]?.tokens.filter(({ active }) => active).map(({ provider }) => provider) ??
      [];
    for (const text of [hostileTexts[0], hostileTexts[1], hostileTexts[2], ...hostileIds]) {
      assert(text !== undefined);
      // A name of one space has nothing to show; its row is found by the mark that stands for nothing.
      const label = displayText(text) || '?';
      const before = live();
      await workbench.idle();
      await workbench.menu(label, 'Revoke…');
      await workbench.dialog.waitFor();
      assert((await workbench.dialog.innerText()).includes(`Revoke “${label}”`));
      assert.equal(
        await workbench.dialog.locator('.dialog-message-container').locator('img, a, code, .codicon').count(),
        0,
      );
      await workbench.confirm('Revoke');
      const notice = await workbench.told('was revoked');
      assert.equal(
        await notice
          .locator(
            '.notification-list-item-message img, .notification-list-item-message a, .notification-list-item-message .codicon',
          )
          .count(),
        0,
      );
      await workbench.notice('was revoked');
      assert.deepEqual(
        live(),
        before.filter((provider) => provider !== text),
        `revoking ${JSON.stringify(text)}`,
      );
    }
    for (const label of [displayText(hostileTexts[7] ?? ''), labels.codegen]) {
      await workbench.menu(label, 'Show Details', heading(label));
      await assertPageIsText(label);
    }
    await workbench.runCommand('OAuth Tokens: Show Overview');
    await assertPageIsText('Overview');
    await assertNothingCameAlive();
    await workbench.runCommand('View: Close All Editors');
    await workbench.collapse(labels.codegen);
  });

  it('in identifiers reaches exactly the object that was meant, or nothing', async () => {
    const { planetscale } = sandboxes;
    await connectPlanetScale(workbench, sandboxes);
    await workbench.expand('Deploy Bot');
    for (const [index, id] of hostileIds.entries()) {
      const label = `hostile id ${index}`;
      await workbench.idle();
      // Only so many are shown at once.
      await workbench.clearNotifications();
      const before = planetscale.state.tokens.map(({ resource }) => resource.id);
      await workbench.menu(label, 'Revoke…');
      planetscale.requests.length = 0;
      await workbench.confirm('Revoke');
      if (id === unaddressable) {
        await workbench.notice('cannot be addressed safely');
        assert(planetscale.requests.every(({ method }) => method !== 'DELETE'));
        continue;
      }
      await workbench.row(label).waitFor({ state: 'detached' });
      assert.deepEqual(
        planetscale.state.tokens.map(({ resource }) => resource.id).sort(),
        before.filter((other) => other !== id).sort(),
        `revoking ${JSON.stringify(id)}`,
      );
      const [deletion, ...others] = planetscale.requests.filter(({ method }) => method === 'DELETE');
      assert.deepEqual(others, []);
      assert.equal(decodeURIComponent(deletion?.path.split('/').at(-1) ?? ''), id);
    }
    await assertNothingCameAlive();
    await workbench.collapse(labels.planetscale);
  });

  it('in names of users and logins stays text', async () => {
    await connectTurnkey(workbench, sandboxes);
    for (const text of hostileTexts) {
      await workbench.row(displayText(text)).waitFor();
    }
    const named = displayText(hostileTexts[0] ?? '');
    await workbench.expand(named);
    await expect(
      async () => (await workbench.rows.filter({ hasText: named }).count()) > 1,
      'its login does not show',
    );
    await assertNothingCameAlive();
    await workbench.picture('hostile-users');
  });
});
