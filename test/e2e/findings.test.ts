import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { Canaries } from '../contract/canaries.ts';
import { buildVariant, packVariant } from '../host/variant.ts';
import { json, type RecordedRequest, send } from '../servers/loopback.ts';
import { type Sandboxes, serviceIds, startSandboxes } from '../services.ts';
import { connectSamples } from '../start/samples.ts';
import { labels } from './connecting.ts';
import { type Launched, launch } from './launch.ts';
import type { Prepared } from './prepared.ts';
import { story } from './story.ts';
import { webviewPage } from './webviewPage.ts';
import { expect, type Workbench } from './workbench.ts';

const names = { ...labels, gitlab: 'GitLab code', oauth: 'Shop sign-in' };
const refusal = 'The auditors hold these tokens';

/** A user with a connection to each service, who first says what is no finding, and then has to give up everything. */
describe('Findings and an emergency', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oauth-tokens-findings-'));
  let sandboxes: Sandboxes;
  let launched: Launched;
  let workbench: Workbench;

  before(async () => {
    sandboxes = await startSandboxes();
    const { index, secrets } = await connectSamples(sandboxes);
    const given = new Map<string, string>(Object.entries(names));
    const connections = index.connections.map((connection) => ({
      ...connection,
      label: given.get(connection.adapterId) ?? connection.label,
    }));
    assert.equal(connections.length, serviceIds.length);
    const variant = { entry: 'test/e2e/prepared.ts', folder: join(folder, 'extension') };
    await buildVariant(variant);
    const prepared: Prepared = {
      index: { ...index, connections },
      secrets,
      brokenWhile: join(folder, 'never'),
    };
    writeFileSync(join(variant.folder, 'prepared.json'), JSON.stringify(prepared));
    launched = await launch({
      extension: packVariant(variant),
      settings: { 'oauthTokens.network.answerTimeoutSeconds': 2 },
    });
    workbench = launched.workbench;
    await workbench.showConnections();
    await workbench.row(names.oauth).waitFor();
  });

  after(async () => {
    await launched?.stop();
    await sandboxes?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  story('findings', () => [workbench]);

  describe('a finding', () => {
    const shown = () => webviewPage(workbench.page);
    const button = (act: string, row: string) =>
      shown().locator(`button[data-act=${JSON.stringify(act)}][data-row=${JSON.stringify(row)}]`);
    const found = () => shown().locator('.finding li', { hasText: names.planetscale });
    let name = '';
    let title = '';
    let dismiss: Locator;
    let undo: Locator;

    async function showOverview(): Promise<void> {
      await workbench.runCommand('OAuth Tokens: Show Overview');
      const read = shown().getByRole('button', { name: 'Read Them Now', exact: true }).first();
      // What the tree shows is read without it.
      await expect(async () => {
        await read.click({ timeout: 500 }).catch(() => undefined);
        return (
          (await found()
            .count()
            .catch(() => 0)) > 0
        );
      }, 'nothing is found');
    }

    /** Of those that the page names. */
    async function findOne(): Promise<void> {
      const row = found().first();
      name = await row.locator('button').first().innerText();
      const inRow = row.locator('button[data-act^="dismissFinding"]');
      const act = (await inRow.getAttribute('data-act')) ?? '';
      const key = (await inRow.getAttribute('data-row')) ?? '';
      const finding = shown().locator(`.finding[data-key="${act.split(' ').at(-1)}"]`);
      title = (await finding.getByRole('heading').innerText()).replace(/ \(\d+\)$/, '');
      dismiss = button(act, key);
      undo = button(act.replace('dismissFinding', 'undoDismissal'), key);
    }

    it('that is dismissed is gone from the overview, which says why', async () => {
      await showOverview();
      await findOne();
      await dismiss.scrollIntoViewIfNeeded();
      await workbench.picture('findings-overview');
      await workbench.press(dismiss, workbench.quickInput);
      await workbench.choose(`Dismiss “${title}”`, 'It is being replaced');
      await workbench.choose(`Dismiss “${title}”`, 'For a year');
      await dismiss.waitFor({ state: 'detached' });
      await undo.scrollIntoViewIfNeeded();
      await workbench.picture('findings-dismissed');
    });

    it('stays dismissed over a reload, until that is undone', async () => {
      await workbench.reload();
      await workbench.showConnections();
      await showOverview();
      await undo.waitFor();
      assert.equal(await dismiss.count(), 0);
      await workbench.ask('OAuth Tokens: Show Dismissed Findings…', 'Dismissed Findings');
      const option = workbench.quickInput.locator('.monaco-list-row', { hasText: name });
      const label = await option.locator('.label-name').first().innerText();
      assert(label.startsWith(`${title} · ${name} · It is being replaced · until `), label);
      await workbench.picture('findings-list-of-dismissed');
      await workbench.toggle(label);
      await workbench.acceptSelection('Dismissed Findings', label);
      await undo.waitFor({ state: 'detached' });
      await dismiss.waitFor();
    });
  });

  describe('I May Be Compromised', () => {
    const canaries = new Canaries();

    before(() => {
      // Neither is taken back: the emergency lasts.
      sandboxes.codegen.intercept(({ request }) =>
        request.path.includes('/tokens/') ? new Promise<boolean>(() => undefined) : false,
      );
      sandboxes.planetscale.intercept(({ request, response }) => {
        if (request.method !== 'DELETE') {
          return false;
        }
        send(response, json(403, { code: 'forbidden', message: refusal }));
        return true;
      });
      canaries.collect(sandboxes);
    });

    /** What changes something; Turnkey reads by POST, and a server is asked about a token so. */
    function writes(): RecordedRequest[] {
      return serviceIds
        .flatMap((id) => sandboxes.running[id].server.requests)
        .filter(({ method, path }) => method !== 'GET' && !/\/(?:query|introspection)\b/.test(path));
    }

    /** Through the list, the question and the word, as far as something is sent. @returns how many are chosen */
    async function chooseAll(
      how: 'Continue' | 'Rehearse',
      title: string,
      picture: string,
      first: string | RegExp = 'Isolate the affected computer first.',
    ): Promise<number> {
      await workbench.runCommand('OAuth Tokens: I May Be Compromised…');
      await workbench.dialog.getByText(first).waitFor();
      await workbench.picture(`${picture}-first`);
      await workbench.confirm(how);
      await workbench.question(title);
      await workbench.quickInput.getByPlaceholder(/Nothing is revoked yet/).waitFor();
      await workbench.picture(`${picture}-list`);
      // Only the lines in view are there, and this one is among the last.
      const input = workbench.quickInput.locator('input.input').first();
      await input.fill(names.codegen);
      const unread = workbench.option(names.codegen);
      await unread.getByText('The service did not answer').waitFor();
      await workbench.picture(`${picture}-unread`);
      await input.fill('');
      await workbench.acceptSelection(title, 'Robot 1');
      await workbench.dialog.waitFor();
      const words = await workbench.dialog.innerText();
      assert.match(words, /\d+ lists? could not be loaded/);
      const [, count] = /Revoke (\d+) entries\?/.exec(words) ?? [];
      assert(count);
      assert(!words.includes(names.codegen), 'what could not be loaded is to be revoked');
      await workbench.picture(`${picture}-confirm`);
      await workbench.confirm(how === 'Rehearse' ? 'Rehearse…' : 'Revoke…');
      await workbench.question('Revoke');
      await workbench.picture(`${picture}-typed`);
      await workbench.answer('Revoke', `revoke ${count}`);
      return Number(count);
    }

    /** All of the document in front, of which only the lines in view are drawn. */
    async function record(heading: string): Promise<string> {
      const { page } = workbench;
      const editor: Locator = page.locator('.editor-group-container .monaco-editor .view-lines').first();
      let text = '';
      await expect(async () => {
        await editor.click({ timeout: 5000 }).catch(() => undefined);
        await page.keyboard.press('Control+A');
        await page.keyboard.press('Control+C');
        text = await workbench.clipboard();
        return text.startsWith(`# ${heading}`);
      }, `there is no record with the title ${heading}`);
      assert.deepEqual(canaries.in('the record', text), []);
      return text;
    }

    it('rehearsed sends nothing that changes anything', async () => {
      const before = writes();
      const count = await chooseAll('Rehearse', 'Rehearsal: What Would Be Revoked', 'emergency-rehearsal');
      const text = await record('Rehearsal of an Emergency Revocation');
      await workbench.picture('emergency-rehearsal-record');
      assert.match(text, /nothing was sent/);
      assert.equal(text.match(/would be revoked/g)?.length, count);
      assert.deepEqual(writes(), before);
    });

    it('that a reload cuts off in the middle is told by the next window', async () => {
      let begun = 0;
      // It begins an answer and does not end it; for a body the product waits a minute, whatever comes meanwhile.
      const release = sandboxes.gitlab.intercept(({ request, response }) => {
        if (request.method !== 'DELETE') {
          return false;
        }
        begun += 1;
        response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
        return new Promise<boolean>(() => undefined);
      });
      await chooseAll('Continue', 'Emergency: What to Revoke', 'emergency');
      await expect(async () => begun > 0, 'nothing is revoked');
      await workbench.reload();
      release();
      await workbench.showConnections();
      const told = await workbench.told('An emergency revocation has begun and has not finished.');
      await workbench.picture('emergency-cut-off');
      await workbench.clearNotifications(told);
    });

    it('goes on there, revokes what can be, and says of the rest what came of it', async () => {
      const { planetscale, codegen, gitlab, oauth, running } = sandboxes;
      const kept = structuredClone(planetscale.state.tokens);
      await chooseAll(
        'Continue',
        'Emergency: What to Revoke',
        'emergency-goes-on',
        /^The emergency revocation begun /,
      );
      await workbench.told(/Revocation finished: \d+ revoked.* \d+ failed/);
      await workbench.question('What Cannot Be Revoked From Here');
      await workbench.picture('emergency-done');
      await workbench.dismiss();
      const text = await record('Emergency Revocation');
      await workbench.picture('emergency-record');
      assert(text.includes(`| ${names.codegen}: The service did not answer`), 'what hangs is not named');
      const refused = text.split('\n').filter((line) => line.includes('failed: Access denied'));
      assert.equal(
        refused.length,
        new Set(planetscale.requests.flatMap(({ method, path }) => (method === 'DELETE' ? path : []))).size,
      );
      assert(refused.every((line) => line.includes(refusal)));
      assert.match(text, /\| token \d+ of “Access tokens” · /);
      for (const { resource } of kept.filter(({ resource }) => resource.display_name === 'Schema linter')) {
        assert.match(text, new RegExp(`\\d+:\\d\\d:\\d\\d .*\\| Schema linter \\| ${resource.id} \\|`));
      }
      assert.match(text, /Not confirmed as revoked: \d+ of these rows/);
      assert.deepEqual(planetscale.state.tokens, kept);
      assert.equal(codegen.requests.filter(({ method }) => method !== 'GET').length, 0);
      assert.equal(gitlab.state.tokens.find(({ id }) => String(id) === running.gitlab.ownRow)?.revoked, true);
      assert(gitlab.state.tokens.every(({ name, revoked }) => revoked || !name.startsWith('Robot')));
      assert(oauth.requests.some(({ path, status }) => path.endsWith('/revocation') && status === 200));
      canaries.collect(sandboxes);
      await workbench.runCommand('OAuth Tokens: Show Results of the Last Revocation');
      await workbench.quickInput.getByText(refusal).first().waitFor();
      await workbench.picture('emergency-results');
      await workbench.dismiss();
    });

    it('shows the record again afterwards', async () => {
      await workbench.runCommand('OAuth Tokens: I May Be Compromised…');
      await workbench.confirm('Show Last Record');
      await record('Emergency Revocation');
    });
  });
});
