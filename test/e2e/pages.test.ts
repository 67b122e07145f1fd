import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { startSandboxes } from '../services.ts';
import { connectCodegen, connectMage, connectPlanetScale } from './connecting.ts';
import { type Launched, launch } from './launch.ts';
import { story } from './story.ts';
import { accessibilityFlaws, requestsTo, webviewFrame, webviewPage } from './webviewPage.ts';
import { expect, type Workbench, within } from './workbench.ts';

/** What VS Code will know by that key after a reload of the window, as far as it has been written down. */
function kept(page: Page, key: string): Promise<unknown> {
  return page.evaluate(async (key) => {
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name } of await indexedDB.databases()) {
      if (name !== undefined && /^vscode-web-state-db-(?!global)/.test(name)) {
        const database = await answer(indexedDB.open(name));
        const items = database.transaction('ItemTable').objectStore('ItemTable');
        const value = await answer(items.get(key));
        database.close();
        if (value !== undefined) {
          return value;
        }
      }
    }
    return undefined;
  }, key);
}

interface KeptEditors {
  readonly editors: readonly { readonly value: string }[];
  /** Positions of the editors, the one in front first. */
  readonly mru: readonly number[];
}

/** What is kept of the page in front, if it has this title. */
async function keptInFront(page: Page, title: string): Promise<string | undefined> {
  const groups: KeptEditors[] = [];
  JSON.parse(String((await kept(page, 'memento/workbench.parts.editor')) ?? 'null'), (_, value) => {
    if (value !== null && typeof value === 'object' && 'editors' in value && 'mru' in value) {
      groups.push(value);
    }
    return value;
  });
  const [group] = groups;
  const value = group?.editors[group.mru[0] ?? -1]?.value;
  return value?.includes(`"title":"${title}"`) ? value : undefined;
}

const themes = {
  light: { label: 'Light Modern', body: 'vscode-light' },
  dark: { label: 'Dark Modern', body: 'vscode-dark' },
  'high-contrast-dark': { label: 'Dark High Contrast', body: 'vscode-high-contrast' },
  'high-contrast-light': { label: 'Light High Contrast', body: 'vscode-high-contrast-light' },
} as const;

type Theme = keyof typeof themes;

const allThemes: readonly Theme[] = ['light', 'dark', 'high-contrast-dark', 'high-contrast-light'];

