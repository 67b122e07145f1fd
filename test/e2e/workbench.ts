import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page, PageScreenshotOptions } from 'playwright-core';

/** How long anything in the window may take; what is waited for is always something to be seen. */
const patience = 45_000;

/**
 * The workbench as a person uses it, one window at a time in front: palette, tree, quick inputs, dialogs, status bar.
 */
export class Workbench {
  readonly page: Page;
  readonly #pictures: string;

  /** @param pictures folder for screenshots */
  constructor(page: Page, pictures: string) {
    this.page = page;
    this.#pictures = pictures;
    page.setDefaultTimeout(patience);
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  get statusItem(): Locator {
    return this.page.locator(
      '.statusbar-item[id="oauth-token-manager.oauth-token-manager.oauthTokens.status"]',
    );
  }

  get rows(): Locator {
    return this.page.locator('.pane-body .monaco-list-row');
  }

  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
  }

  /** Nothing is being read any more; until then a context menu may close because its row is drawn anew. */
  async idle(): Promise<void> {
    const refresh = this.page.locator('.part.sidebar a.action-label[aria-label^="Refresh All"]');
    // The actions of a view that is one of several show while the pointer is over it.
    await refresh.first().waitFor({ state: 'attached' });
  }

  /** The first row whose label is exactly this text. */
  row(label: string): Locator {
    return this.rows
      .filter({ has: this.page.locator('.label-name', { hasText: new RegExp(`^${escaped(label)}$`) }) })
      .first();
  }

  async runCommand(title: string): Promise<void> {
    await this.page.bringToFront();
    const input = this.quickInput.locator('input.input').first();
    const option = this.option(title).first();
    // Something else may take the focus and close the palette, or a command may come a moment later than
    // the list, which is made when the text changes: so all of it is tried again.
    await expect(async () => {
      try {
        if (!(await input.isVisible())) {
          await this.page.keyboard.press('F1');
        }
        await input.fill('>', { timeout: 1000 });
        await input.fill(`>${title}`, { timeout: 1000 });
        await option.and(this.page.locator('.focused')).waitFor({ timeout: 2000 });
      } catch {
        return false;
      }
      // By key, because a click whose end is not seen in time may have run the command all the same.
      await input.press('Enter');
      return true;
    }, `there is no command ${title}`);
  }

  /** A line of an open quick pick, by its label. */
  option(label: string): Locator {
    return this.quickInput.locator('.monaco-list-row').filter({
      has: this.page.locator('.quick-input-list-row').first().getByText(label, { exact: true }),
    });
  }

  /** Waits for the question with this title, types the answer (or takes what stands there) and goes on. */
  async answer(title: string, text?: string): Promise<void> {
    await this.question(title);
    if (text !== undefined) {
      await this.quickInput.locator('input.input').first().fill(text);
    }
    await this.page.keyboard.press('Enter');
  }

  async question(title: string): Promise<void> {
    await this.quickInput.locator('.quick-input-title', { hasText: title }).waitFor();
  }

  /** Waits for the question with this title and picks one of its options. */
  async choose(title: string, label: string): Promise<void> {
    await this.question(title);
    await this.option(label).first().click();
  }

