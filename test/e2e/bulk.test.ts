import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { json, send } from '../servers/loopback.ts';
import { type PlanetScaleServer, startPlanetScale } from '../servers/planetscale.ts';
import { connectPlanetScale } from './connecting.ts';
import { type Launched, launch } from './launch.ts';
import { story } from './story.ts';
import { expect, type Workbench } from './workbench.ts';

const application = 'Grafana Dashboards';

/** One connection whose tokens are revoked by the dozen; between the stories the service gets them all back. */
describe('many at once', () => {
  let planetscale: PlanetScaleServer;
  let all: PlanetScaleServer['state']['tokens'];
  let launched: Launched;
  let workbench: Workbench;

  before(async () => {
    planetscale = await startPlanetScale({ dashboardTokens: 200 });
    all = structuredClone(planetscale.state.tokens);
    launched = await launch();
    workbench = launched.workbench;
    await workbench.showConnections();
    await connectPlanetScale(workbench, { planetscale });
    await workbench.idle();
    await workbench.collapse(application);
  });

  after(async () => {
    await launched?.stop();
    await planetscale?.stop();
  });

  const { undoing } = story('bulk', () => [workbench]);

  async function refill(): Promise<void> {
    planetscale.state.tokens = structuredClone(all);
    await workbench.runCommand('OAuth Tokens: Refresh All');
    await workbench.row('Preview deployments').waitFor();
    await workbench.row('Long gone laptop').waitFor();
    await workbench.idle();
  }

  function tokenId(name: string): string {
    const token = all.find(({ resource }) => resource.display_name === name);
    assert(token, `there is no token ${name}`);
    return token.resource.id;
  }

  function left(): number {
    const [app] = planetscale.state.applications.filter(({ resource }) => resource.name === application);
    return planetscale.state.tokens.filter(({ applicationId }) => applicationId === app?.resource.id).length;
  }

  function deletions(): number {
    return planetscale.requests.filter(({ method }) => method === 'DELETE').length;
  }

  async function typeToConfirm(button: string, text: string): Promise<void> {
    await workbench.confirm(button);
    await workbench.answer('Revoke', text);
  }

  async function isTicked(label: string, wanted: boolean): Promise<void> {
    const box = workbench.option(label).getByRole('checkbox');
    await expect(async () => (await box.isChecked()) === wanted, `${label} is ticked wrongly`);
  }

  async function button(toast: string, label: string, effect: Locator): Promise<void> {
    const notification = workbench.toast.filter({ hasText: toast });
    await workbench.press(notification.getByRole('button', { name: label }), effect);
  }

  /** Of the rule about what was never used. */
  async function changeDays(choice: string): Promise<void> {
    const rule = workbench.option('Never used');
    await rule.hover();
    const change = rule.getByRole('button', { name: 'Change the Number of Days…' });
    await workbench.press(change, workbench.option('45 days'));
    await workbench.choose('Never used', choice);
  }

  it('revokes the rows that are selected, and says why it leaves one out', async () => {
    await workbench.select('Preview deployments');
    await workbench.select('Schema linter', true);
    await workbench.select('Deploy Bot', true);
    await workbench.menu('Schema linter', 'Revoke…');
    await workbench.question('What to Revoke');
    await workbench.option('Preview deployments').waitFor();
    await workbench.option('PlanetScale shop › Deploy Bot').getByText('not revoked itself').waitFor();
    await workbench.picture('bulk-selection');
    await workbench.acceptSelection('What to Revoke', 'Preview deployments');
    await workbench.dialog.waitFor();
    const words = await workbench.dialog.innerText();
    assert.match(words, /Revoke 2 tokens\?/);
    assert.match(words, /“Preview deployments”.*stops working/);
    assert.match(words, /Its refresh token, if there is one, is not revoked with it/);
    assert.match(words, /1 row cannot be revoked and stays/);
    await workbench.picture('bulk-confirm');
    await workbench.confirm('Revoke');
    await workbench.notice('Revocation finished: 2 revoked.');
    await workbench.row('Schema linter').waitFor({ state: 'detached' });
    assert.equal(deletions(), 2);
    await expect(() => workbench.isSelected('Onboarding test'), 'the next row is not selected');
  });

  it('cleans up what nothing seems to need, after the name was typed, wrong and then right', async () => {
    await refill();
    const before = deletions();
    await workbench.ask('OAuth Tokens: Clean Up…', 'Clean Up');
    await workbench.picture('bulk-clean-up-rules');
    await changeDays('Another Number…');
    await workbench.answer('Never used', 'ninety');
    await workbench.quickInput.getByText('Enter a whole number of days').waitFor();
    await workbench.answer('Never used', '100');
    await workbench.acceptSelection('Clean Up', 'Never used');
    await workbench.question('Clean Up: What to Revoke');
    await workbench.option('Nightly migration').waitFor();
    // Made 90 days ago: never having been used says nothing yet when 100 days are asked for.
    assert.equal(await workbench.option('Onboarding test').count(), 0);
    await workbench.press(
      workbench.quickInput.getByRole('button', { name: 'Back' }),
      workbench.quickInput.getByText('within 100 days of its creation'),
    );
    await changeDays('45 days');
    await workbench.acceptSelection('Clean Up', 'Never used');
    await workbench.question('Clean Up: What to Revoke');
    await workbench.option('Onboarding test').getByText('never used').waitFor();
    await isTicked('Onboarding test', true);
    await isTicked('Schema linter', false);
    await workbench.picture('bulk-clean-up');
    await workbench.toggle('Onboarding test');
    await workbench.acceptSelection('What to Revoke', 'Onboarding test');
    await workbench.dialog.waitFor();
    const words = await workbench.dialog.innerText();
    const [, count] = /Revoke (\d+) tokens\?/.exec(words) ?? [];
    await workbench.picture('bulk-clean-up-confirm');
    await workbench.confirm('Cancel');
    await workbench.question('Clean Up: What to Revoke');
    await isTicked('Onboarding test', false);
    await isTicked('Nightly migration', true);
    await workbench.acceptSelection('What to Revoke', 'Onboarding test');
    await workbench.confirm('Revoke…');
    await workbench.question('Revoke');
    const sentBefore = deletions();
    await workbench.answer('Revoke', 'planetscale shop');
    await workbench.quickInput.getByText('Type exactly “PlanetScale shop”').waitFor();
    await workbench.picture('bulk-typed-wrong');
    assert.equal(deletions(), sentBefore);
    await workbench.answer('Revoke', 'PlanetScale shop');
    await workbench.notice(`Revocation finished: ${count} revoked.`);
    assert.equal(deletions() - before, Number(count));
    const names = planetscale.state.tokens.map(({ resource }) => resource.display_name);
    assert(names.includes('Onboarding test') && names.includes('Schema linter'));
    assert(!names.includes('Nightly migration'), 'it has expired');
  });

  it('revokes 200, of which three fail and are tried again alone', async () => {
    await refill();
    const failing = new Map([
      [tokenId('Grafana team 17'), 403],
      [tokenId('Grafana team 93'), 500],
      [tokenId('Grafana team 180'), 422],
    ]);
    const intercepting = planetscale.intercept(({ request, response }) => {
      const status = request.method === 'DELETE' && failing.get(request.path.split('/').at(-1) ?? '');
      if (status) {
        send(response, json(status, { code: 'forbidden', message: 'Not this one' }));
      }
      return Boolean(status);
    });
    const restore = undoing(intercepting);
    await workbench.menu(application, 'Revoke All…');
    await workbench.question('What to Revoke');
    await workbench.option('Grafana team 01').waitFor();
    await workbench.quickInput.getByText('200 Selected').waitFor();
    await workbench.picture('bulk-all');
    await workbench.acceptSelection('What to Revoke', 'Grafana team 01');
    await typeToConfirm('Revoke…', application);
    const toast = workbench.toast.filter({ hasText: 'Revocation finished' });
    await toast.waitFor();
    assert.match(await toast.innerText(), /197 revoked and 3 failed/);
    await workbench.picture('bulk-three-failed');
    assert.equal(left(), 3);
    await button('Revocation finished', 'Show Results', workbench.quickInput);
    await workbench.question('197 revoked and 3 failed');
    await workbench.option('Grafana team 17').getByText('not allowed to do this').waitFor();
    await workbench.picture('bulk-results');
    restore();
    const before = deletions();
    await workbench.choose('197 revoked and 3 failed', 'Retry 3 Failed');
    await workbench.notice('Revocation finished: 3 revoked.');
    assert.equal(deletions() - before, 3);
    assert.equal(left(), 0);
  });

  it('stopped half-way says what was done, what was not begun and what is not known, and goes on', async () => {
    await refill();
    let arrived = 0;
    const { promise: isHalfWay, resolve: reachHalf } = Promise.withResolvers<void>();
    const intercepting = planetscale.intercept(({ request, answer }) => {
      if (request.method !== 'DELETE' || ++arrived <= 100) {
        return false;
      }
      if (arrived === 101) {
        // Done, but the answer never leaves the house.
        answer();
      }
      if (arrived === 104) {
        reachHalf();
      }
      return new Promise<boolean>(() => undefined);
    });
    const restore = undoing(intercepting);
    await workbench.menu(application, 'Revoke All…');
    await workbench.quickInput.getByText('200 Selected').waitFor();
    await workbench.acceptSelection('What to Revoke', 'Grafana team 01');
    await typeToConfirm('Revoke…', application);
    await isHalfWay;
    await workbench.toast.filter({ hasText: '100 of 200' }).waitFor();
    await workbench.picture('bulk-progress');
    restore();
    const toast = workbench.toast.filter({ hasText: 'Revocation canceled' });
    await button('100 of 200', 'Cancel', toast);
    assert.match(await toast.innerText(), /101 revoked, 96 not started, and 3 unknown/);
    assert.equal(left(), 99);
    await workbench.picture('bulk-stopped');
    await button('Revocation canceled', 'Show Results', workbench.quickInput);
    await workbench.question('101 revoked, 96 not started, and 3 unknown');
    await workbench.picture('bulk-stopped-results');
    await workbench.dismiss();
    await workbench.clearNotifications();
    await workbench.ask(
      'OAuth Tokens: Show Results of the Last Revocation',
      '101 revoked, 96 not started, and 3 unknown',
    );
    await workbench.choose('101 revoked, 96 not started, and 3 unknown', 'Continue with 96…');
    await typeToConfirm('Revoke…', application);
    await workbench.notice('Revocation finished: 96 revoked.');
    assert.equal(left(), 3);
    await workbench.ask('OAuth Tokens: Show Results of the Last Revocation', '197 revoked and 3 unknown');
    await workbench.choose('197 revoked and 3 unknown', 'Retry 3');
    await workbench.notice('Revocation finished: 3 revoked.');
    assert.equal(left(), 0);
  });

  it('revokes a whole connection only when its name is typed, however little it holds', async () => {
    planetscale.state.tokens = structuredClone(all).slice(0, 4);
    await workbench.runCommand('OAuth Tokens: Refresh All');
    await workbench.row('Long gone laptop').waitFor({ state: 'detached' });
    await workbench.idle();
    await workbench.menu('PlanetScale shop', 'Revoke All…');
    await workbench.acceptSelection('What to Revoke', 'Release pipeline');
    await typeToConfirm('Revoke…', 'PlanetScale shop');
    await workbench.notice('Revocation finished: 4 revoked.');
    assert.equal(planetscale.state.tokens.length, 0);
    await workbench.menu('PlanetScale shop', 'Revoke All…');
    await workbench.notice('There is nothing to revoke.');
  });
});
