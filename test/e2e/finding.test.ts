import assert from 'node:assert/strict';
import { json, send } from '../servers/loopback.ts';
import { startSandboxes } from '../services.ts';
import { connectCodegen, connectPlanetScale, labels } from './connecting.ts';
import { type Launched, launch } from './launch.ts';
import { story } from './story.ts';
import { indexedDatabases } from './witness.ts';
import { expect, type Workbench, within } from './workbench.ts';

/** One user with two connections who looks for something: the stories build on each other. */
describe('finding', () => {
  let sandboxes: Awaited<ReturnType<typeof startSandboxes>>;
  let launched: Launched;
  let workbench: Workbench;

  before(async () => {
    sandboxes = await startSandboxes();
    launched = await launch();
    workbench = launched.workbench;
    await connectCodegen(workbench, sandboxes);
    await workbench.idle();
    await connectPlanetScale(workbench, sandboxes);
    await workbench.row('Release pipeline').waitFor();
    await workbench.idle();
  });

  after(async () => {
    await launched?.stop();
    await sandboxes?.stop();
  });

  const { undoing } = story('finding', () => [workbench]);

  const run = (title: string) => workbench.runCommand(`OAuth Tokens: ${title}`);

  async function filter(by: string, title: string): Promise<void> {
    await run('Filter…');
    await workbench.choose('Filter', by);
    await workbench.question(title);
  }

  async function filterByText(text: string): Promise<void> {
    await filter('Text…', 'Filter by Text');
    await workbench.answer('Filter by Text', text);
  }

  async function filterByState(...states: string[]): Promise<void> {
    await filter('State…', 'Filter by State');
    for (const state of states) {
      await workbench.toggle(state);
    }
    await workbench.acceptSelection('Filter by State', states[0] ?? '');
  }

  /** What stands in the view's title beside its name. */
  async function says(description: string): Promise<void> {
    const title = workbench.page.locator(
      '.part.sidebar .pane-header .description, .part.sidebar .composite.title',
    );
    await expect(
      async () => (await title.allInnerTexts()).some((text) => text.includes(description)),
      `the view does not say “${description}” but ${await title.allInnerTexts()}`,
    );
  }

  /** The labels of the rows in view, from the top. */
  async function labelsShown(): Promise<string[]> {
    const rows = await workbench.rows.evaluateAll((elements) =>
      elements
        .map((element) => ({
          top: element.getBoundingClientRect().top,
          label: element.querySelector('.label-name')?.textContent ?? '',
        }))
        .sort((one, other) => one.top - other.top)
        .map(({ label }) => label),
    );
    return rows;
  }

  async function ordered(...expected: string[]): Promise<void> {
    await expect(() => isOrdered(...expected), `not in this order: ${expected.join(', ')}`);
  }

  async function isOrdered(...expected: string[]): Promise<boolean> {
    const seen = (await labelsShown()).filter((label) => expected.includes(label));
    return seen.join('\n') === expected.join('\n');
  }

  /** VS Code writes what an extension remembers a while later; a page that is reloaded before forgets it. */
  async function reloadOnceStored(pattern: RegExp): Promise<void> {
    const { page } = workbench;
    await expect(
      async () => pattern.test((await indexedDatabases(page)).replaceAll('\\"', '"')),
      `${pattern} is not remembered`,
    );
    await workbench.reload();
    await workbench.showConnections();
  }

  it('by text leaves what matches, below what holds it, and says so', async () => {
    await filterByText('LINT');
    await workbench.row('Onboarding test').waitFor({ state: 'detached' });
    await workbench.row('Schema linter').waitFor();
    await workbench.row('Deploy Bot').waitFor();
    await workbench.row('linear').waitFor({ state: 'detached' });
    await says('“LINT”');
    await workbench.picture('finding-text');
  });

  it('nothing is explained, and a click clears the filter', async () => {
    await filterByText('no such thing');
    const clear = workbench.page.getByRole('button', { name: 'Clear Filter', exact: true });
    await workbench.page.getByText('No loaded row matches the filter').waitFor();
    await clear.first().waitFor();
    await workbench.picture('finding-nothing');
    await workbench.press(
      workbench.page.locator('.welcome-view').getByText('Clear Filter', { exact: true }),
      workbench.row('Onboarding test'),
    );
    await workbench.row('linear').waitFor();
  });

  it('reads everything when asked to, and then says that nothing is left out', async () => {
    await filterByText('Grafana team 62');
    await workbench.press(
      workbench.page.locator('.welcome-view').getByText('Load All', { exact: true }),
      workbench.row('Grafana Dashboards'),
    );
    await workbench.expand('Grafana Dashboards');
    await workbench.row('Grafana team 62').waitFor();
    await filterByText('no such thing');
    await workbench.page.getByText('Nothing matches the filter.').waitFor();
    await run('Clear Filter');
    await workbench.row('Onboarding test').waitFor();
    await workbench.collapse('Grafana Dashboards');
  });

  it('by state and in order of expiry, in both directions', async () => {
    await run('Sort by Expiry');
    await ordered('Release pipeline', 'Onboarding test', 'Preview deployments', 'Schema linter');
    await run('Reverse Order');
    await ordered('Schema linter', 'Preview deployments', 'Onboarding test', 'Release pipeline');
    await run('Reverse Order');
    await filterByState('Expiring');
    await workbench.row('Onboarding test').waitFor({ state: 'detached' });
    await workbench.row('Release pipeline').waitFor();
    await says('by expiry');
  });

  it('grouped by state, each row says its connection and keeps its menu', async () => {
    await run('Clear Filter');
    await run('Group by State');
    await workbench.row('Active').waitFor();
    await workbench.row('Expiring').waitFor();
    const row = workbench.row('Release pipeline');
    await row.getByText(labels.planetscale).waitFor();
    await workbench.picture('finding-by-state');
    await workbench.menu('Release pipeline', 'Copy Identifier', workbench.toast);
    await workbench.notice('was copied');
    await run('Group by Provider');
    await workbench.row('Deploy Bot').waitFor();
    await workbench.row('figma').waitFor();
    await workbench.picture('finding-by-provider');
    await run('Group by Owner');
    await workbench.collapse('shopfront-dev');
    await workbench.row('Owner unknown').waitFor();
    const header = workbench.page.locator('.part.sidebar .pane-header', { hasText: 'Connections' });
    const menu = workbench.page.locator('.monaco-menu');
    await expect(async () => {
      try {
        await header.hover({ timeout: 2000 });
        await header.locator('a.action-label[aria-label*="More Actions"]').click({ timeout: 2000 });
        await menu.getByText('Sort By', { exact: true }).hover({ timeout: 2000 });
        await menu.getByText('Sort by Name', { exact: true }).waitFor({ timeout: 5000 });
        return true;
      } catch {
        await workbench.closeMenus();
        return false;
      }
    }, 'the menu of the view does not offer the orders');
    await workbench.picture('finding-menu');
    await workbench.closeMenus();
  });

  it('an arrangement is saved by name and is still there after a reload', async () => {
    await filterByState('Expiring');
    await run('Group by State');
    await run('Presets…');
    await workbench.choose('Presets', 'Save This View As…');
    await workbench.answer('Save View', 'Ending soon');
    await run('Presets…');
    await workbench.choose('Presets', 'Default View');
    await workbench.row('Onboarding test').waitFor();
    await run('Presets…');
    await workbench.choose('Presets', 'Ending soon');
    await workbench.row('Onboarding test').waitFor({ state: 'detached' });
    // The one that is shown, not the one in the preset.
    await reloadOnceStored(/(?<!soon",)"arrangement":\{"filter":\{"text":"","states":\["expiring"\]/);
    await workbench.row('Expiring').waitFor();
    await workbench.row('Release pipeline').waitFor();
    await says('Ending soon');
    assert(!(await labelsShown()).includes('Onboarding test'));
    await run('Presets…');
    await workbench.question('Presets');
    await workbench.picture('finding-presets');
    await workbench.choose('Presets', 'Delete Preset…');
    await workbench.choose('Delete Preset', 'Ending soon');
    await run('Presets…');
    await workbench.choose('Presets', 'Default View');
    await workbench.row('Onboarding test').waitFor();
  });

  it('connections change places by keyboard and by dragging, for good', async () => {
    await ordered(labels.codegen, labels.planetscale);
    await workbench.collapse(labels.codegen);
    await workbench.collapse(labels.planetscale);
    await run('Move Connection Down');
    await workbench.answer('Move Connection Down', labels.codegen);
    await ordered(labels.planetscale, labels.codegen);
    await workbench.menu(labels.codegen, 'Move Connection Up');
    await ordered(labels.codegen, labels.planetscale);
    await expect(async () => {
      const [codegen, planetscale] = [labels.codegen, labels.planetscale].map((label) =>
        workbench.row(label),
      );
      await (planetscale && codegen?.dragTo(planetscale, { timeout: 5000 }).catch(() => undefined));
      return within(5000, () => isOrdered(labels.planetscale, labels.codegen));
    }, 'it cannot be dragged');
    await reloadOnceStored(new RegExp(`"connections":.*${labels.planetscale}.*${labels.codegen}`));
    await ordered(labels.planetscale, labels.codegen);
  });

  it('works with VS Code’s own find in trees', async () => {
    await workbench.expand(labels.planetscale);
    await workbench.row('Schema linter').waitFor();
    const input = workbench.page
      .locator('.tree-find-input input, .monaco-tree-type-filter input, .type-filter input')
      .first();
    await expect(async () => {
      // The tree has to have the focus. A click also closes the row, or opens it.
      await workbench
        .row(labels.planetscale)
        .click({ timeout: 2000 })
        .catch(() => undefined);
      await workbench.expand(labels.planetscale);
      await workbench.page.keyboard.press('ControlOrMeta+Alt+f');
      return within(5000, () => input.isVisible());
    }, 'there is no find in the tree');
    await input.fill('linter');
    await workbench.row('Schema linter').waitFor();
    await workbench.picture('finding-own-find');
    await expect(async () => {
      await input.press('Escape', { timeout: 2000 }).catch(() => undefined);
      return within(2000, async () => !(await input.isVisible()));
    }, 'the find does not close');
  });

  it('says it once when no connection can be read, and each row says why', async () => {
    const { codegen, planetscale } = sandboxes;
    const restore = [codegen, planetscale].map((sandbox) =>
      undoing(
        sandbox.intercept(({ response }) => {
          send(response, json(403, { message: 'not today' }));
          return true;
        }),
      ),
    );
    await run('Refresh All');
    const message = workbench.page.getByText('None of the 2 connections could be read.');
    await message.waitFor();
    await workbench.row('Access denied').waitFor();
    await workbench.picture('finding-all-failed');
    for (const back of restore) {
      back();
    }
    await run('Refresh All');
    await message.waitFor({ state: 'hidden' });
  });
});
