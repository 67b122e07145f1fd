import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { type PlanetScaleServer, type PlanetScaleToken, startPlanetScale } from '../servers/planetscale.ts';
import { attachRefreshToken, connectPlanetScale, labels } from './connecting.ts';
import { type Launched, launch } from './launch.ts';
import { MovedTime } from './movedTime.ts';
import { story } from './story.ts';
import { expect, type Workbench } from './workbench.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Weeks in a minute, by a clock that is moved for the product and the service alike. */
describe('as time passes', () => {
  const time = new MovedTime();
  let planetscale: PlanetScaleServer;
  let launched: Launched;
  let workbench: Workbench;

  before(async () => {
    planetscale = await startPlanetScale({ now: time.now });
    const { state, credentials } = planetscale;
    state.tokens = state.tokens.filter(({ applicationId }) => applicationId === credentials.applicationId);
    launched = await launch({ extension: await time.pack() });
    workbench = launched.workbench;
    await workbench.showConnections();
    await workbench.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
    await workbench.widenSidebar(600);
  });

  after(async () => {
    await launched?.stop();
    await planetscale?.stop();
    time.dispose();
  });

  story('expiry', () => [workbench]);

  /** The notification about tokens that come to their end. */
  function warning(): Locator {
    return workbench.page.locator('.notification-toast', { hasText: /expires? / }).first();
  }

  async function press(button: string): Promise<void> {
    const toast = warning();
    await workbench.press(toast.getByRole('button', { name: button, exact: true }), toast, 'detached');
  }

  async function rowSays(row: string, words: string | RegExp): Promise<void> {
    await workbench.row(row).getByText(words).waitFor();
  }

  /** For pictures: a list comes up gradually. */
  async function isShownFully(): Promise<void> {
    await expect(
      () => workbench.quickInput.evaluate((widget) => getComputedStyle(widget).opacity === '1'),
      'the list is not shown fully',
    );
  }

  async function statusSays(words: string): Promise<void> {
    await workbench.statusItem.getByText(words).waitFor();
  }

  function tokenNamed(name: string): PlanetScaleToken {
    const found = planetscale.state.tokens.find(({ resource }) => resource.display_name === name);
    assert(found, name);
    return found;
  }

  it('a token that soon expires is told of at first sight, one that is dead is not, and Show goes there', async () => {
    await connectPlanetScale(workbench, { planetscale });
    await workbench.expand('Deploy Bot');
    await rowSays('Release pipeline', 'expires in 3 days');
    await warning().waitFor();
    const words = await warning().innerText();
    assert.match(words, /“Release pipeline” \(PlanetScale shop\) expires in 3 days\./);
    assert.doesNotMatch(words, /Renew/);
    assert.equal(await workbench.page.locator('.notification-toast').count(), 1);
    const icon = workbench.page.locator('.activitybar .action-item', {
      has: workbench.page.locator('[aria-label*="1 token expires soon"]'),
    });
    await icon.locator('.badge-content', { hasText: /^1$/ }).waitFor();
    await statusSays('1 connection · 1 needs attention · next expiry 3d');
    await workbench.picture('expiry-warning');
    await press('Show');
    await expect(() => workbench.isSelected('Release pipeline'), 'the row is not selected');
  });

  it('a link in the tooltip of the status bar leads to its row', async () => {
    await workbench.select('Deploy Bot');
    await workbench.hover(workbench.statusItem, '1 connection needs attention: 1 token expires soon');
    await workbench.picture('status-tooltip');
    const link = workbench.page.locator('.monaco-hover a', { hasText: 'Release pipeline' });
    const selected = workbench.row('Release pipeline').and(workbench.page.locator('[aria-selected="true"]'));
    await workbench.press(link, selected);
  });

  it('rows and the status bar count down without asking the service', async () => {
    const { length } = planetscale.requests;
    time.jump(day);
    await rowSays('Release pipeline', 'expires in 2 days');
    await statusSays('next expiry 2d');
    assert.equal(planetscale.requests.length, length);
    await rowSays('Preview deployments', 'expires in 24 days');
    await workbench.picture('expiry-countdown');
  });

  it('after a sleep what can be seen is read again, once the network is likely back', async () => {
    const { length } = planetscale.requests;
    await time.pass(20_000);
    await expect(async () => planetscale.requests.length > length, 'nothing is read again');
    await workbench.idle();
    assert.equal(await workbench.row('Deploy Bot').getAttribute('aria-expanded'), 'true');
    assert.equal(await workbench.row('Release pipeline').getAttribute('aria-selected'), 'true');
  });

  it('the next threshold is told of with Renew where that is possible, and Snooze puts it off', async () => {
    await attachRefreshToken(workbench, { planetscale });
    await workbench.notice('can now be renewed');
    time.jump(day);
    await warning().waitFor();
    const words = await warning().innerText();
    assert.match(words, /“Release pipeline” \(PlanetScale shop\) expires in 24 hours\./);
    assert.match(words, /^Renew$/m);
    await workbench.picture('expiry-warning-renew');
    await press('Snooze…');
    await workbench.question('Snooze Expiry Warning');
    await isShownFully();
    await workbench.picture('expiry-snooze');
    await workbench.choose('Snooze Expiry Warning', 'For 4 hours');
    await workbench.quickInput.waitFor({ state: 'detached' });
    time.jump(3 * hour);
    await rowSays('Release pipeline', 'in 21 hours');
    await statusSays('next expiry 21h');
    assert.equal(await warning().count(), 0);
    time.jump(2 * hour);
    await warning().waitFor();
    await press('Renew');
    await workbench.notice('was renewed');
    await rowSays('Release pipeline', 'expires in 30 days');
  });

  it('Don’t Show Again holds for that token at every later threshold', async () => {
    tokenNamed('Onboarding test').resource.expires_at = new Date(time.now() + 3 * day).toISOString();
    await workbench.runCommand('OAuth Tokens: Refresh All');
    await warning().waitFor();
    await press('Don’t Show Again');
    time.jump(2.5 * day);
    await rowSays('Onboarding test', 'in 12 hours');
    await statusSays('next expiry 12h');
    assert.equal(await warning().count(), 0);
  });

  it('while the view is hidden nothing is read, and the status bar is right all the same', async () => {
    tokenNamed('Onboarding test').resource.expires_at = new Date(
      time.now() + 2.4 * hour + 25_000,
    ).toISOString();
    await workbench.runCommand('OAuth Tokens: Refresh All');
    await rowSays('Onboarding test', 'in 2 hours');
    await workbench.runCommand('View: Show Explorer');
    await workbench.row('Onboarding test').waitFor({ state: 'detached' });
    const { length } = planetscale.requests;
    await time.pass(hour);
    await statusSays('next expiry 84m');
    assert.equal(planetscale.requests.length, length);
    await workbench.showConnections();
    await rowSays('Onboarding test', 'in 84 minutes');
    await expect(async () => planetscale.requests.length > length, 'nothing is read again');
    await workbench.idle();
  });

  it('what has changed at the service is read by itself and marked until it has been seen', async () => {
    // Once read after the last jump, so that the next read comes from an interval that has passed.
    await workbench.runCommand('OAuth Tokens: Refresh All');
    await workbench.idle();
    const { tokens } = planetscale.state;
    const lint = tokenNamed('Schema linter');
    const preview = tokenNamed('Preview deployments').resource;
    tokens.push({ ...lint, resource: { ...lint.resource, id: 'unknown', display_name: 'Unknown laptop' } });
    preview.actor_display_name = 'somebody-else';
    preview.oauth_accesses_by_resource?.database.accesses.push({ name: 'delete_database', description: '' });
    tokens.splice(tokens.indexOf(tokenNamed('Long gone laptop')), 1);
    await time.pass(12 * minute);
    await rowSays('Unknown laptop', 'new · never expires');
    await rowSays('Preview deployments', 'may do more, another owner · expires in');
    await rowSays(labels.planetscale, '4 changes');
    await workbench.picture('what-changed-marks');
    await workbench.ask('OAuth Tokens: Show What Changed…', '4 Changes Since You Last Looked');
    const list = await workbench.quickInput.innerText();
    assert.match(list, /New[\s\S]*May do more than before[\s\S]*Has another owner[\s\S]*Removed/);
    await isShownFully();
    await workbench.picture('what-changed-list');
    await workbench.choose('4 Changes Since You Last Looked', 'Unknown laptop');
    await rowSays('Unknown laptop', /^never expires$/);
    await workbench.rows.filter({ hasText: '4 changes' }).first().waitFor({ state: 'detached' });
    await workbench.runCommand('OAuth Tokens: Show What Changed…');
    await workbench.notice('Nothing has changed since you last looked.');
  });

  it('what was seen is known after the window is loaded anew, and what changes later is marked', async () => {
    await workbench.reload();
    await workbench.showConnections();
    await workbench.expand('Deploy Bot');
    await workbench.row('Unknown laptop').waitFor();
    await workbench.idle();
    const { tokens } = planetscale.state;
    tokens.splice(tokens.indexOf(tokenNamed('Preview deployments')), 1);
    await workbench.runCommand('OAuth Tokens: Refresh All');
    await rowSays(labels.planetscale, '1 change');
    await workbench.runCommand('OAuth Tokens: Mark All Changes as Seen');
    await workbench.rows.filter({ hasText: '1 change' }).first().waitFor({ state: 'detached' });
  });
});
