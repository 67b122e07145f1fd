import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { commandIds } from '../../src/contributions.ts';
import { Canaries, type Finding } from '../contract/canaries.ts';
import { json, sampleBytes, send } from '../servers/loopback.ts';
import { type OidcServer, startOidc } from '../servers/oidc.ts';
import { type Sandboxes, startSandboxes } from '../services.ts';
import {
  attachRefreshToken,
  connectCodegen,
  connectMage,
  connectPlanetScale,
  connectTurnkey,
  labels,
} from './connecting.ts';
import { exportTo } from './exporting.ts';
import { type Launched, launch } from './launch.ts';
import { story } from './story.ts';
import { webviewPage } from './webviewPage.ts';
import { folderPlaces, type Place, pagePlaces, witness } from './witness.ts';
import { expect, type Workbench } from './workbench.ts';

/** Every command once with success and, where it can fail, once without, everything logged; then the search. */
describe('No secret shows in the workbench', () => {
  const canaries = new Canaries();
  const wrong = sampleBytes('typed wrongly').toString('hex');
  const wrongPassword = sampleBytes('wrong password').toString('hex');
  const used = new Set<string>();
  let sandboxes: Sandboxes;
  let oidc: OidcServer;
  let launched: Launched;
  let workbench: Workbench;
  let clipboard = '';
  let report = '';
  const places: Place[] = [];

  before(async () => {
    sandboxes = await startSandboxes();
    oidc = await startOidc();
    canaries.collect(sandboxes);
    canaries.add('codegen', 'wrong credential', wrong);
    canaries.add('mage', 'wrong password', wrongPassword);
    launched = await launch({
      traces: true,
      initScript: witness,
      settings: { 'oauthTokens.copyToken.enabled': true },
    });
    workbench = launched.workbench;
  });

  after(async () => {
    await launched?.stop();
    await oidc?.stop();
    await sandboxes?.stop();
    console.log(`      ${used.size} commands: ${canaries.report}`);
  });

  const { undoing } = story('canary', () => [workbench]);

  afterEach(() => canaries.collect(sandboxes));

  async function command(id: keyof typeof commandIds, title: string): Promise<void> {
    used.add(commandIds[id]);
    await workbench.runCommand(`OAuth Tokens: ${title}`);
  }

  async function ask(id: keyof typeof commandIds, title: string, question: string): Promise<void> {
    used.add(commandIds[id]);
    await workbench.ask(`OAuth Tokens: ${title}`, question);
  }

  async function menu(
    id: keyof typeof commandIds,
    row: string,
    entry: string,
    effect?: Locator,
  ): Promise<void> {
    used.add(commandIds[id]);
    await workbench.menu(row, entry, effect);
  }

  /** Everything a service is sent comes back in the words of an error; until that is taken back. */
  function quoting(service: 'codegen' | 'mage' | 'planetscale' | 'turnkey', status: number): () => void {
    const intercepting = sandboxes[service].intercept(({ request, response }) => {
      const words = `${Object.values(request.headers).join(' ')} ${request.body}`;
      send(
        response,
        json(status, { detail: words, message: words, error: { code: status, message: words } }),
      );
      return true;
    });
    return undoing(intercepting);
  }

  it('when connecting, with wrong credentials first', async () => {
    used.add(commandIds.showConnections);
    await workbench.showConnections();
    await workbench.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
    used.add(commandIds.addConnection);
    await connectCodegen(workbench, sandboxes, wrong);
    await workbench.idle();
    await workbench.collapse(labels.codegen);
    await connectMage(workbench, sandboxes, wrongPassword);
    await workbench.idle();
    await workbench.collapse(labels.mage);
    await connectPlanetScale(workbench, sandboxes);
    await workbench.idle();
    await workbench.collapse(labels.planetscale);
    await connectTurnkey(workbench, sandboxes);
    await workbench.idle();
    await workbench.collapse(labels.turnkey);
  });

  it('when reading', async () => {
    await workbench.expand(labels.mage);
    await command('showExpired', 'Show Expired Tokens');
    const token = `…${sandboxes.mage.credentials.token.slice(-4)}`;
    const expired = sandboxes.mage.state.tokens.find(({ token: value }) => value.endsWith('7qIzaP9g'));
    await workbench.row(`…${expired?.token.slice(-4)}`).waitFor();
    await workbench.idle();
    const fields = webviewPage(workbench.page).getByRole('region', { name: 'Fields' });
    await menu('showDetails', token, 'Show Details', fields);
    places.push(...(await pagePlaces(workbench.page)));
    await command('showOverview', 'Show Overview');
    await webviewPage(workbench.page).getByRole('region', { name: 'Tokens by State' }).waitFor();
    places.push(...(await pagePlaces(workbench.page)));
    await workbench.hover(workbench.row(token));
    await command('hideExpired', 'Hide Expired Tokens');
    await workbench.row(`…${expired?.token.slice(-4)}`).waitFor({ state: 'detached' });
    await workbench.idle();
    await workbench.collapse('Access tokens');
    await workbench.expand('Git and SSO providers');
    used.add(commandIds.loadOnRequest);
    await workbench.take('Load now…', workbench.dialog);
    await workbench.confirm('Load');
    await workbench.row('gitlab').waitFor();
    await workbench.idle();
    await menu('copyIdentifier', 'gitlab', 'Copy Identifier', workbench.toast);
    await workbench.notice('was copied');
    clipboard = await workbench.clipboard();
    assert.equal(clipboard, 'gitlab');
    await menu('refreshRow', labels.mage, 'Refresh');
    await command('refresh', 'Refresh All');
    await command('stopLoading', 'Stop Loading');
    await workbench.idle();
    await workbench.collapse(labels.mage);
    await command('markChangesSeen', 'Mark All Changes as Seen');
    await command('showChanges', 'Show What Changed…');
    await workbench.notice('Nothing has changed since you last looked.');
    await command('resetExpiryWarnings', 'Show Expiry Warnings Again');
    await workbench.notice('are shown again');
    await command('showLog', 'Show Log');
    await command('addServiceFromDescription', 'Add Service from Description…');
    await workbench.question('Add Service from Description');
    await workbench.dismiss();
    await command('manageExtensionAccess', 'Manage Extension Access…');
    await workbench.notice('No other extension has asked for access');
    // Not in the menu: the service at this address has no page that is known.
    await ask('openInBrowser', 'Open in Browser', 'Open in Browser');
    await workbench.choose('Open in Browser', labels.turnkey);
    await workbench.notice(/known web page|Not possible/);
  });

  it('when arranging', async () => {
    // What stands above it would take it out of sight.
    await workbench.collapse(labels.codegen);
    await workbench.expand(labels.planetscale);
    await workbench.collapse('Deploy Bot');
    await workbench.expand('Grafana Dashboards');
    used.add(commandIds.loadMore);
    const more = workbench.row('Load more');
    await workbench.take('Load more', more.getByText('50 of 63 so far'));
    await workbench.collapse('Grafana Dashboards');
    await command('filter', 'Filter…');
    await workbench.choose('Filter', 'Text…');
    await workbench.answer('Filter by Text', 'a');
    await command('clearFilter', 'Clear Filter');
    await command('sortByName', 'Sort by Name');
    await command('reverseOrder', 'Reverse Order');
    await command('sortByExpiry', 'Sort by Expiry');
    await command('sortByLastUse', 'Sort by Last Use');
    await command('sortByCreated', 'Sort by Creation');
    await command('sortByService', 'Sort as the Service Does');
    await command('groupByProvider', 'Group by Provider');
    await command('groupByState', 'Group by State');
    await command('groupByOwner', 'Group by Owner');
    await command('groupByFinding', 'Group by Finding');
    await command('groupByConnection', 'Group by Connection');
    await command('presets', 'Presets…');
    await workbench.choose('Presets', 'Default View');
    await command('loadAll', 'Load All');
    await workbench.idle();
    for (const label of Object.values(labels)) {
      await workbench.collapse(label);
    }
    await menu('moveDown', labels.codegen, 'Move Connection Down');
    await menu('moveUp', labels.codegen, 'Move Connection Up');
  });

  for (const service of ['codegen', 'mage', 'planetscale', 'turnkey'] as const) {
    it(`when ${service} quotes what it was sent`, async () => {
      const restore = quoting(service, 422);
      await workbench.expand(labels[service]);
      if (service === 'mage') {
        await workbench.expand('Access tokens');
      }
      await workbench.idle();
      await menu('refreshRow', labels[service], 'Refresh');
      const row = workbench.page.locator('.pane-body .monaco-list-row[aria-label^="Error:"]').first();
      await row.waitFor();
      await workbench.hover(row);
      restore();
      await workbench.idle();
      await menu('refreshRow', labels[service], 'Refresh');
      await row.waitFor({ state: 'detached' });
      await workbench.collapse(labels[service]);
    });
  }

  it('when updating credentials and renaming', async () => {
    await menu('updateCredentials', labels.codegen, 'Update Credentials…');
    await workbench.answer('API token', wrong);
    await workbench.quickInput.getByText('does not accept').waitFor();
    await workbench.answer('API token', sandboxes.codegen.credentials.token);
    await workbench.choose('Organization', 'Shopfront');
    await workbench.notice('were updated');
    await workbench.idle();
    await menu('renameConnection', labels.codegen, 'Rename Connection…');
    await workbench.answer('Rename Connection', 'Codegen team');
    await workbench.row('Codegen team').waitFor();
    await menu('setCertificateAuthorityFile', 'Codegen team', 'Set Certificate Authority File…');
    await workbench.question('Certificate Authority File');
    await workbench.dismiss();
  });

  it('when renewing, with success and without', async () => {
    const { planetscale } = sandboxes;
    await workbench.collapse('Codegen team');
    await workbench.expand(labels.planetscale);
    await workbench.collapse('Grafana Dashboards');
    await workbench.expand('Deploy Bot');
    used.add(commandIds.attachRefreshToken);
    await attachRefreshToken(workbench, sandboxes);
    await workbench.notice('can now be renewed');
    await workbench.idle();
    await menu('renewAhead', labels.planetscale, 'Renew Ahead of Expiry…');
    await workbench.choose('ahead of their expiry', 'Off');
    await menu('renew', 'Release pipeline', 'Renew Token', workbench.toast);
    await workbench.notice('was renewed');
    await workbench.idle();
    canaries.collect(sandboxes);
    const intercepting = planetscale.intercept(({ request, response }) => {
      if (!request.path.endsWith('/token')) {
        return false;
      }
      const words = `${request.body} ${request.headers.authorization}`;
      send(response, json(400, { error: 'invalid_grant', error_description: words }));
      return true;
    });
    const restore = undoing(intercepting);
    await workbench.menu('Release pipeline', 'Renew Token', workbench.toast);
    await workbench.notice('was not renewed');
    restore();
    await menu('detachRefreshToken', 'Release pipeline', 'Detach Refresh Token…');
    await workbench.confirm('Detach');
    await workbench.notice('was deleted');
  });

  it('when asked to pause and to resume, which none of these services can', async () => {
    await command('pause', 'Pause Token…');
    await workbench.question('Pause Token');
    await workbench.dismiss();
    await command('resume', 'Resume Token');
    await workbench.question('Resume Token');
    await workbench.dismiss();
  });

  it('when a token that a connection holds is copied', async () => {
    const { accessToken } = oidc.grant();
    canaries.add('codegen', 'access token of an OAuth server', accessToken);
    await workbench.collapse(labels.planetscale);
    await workbench.ask('OAuth Tokens: Add Connection…', 'Add Connection');
    await workbench.choose('Add Connection', 'OAuth 2.0 server');
    await workbench.answer('Server address', oidc.url);
    await workbench.choose('Tokens', 'Paste tokens');
    await workbench.answer('Client ID');
    await workbench.answer('Connect OAuth 2.0 server: Access token', accessToken);
    await workbench.answer('Connect OAuth 2.0 server: Refresh token');
    await workbench.answer('Connect OAuth 2.0 server: Name', 'Desk');
    await workbench.row('Access token').waitFor();
    await workbench.idle();
    await menu('copyToken', 'Access token', 'Copy Token…', workbench.dialog);
    await workbench.picture('copy-token');
    await workbench.confirm('Copy Token');
    await workbench.notice('The clipboard is cleared in a minute');
    assert.equal(await workbench.clipboard(), accessToken);
    await menu('disconnect', 'Desk', 'Disconnect…', workbench.dialog);
    await workbench.confirm('Disconnect');
    await workbench.notice('was disconnected');
    await workbench.expand(labels.planetscale);
  });

  it('when revoking, with success and without', async () => {
    const restore = quoting('planetscale', 403);
    await menu('revoke', 'Preview deployments', 'Revoke…');
    await workbench.confirm('Revoke');
    await workbench.notice('was not revoked');
    restore();
    await workbench.menu('Preview deployments', 'Revoke…');
    await workbench.confirm('Revoke');
    await workbench.notice('was revoked');
  });

  it('when revoking many, with success and without', async () => {
    await command('showRevokeResults', 'Show Results of the Last Revocation');
    await workbench.notice('No bulk revocation');
    await command('cleanUp', 'Clean Up…');
    await workbench.answer('Clean Up');
    await workbench.option('Schema linter').waitFor();
    await workbench.dismiss();
    await menu('cleanUpConnection', labels.planetscale, 'Clean Up Connection…');
    await workbench.answer('Clean Up');
    await workbench.option('Schema linter').waitFor();
    await workbench.dismiss();
    await workbench.idle();
    await menu('revokeAll', 'Deploy Bot', 'Revoke All…');
    await workbench.option('Schema linter').waitFor();
    const restore = quoting('planetscale', 403);
    await workbench.acceptSelection('What to Revoke', 'Schema linter');
    await workbench.confirm('Revoke');
    await workbench.notice('Revocation finished: 5 failed');
    await workbench.runCommand('OAuth Tokens: Show Results of the Last Revocation');
    await workbench.option('Schema linter').waitFor();
    restore();
    await workbench.choose('5 failed', 'Retry 5 Failed');
    await workbench.notice('Revocation finished: 5 revoked');
  });

  it('when everything might have to go, and when nothing is dismissed', async () => {
    await command('showDismissedFindings', 'Show Dismissed Findings…');
    await workbench.notice('No finding is dismissed.');
    await command('revokeEverything', 'I May Be Compromised…');
    await workbench.confirm('Rehearse');
    await workbench.question('Rehearsal: What Would Be Revoked');
    await workbench.dismiss();
  });

  it('when asking whose a leaked token is', async () => {
    await command('revokeLeakedToken', 'Revoke Leaked Token…');
    await workbench.choose('Revoke Leaked Token', 'Enter a Token…');
    await workbench.answer('Token to Revoke', sandboxes.codegen.credentials.token);
    await workbench.notice(`It is a credential of “Codegen team”`);
  });

  it('when a stored credential stands in a file', async () => {
    const notes = join(launched.dataDir, 'workspace', 'notes.txt');
    writeFileSync(notes, `token: ${sandboxes.codegen.credentials.token}\n`);
    await command('findLeakedTokens', 'Find Leaked Tokens in Workspace…');
    await workbench.choose('Find Leaked Tokens in Workspace', 'Files That Git Does Not Ignore');
    await workbench.notice('1 possible token was found.');
    const row = workbench.page.getByRole('treeitem', { name: /^Stored credential, line 1/ });
    await row.hover();
    places.push(...(await pagePlaces(workbench.page)));
    used.add(commandIds.revokeFoundToken);
    await workbench.press(row.getByRole('button', { name: 'Revoke This Token…' }), workbench.toast);
    await workbench.notice(`It is a credential of “Codegen team”`);
    rmSync(notes);
    await command('clearLeakedTokens', 'Clear Results');
    await row.waitFor({ state: 'detached' });
  });

  it('when the accounts of VS Code are about to be listed', async () => {
    await ask('addThisEditor', 'Add Accounts of VS Code', 'Connect This VS Code: Name');
    await workbench.dismiss();
    await command('manageSignIn', 'Manage Sign-In…');
    await workbench.question('Manage Sign-In');
    await workbench.dismiss();
  });

  it('when a minute has passed since', async () => {
    await expect(async () => (await workbench.clipboard()) === '', 'the token is still in the clipboard');
  });

  it('when writing down what was done and what is there', async () => {
    const file = (name: string) => join(launched.dataDir, name);
    used.add(commandIds.exportInventory).add(commandIds.exportActivity);
    for (const [format, name] of [
      ['CSV', 'rows.csv'],
      ['JSON', 'rows.json'],
      ['Markdown', 'rows.md'],
      ['Calendar (.ics)', 'rows.ics'],
    ] as const) {
      await exportTo(workbench, 'Export Inventory', format, file(name));
    }
    used.add(commandIds.exportFindings);
    await exportTo(workbench, 'Export Findings', 'Markdown', file('findings.md'));
    const acts = await exportTo(workbench, 'Export Activity', 'JSON', file('acts.json'));
    assert(acts.includes('"kind":"renew"') && acts.includes('"error":"forbidden"'));
    await command('createSupportReport', 'Create Support Report');
    await workbench.notice('Nothing has been sent');
    await workbench.page.locator('.editor-instance').getByText('support report').first().waitFor();
    const restore = quoting('planetscale', 403);
    await ask('checkAllConnections', 'Check All Connections', 'Check All Connections');
    await workbench.offered('Check All Connections', labels.planetscale);
    await workbench.dismiss();
    await command('diagnose', 'Diagnose Connection…');
    await workbench.choose('Diagnose Connection', labels.planetscale);
    await workbench.choose('Diagnosis of', 'Copy Report');
    await workbench.notice('The report was copied');
    report = await workbench.clipboard();
    restore();
    // Remove All Data takes the journal along.
    const journal = folderPlaces(launched.dataDir).filter(({ name }) => name.includes('activity'));
    assert(journal.some(({ text }) => text.includes('"kind":"revoke"')));
    places.push(...journal, { name: 'the diagnosis', text: report });
    await command('clearActivity', 'Clear Activity…');
    await workbench.confirm('Clear Activity');
    await workbench.notice('The activity was cleared');
  });

  it('when one connection, and then everything, is forgotten', async () => {
    await workbench.collapse(labels.planetscale);
    await menu('disconnect', labels.turnkey, 'Disconnect…');
    await workbench.confirm('Disconnect');
    await workbench.notice('was disconnected');
    // While there is something to find: storage is emptied by what follows.
    places.push(...(await pagePlaces(workbench.page)));
    const sent = requestCount();
    await command('removeAllData', 'Remove All Data…');
    await workbench.dialog.waitFor();
    const words = await workbench.dialog.innerText();
    assert.match(words, /3 connections/);
    assert.match(words, /Nothing is revoked/);
    await workbench.picture('remove-all-data');
    await workbench.confirm('Remove All Data…');
    await workbench.answer('Remove all data of', 'remove all data');
    await workbench.notice('No connection, credential or setting of the view is left');
    const left = folderPlaces(launched.dataDir).filter(({ name }) => name.includes('activity'));
    assert.deepEqual(left, []);
    await workbench.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
    assert.equal(requestCount(), sent);
  });

  it('and nothing is there any more after a reload', async () => {
    places.push(...(await pagePlaces(workbench.page)));
    const keys = await workbench.page.evaluate(() => JSON.stringify(Object.entries(localStorage)));
    await workbench.reload();
    await workbench.showConnections();
    await workbench.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
    assert(!keys.includes('"connection/'));
  });

  it('and every command was run', async () => {
    // Last, because the settings may stand before everything else.
    await command('openSettings', 'Open Settings');
    await workbench.page.locator('.settings-editor').waitFor();
    assert.deepEqual([...used].sort(), Object.values(commandIds).sort());
  });

  it('nor in any file, the page, what the page keeps, the clipboard, or at another service', async () => {
    canaries.collect(sandboxes);
    places.push(...(await pagePlaces(workbench.page)), { name: 'the clipboard', text: clipboard });
    const files = folderPlaces(launched.dataDir);
    await expect(
      async () => folderPlaces(launched.dataDir).some(({ text }) => text.includes('[trace]')),
      'nothing was logged at trace level',
    );
    const own = files.filter(({ name }) => name.endsWith('OAuth Tokens.log'));
    assert(
      own.some(({ text }) => text.includes('/v1/organizations')),
      'our own log is not among the files',
    );
    const findings: Finding[] = [
      ...[...places, ...files].flatMap(({ name, text }) => canaries.in(name, text)),
      ...canaries.inTraffic(sandboxes),
    ];
    assert.deepEqual(findings, []);
  });

  function requestCount(): number {
    const { codegen, mage, planetscale, turnkey } = sandboxes;
    return [codegen, mage, planetscale, turnkey].reduce((sum, { requests }) => sum + requests.length, 0);
  }
});