describe('Pages in editors', () => {
  let sandboxes: Awaited<ReturnType<typeof startSandboxes>>;
  let launched: Launched;
  let workbench: Workbench;

  before(async () => {
    sandboxes = await startSandboxes();
    launched = await launch();
    workbench = launched.workbench;
    await workbench.showConnections();
    await connectCodegen(workbench, sandboxes);
    await connectMage(workbench, sandboxes);
    await connectPlanetScale(workbench, sandboxes);
    await workbench.expand('Deploy Bot');
    await workbench.row('Release pipeline').waitFor();
    await workbench.idle();
  });

  after(async () => {
    await launched?.stop();
    await sandboxes?.stop();
  });

  story('pages', () => [workbench]);

  const shown = () => webviewPage(workbench.page);
  /** A row may be named in several parts of the overview. */
  const button = (name: string) => shown().getByRole('button', { name, exact: true }).first();

  const title = (name: string) => shown().getByRole('heading', { name, level: 1 });

  async function heading(name: string): Promise<void> {
    await title(name).waitFor();
  }

  /** Follows a button of the page to the page about another row. */
  async function follow(name: string): Promise<void> {
    await workbench.press(button(name), title(name));
  }

  async function bringToFront(tab: string): Promise<void> {
    const label = workbench.page.locator('.editor-group-container .tab', { hasText: tab });
    await workbench.press(label, title(tab));
  }

  async function showDetails(label: string): Promise<void> {
    await workbench.menu(label, 'Show Details', title(label));
  }

  /** By key, and again where the choice did not take: choosing a theme twice does no harm. */
  async function useTheme(theme: Theme): Promise<void> {
    const { page, quickInput } = workbench;
    const { label, body } = themes[theme];
    const input = quickInput.locator('input.input');
    await expect(async () => {
      try {
        if (!(await input.isVisible())) {
          await page.keyboard.press('Control+K');
          await page.keyboard.press('Control+T');
          await input.waitFor({ timeout: 5000 });
        }
        await input.fill(label, { timeout: 1000 });
        await workbench.option(label).first().click({ timeout: 5000 });
        await shown().locator(`body.${body}`).waitFor({ timeout: 5000 });
        return true;
      } catch {
        return false;
      }
    }, `the theme ${label} cannot be chosen`);
    // Away from rows and buttons, which say more while the pointer rests on them.
    await workbench.statusItem.hover();
  }

  /** A picture of the page in front, in which axe-core finds nothing to object to. */
  async function looksRight(name: string): Promise<void> {
    await workbench.picture(name);
    assert.deepEqual(await accessibilityFlaws(workbench.page), [], name);
  }

  it('tell everything about a row', async () => {
    await showDetails('Release pipeline');
    const fields = shown().getByRole('region', { name: 'Fields' });
    await fields.getByText('7j0dyuaztrv4').waitFor();
    const accesses = shown().getByRole('region', { name: 'Permissions' });
    await accesses.getByRole('rowheader', { name: 'read_databases' }).waitFor();
    await shown().getByRole('region', { name: 'History' }).getByText('Last read from the service').waitFor();
    await shown().getByText('expiring soon · expires in 3 days').waitFor();
  });

  it('come to the front again rather than open twice', async () => {
    await showDetails('Preview deployments');
    await showDetails('Release pipeline');
    assert.equal(await workbench.page.locator('.editor-group-container .tab').count(), 2);
    await workbench.runCommand('View: Close Other Editors in Group');
  });

  it('lead to the rows above and below', async () => {
    await follow('Deploy Bot');
    await follow('Preview deployments');
  });

  it('follow what changes, and say what it was', async () => {
    const token = sandboxes.planetscale.state.tokens.find(
      ({ resource }) => resource.display_name === 'Preview deployments',
    );
    assert(token);
    Object.assign(token.resource, { display_name: 'Preview of everything' });
    await workbench.runCommand('OAuth Tokens: Refresh All');
    await heading('Preview of everything');
    await shown()
      .getByRole('region', { name: 'History' })
      .getByText('Name changed from “Preview deployments” to “Preview of everything”')
      .waitFor();
    await workbench.page
      .locator('.editor-group-container .tab.active', { hasText: 'Preview of everything' })
      .waitFor();
  });

  it('act on their row only after the same question as the tree', async () => {
    const { requests } = sandboxes.planetscale;
    const deletions = () => requests.filter(({ method }) => method === 'DELETE').length;
    await workbench.press(button('Revoke…'), workbench.dialog.getByText('Revoke “Preview of everything”?'));
    await workbench.confirm('Cancel');
    assert.equal(deletions(), 0);
    await workbench.press(button('Revoke…'), workbench.dialog);
    await workbench.confirm('Revoke');
    await workbench.notice('was revoked');
    assert.equal(deletions(), 1);
    await shown().getByText('This is no longer listed.').waitFor();
    assert.equal(await button('Revoke…').count(), 0);
    await shown().getByText('No longer in the list', { exact: true }).waitFor();
    await workbench.picture('details-gone');
    await workbench.runCommand('View: Close All Editors');
  });

  it('sum up what is known', async () => {
    await workbench.runCommand('OAuth Tokens: Show Overview');
    await heading('Overview');
    await shown()
      .getByRole('link', { name: /^PlanetScale shop: \d+ tokens expire / })
      .first()
      .waitFor();
    const states = shown().getByRole('region', { name: 'Tokens by State' });
    const table = states.getByRole('columnheader', { name: 'expiring soon' });
    await expect(async () => {
      // A second click would close it again.
      await states
        .getByText('as a table')
        .click({ timeout: 5000 })
        .catch(() => undefined);
      return within(5000, () => table.isVisible());
    }, 'there is no table');
  });

  it('sort a table by its heads, which keep the focus', async () => {
    const table = shown().getByRole('region', { name: 'What Expires, by Week' });
    const head = table.getByRole('columnheader', { name: 'Name' });
    await head.getByRole('button').focus();
    await workbench.page.keyboard.press('Enter');
    await table
      .getByRole('columnheader', { name: 'Name' })
      .and(shown().locator('[aria-sort=ascending]'))
      .waitFor();
    assert(await head.getByRole('button').evaluate((button) => button === document.activeElement));
    const names = await table.getByRole('rowheader').allInnerTexts();
    assert.deepEqual(names, names.toSorted(new Intl.Collator('en', { numeric: true }).compare));
    await workbench.picture('overview-sorted');
    for (const next of ['[aria-sort=descending]', ':not([aria-sort])']) {
      await workbench.page.keyboard.press('Enter');
      await table.getByRole('columnheader', { name: 'Name' }).and(shown().locator(next)).waitFor();
    }
  });

  it('look right in every theme', async () => {
    for (const theme of allThemes) {
      await useTheme(theme);
      await looksRight(`overview-${theme}`);
      await follow('Release pipeline');
      await workbench.statusItem.hover();
      await looksRight(`details-${theme}`);
      await bringToFront('Overview');
    }
  });

  it('can be used with the keyboard alone', async () => {
    const { page } = workbench;
    const { keyboard } = page;
    const hasFocus = (target: Locator) => target.evaluate((element) => element === document.activeElement);
    const mark = shown()
      .getByRole('link', { name: /^PlanetScale shop:/ })
      .first();
    const week = shown().locator('th.week').first();
    const row = page.locator('.pane-body .monaco-list-row.focused', { hasText: '…R_Mk' });
    await expect(async () => {
      // From the top, wherever the focus was when the page was last drawn.
      await shown().getByRole('heading', { level: 1 }).click();
      await expect(async () => {
        await keyboard.press('Tab');
        return hasFocus(mark);
      }, 'no way to the first mark');
      await keyboard.press('Enter');
      if (!(await within(5000, () => hasFocus(week)))) {
        return false;
      }
      await keyboard.press('Tab');
      await keyboard.press('Tab');
      await workbench.picture('overview-keyboard');
      await keyboard.press('Enter');
      return within(5000, () => row.isVisible());
    }, 'no way to the row');
    await workbench.page
      .locator('.pane-body .monaco-list:focus, .pane-body .monaco-list :focus')
      .first()
      .waitFor();
  });

  it('run nothing that was not written by us, and load nothing', async () => {
    const requests = await requestsTo(workbench.page, 'outside.example');
    const frame = await webviewFrame(workbench.page);
    const violated = await frame.evaluate(async () => {
      const directives: string[] = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        directives.push(effectiveDirective);
      });
      const holder = document.createElement('div');
      holder.innerHTML = `<img src="https://outside.example/x.png" onerror="window.name='ran'">
        <iframe src="https://outside.example/"></iframe><p style="background:url(https://outside.example/y.png)">x</p>
        <a href="command:workbench.action.quit">x</a>`;
      const script = document.createElement('script');
      script.textContent = "window.name = 'ran'";
      document.body.append(holder, script);
      await fetch('https://outside.example/z').catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 500));
      holder.remove();
      script.remove();
      return { directives, name: window.name };
    });
    assert.notEqual(violated.name, 'ran');
    for (const directive of ['img-src', 'frame-src', 'script-src-elem', 'connect-src', 'style-src-attr']) {
      assert(violated.directives.includes(directive), `${directive} was let through`);
    }
    assert.deepEqual(requests, []);
  });

  it('cannot be made to do what they do not offer', async () => {
    const frame = await webviewFrame(workbench.page);
    for (const [act, row] of [
      ['oauthTokens.removeAllData', ''],
      ['oauthTokens.revoke', (await button('Grafana team 01').getAttribute('data-row')) ?? ''],
      ['workbench.action.closeActiveEditor', ''],
      ['showDetails', 'nothing/such'],
    ] as const) {
      await frame.evaluate(
        ([act, row]) => {
          const forged = document.createElement('button');
          forged.dataset.act = act;
          forged.dataset.row = row;
          document.body.append(forged);
          forged.click();
          forged.remove();
        },
        [act, row] as const,
      );
    }
    // What is offered still works, and came after what was forged.
    await follow('Grafana team 01');
    assert(!(await workbench.dialog.isVisible()));
    await workbench.runCommand('OAuth Tokens: Show Overview');
    await heading('Overview');
  });

  it('fit a narrow editor, and a window at 200 %', async () => {
    const { page } = workbench;
    const size = page.viewportSize();
    assert(size);
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    for (const name of ['overview', 'details']) {
      await page.setViewportSize({ width: 450, height: size.height });
      await expect(async () => (await innerWidth()) <= 400, 'the page is not narrow');
      assert((await overflow()) <= 0, `${name} is wider than its editor`);
      await looksRight(`${name}-narrow`);
      // As narrow as an editor can be: VS Code's own window goes no further than this.
      const width = await setFrameWidth('280px');
      await expect(async () => (await innerWidth()) === 280, 'the page is not as narrow as can be');
      assert((await overflow()) <= 0, `${name} is wider than 280 pixels`);
      await looksRight(`${name}-narrowest`);
      await setFrameWidth(width);
      // What zooming by 200 % does to a window: half as many CSS pixels.
      await page.setViewportSize({ width: size.width / 2, height: size.height / 2 });
      await expect(async () => (await innerWidth()) > 400, 'the page is still narrow');
      assert((await overflow()) <= 0, `${name} is wider than its editor at 200 %`);
      await looksRight(`${name}-zoomed`);
      await page.setViewportSize(size);
      if (name === 'overview') {
        await follow('Grafana team 01');
      }
    }
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  });

  /** @returns the width before */
  async function setFrameWidth(width: string): Promise<string> {
    return workbench.page
      .locator('iframe.webview')
      .first()
      .evaluate((frame: HTMLElement, wanted) => {
        const before = frame.style.width;
        frame.style.width = wanted;
        return before;
      }, width);
  }

  async function innerWidth(): Promise<number> {
    return shown()
      .locator('body')
      .evaluate(() => window.innerWidth);
  }

  /** How far the page is wider than its editor. */
  async function overflow(): Promise<number> {
    return shown()
      .locator('html')
      .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
  }

  it('are there again after a reload, without having been read', async () => {
    await bringToFront('Grafana team 01');
    await workbench.runCommand('View: Show Search');
    await expect(
      async () =>
        (await kept(workbench.page, 'workbench.sidebar.activeviewletid')) === 'workbench.view.search',
      'the view is not kept',
    );
    // Every five seconds, and with the row that the page has told by then.
    await expect(
      async () => /"row\W+[\w-]+\//.test((await keptInFront(workbench.page, 'Grafana team 01')) ?? ''),
      'the page is not kept',
    );
    const before = sandboxes.planetscale.requests.length;
    await workbench.reload();
    await shown().getByText('This row has not been read yet in this window.').waitFor();
    assert.equal(sandboxes.planetscale.requests.length, before);
    await workbench.picture('details-unread');
    await workbench.press(button('Read Now'), title('Grafana team 01'));
    await workbench.runCommand('OAuth Tokens: Show Overview');
    await workbench.press(button('Read Them Now'), button('Read Them Now'), 'detached');
    await shown()
      .getByRole('link', { name: /^Mage at home:/ })
      .first()
      .waitFor();
    // The tab from before the reload gave way to the new one.
    assert.equal(
      await workbench.page.locator('.editor-group-container .tab', { hasText: 'Overview' }).count(),
      1,
    );
  });
});