  /** Waits for the question with this title and goes on with all boxes as they are. */
  async acceptSelection(title: string, someLabel: string): Promise<void> {
    await this.question(title);
    await this.option(someLabel).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  async expand(label: string): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') {
      await row.locator('.monaco-tl-twistie').click();
    }
    await expect(async () => (await row.getAttribute('aria-expanded')) === 'true', `${label} does not open`);
  }

  /** Again and again, because a row that has just been revealed may still be opening. */
  async collapse(label: string): Promise<void> {
    const row = this.row(label);
    await expect(async () => {
      if ((await row.getAttribute('aria-expanded')) !== 'true') {
        return true;
      }
      await row
        .locator('.monaco-tl-twistie')
        .click({ timeout: 1000 })
        .catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return (await row.getAttribute('aria-expanded')) !== 'true';
    }, `${label} does not close`);
  }

  /** How many rows stand beside this one, itself included. */
  async siblings(label: string): Promise<number> {
    return Number(await this.row(label).getAttribute('aria-setsize'));
  }

  /**
   * Opens a row's context menu and takes an entry of it. Whatever draws the row anew meanwhile, such as another
   * window's act, closes the menu: a menu that has gone without the entry having been taken is opened again.
   */
  async menu(label: string, entry: string): Promise<void> {
    await this.page.bringToFront();
    const items = this.page.locator('.monaco-menu a.action-menu-item');
    const item = items.filter({ has: this.page.getByText(entry, { exact: true }) });
    await expect(async () => {
      try {
        await this.#drawn();
        await this.row(label).click({ button: 'right', timeout: 5000 });
        await item.waitFor({ timeout: 5000 });
        await item.hover({ timeout: 1000 });
        // By key, because a menu that has just opened takes no click, so that opening it does not also choose.
        await item.press('Enter', { timeout: 1000 });
        await item.waitFor({ state: 'detached', timeout: 5000 });
        return true;
      } catch {
        await this.page.keyboard.press('Escape');
        return false;
      }
    }, `${entry} cannot be chosen`);
  }

  /** Rests on a row until its hover shows this; a row that is drawn anew takes its hover away. */
  async hover(row: Locator, text: string | RegExp = /./): Promise<void> {
    const hover = this.page.locator('.monaco-hover', { hasText: text }).first();
    await expect(async () => {
      try {
        await this.page.mouse.move(600, 300);
        await row.hover({ timeout: 2000 });
        await hover.waitFor({ timeout: 3000 });
        return true;
      } catch {
        return false;
      }
    }, 'nothing shows when the pointer rests on the row');
  }

  /**
   * Waits until no row has been drawn for longer than VS Code gathers changes of a tree (200 ms). Before that a
   * menu may close, or pass no row along.
   */
  async #drawn(): Promise<void> {
    await this.page.evaluate(
      ([quietMs, longestMs]) =>
        new Promise<void>((resolve) => {
          let quiet = setTimeout(resolve, quietMs);
          const observer = new MutationObserver(() => {
            clearTimeout(quiet);
            quiet = setTimeout(resolve, quietMs);
          });
          for (const rows of document.querySelectorAll('.pane-body .monaco-list-rows')) {
            observer.observe(rows, { childList: true, subtree: true, characterData: true });
          }
          setTimeout(resolve, longestMs);
        }),
      [350, 10_000] as const,
    );
  }

  async confirm(button: string): Promise<void> {
    await this.dialog.waitFor();
    await this.dialog.getByRole('button', { name: button, exact: true }).click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  /** Waits for a notification with this text, then closes all of them. */
  async notice(text: string | RegExp): Promise<string> {
    const toast = this.page.locator('.notification-toast', { hasText: text }).first();
    await toast.waitFor();
    const words = await toast.innerText();
    await this.runCommand('Notifications: Clear All Notifications');
    await toast.waitFor({ state: 'detached' });
    return words;
  }

  /** Drags the sidebar's edge. */
  async widenSidebar(width: number): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (box) {
      const { mouse } = this.page;
      await mouse.move(box.x + box.width, 400);
      await mouse.down();
      await mouse.move(box.x + width, 400, { steps: 5 });
      await mouse.up();
    }
  }

  /** @param clip leaves out what is outside of it */
  async picture(name: string, clip?: PageScreenshotOptions['clip']): Promise<void> {
    mkdirSync(this.#pictures, { recursive: true });
    await this.page.screenshot({ path: join(this.#pictures, `${name}.png`), ...(clip && { clip }) });
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Looks again and again until it is so; for what cannot be waited for by a locator. */
export async function expect(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await isSo())) {
    if (Date.now() > deadline) {
      throw new Error(otherwise);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
