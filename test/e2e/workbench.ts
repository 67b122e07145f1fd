import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

/** How long anything in the window may take; what is waited for is always something to be seen. */
const patience = 20_000;

/** The workbench as a person uses it: palette, tree, quick inputs, dialogs, status bar. */
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
    return this.page.locator('.statusbar-item[id="oauth-token-manager.oauth-token-manager.oauthTokens.status"]');
  }

  get rows(): Locator {
    return this.page.locator('.pane-body .monaco-list-row');
  }

  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
  }

  /** The first row whose label is exactly this text. */
  row(label: string): Locator {
    return this.rows
      .filter({ has: this.page.locator('.label-name', { hasText: new RegExp(`^${escaped(label)}$`) }) })
      .first();
  }

  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.quickInput.locator('input.input').first();
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.option(title).first().click();
  }

  /** A line of an open quick pick, by its label. */
  option(label: string): Locator {
    return this.quickInput.locator('.monaco-list-row').filter({
      has: this.page.locator('.quick-input-list-row').first().getByText(label, { exact: true }),
    });
  }

  /** Waits for the question with this title, then answers it and goes on. */
  async answer(title: string, text?: string): Promise<void> {
    await this.question(title);
    if (text !== undefined) {
      await this.quickInput.locator('input.input').first().fill(text);
    }
    await this.page.keyboard.press('Enter');
  }

  async question(title: string): Promise<void> {
    await this.quickInput.locator('.quick-input-title', { hasText: title }).waitFor();
    await this.quickInput.locator('.quick-input-progress:not(.active), .monaco-progress-container:not(.active)').first().waitFor({ state: 'attached' });
  }

  async choose(title: string, label: string): Promise<void> {
    await this.quickInput.locator('.quick-input-title', { hasText: title }).waitFor();
    await this.option(label).first().click();
  }

  async expand(label: string): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') {
      await row.locator('.monaco-tl-twistie').click();
    }
    await this.page.locator('.pane-body .monaco-list-row[aria-expanded="true"]').filter({ has: row.locator('.label-name') }).first().waitFor();
  }

  /** Opens a row's context menu and takes an entry of it. */
  async menu(label: string, entry: string): Promise<void> {
    await this.row(label).click({ button: 'right' });
    const item = this.page.locator('.context-view .action-label, .monaco-menu .action-label', { hasText: entry }).first();
    await item.waitFor();
    await item.click();
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
    return words;
  }

  async picture(name: string): Promise<void> {
    mkdirSync(this.#pictures, { recursive: true });
    await this.page.screenshot({ path: join(this.#pictures, `${name}.png`) });
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
