import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page, PageScreenshotOptions } from 'playwright-core';
import { indexedDatabases } from './witness.ts';

/** How long anything in the window may take; what is waited for is always something to be seen. */
export const patience = 60_000;

/** How long an act may take to show that it was taken before it counts as lost and is done again. */
const reactionMs = 5000;
/** The same where a second act could reach what the first one has led to. */
const longReactionMs = 15_000;

/**
 * When a page that was given the focus takes it at the latest, and some more:
 * https://github.com/microsoft/vscode/blob/main/src/vs/workbench/contrib/webview/browser/webviewElement.ts
 */
const pageFocusMs = 100;

/** In every language of the tests. */
const discardSignIn = /^(Discard Sign-In|Anmeldung verwerfen|放弃登录)$/;

/** What the windows of the tests have for *Notifications: Clear All Notifications*. */
export const clearNotificationsKey = { keybinding: 'ctrl+alt+shift+f9', press: 'Control+Alt+Shift+F9' };

/**
 * The workbench as a person uses it, one window at a time in front: palette, tree, quick inputs, dialogs, status bar.
 * A single click or key may be lost: its row is drawn anew between press and release, a list is replaced, the focus
 * moves, something else closes the menu. So each act is looked after: what it does must show, or it is done again.
 */
export class Workbench {
  readonly page: Page;
  readonly #pictures: string;
  /** What was asked last, until an option of it was taken. */
  #unanswered: { readonly command: string; readonly title: string } | undefined;

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

  /** A command whose title ends in … asks something, or tells why not. */
  async runCommand(title: string): Promise<void> {
    this.#unanswered = undefined;
    await this.page.bringToFront();
    let tries = 0;
    await expect(async () => {
      const told = await this.toast.count();
      return (await this.#pick(title, ++tries)) && (!title.endsWith('…') || (await this.#hasAsked(told)));
    }, `${title} cannot be run`);
  }

  /**
   * Something else may take the focus and close the palette, or a command may come a moment later than the list,
   * which is made when the text changes.
   * @returns whether the command was there to be picked
   */
  async #pick(title: string, tries: number): Promise<boolean> {
    const input = this.quickInput.locator('input.input').first();
    const option = this.option(title).first();
    try {
      if (await input.isVisible()) {
        await input.fill('>', { timeout: reactionMs });
      } else {
        await this.page.keyboard.press('F1');
      }
      await input.fill(`>${title}`, { timeout: reactionMs });
      const listed = option.and(this.page.locator('.focused'));
      await listed.waitFor({ timeout: Math.min(2000 * tries, reactionMs) });
      // By key, because a click whose end is not seen in time may have run the command all the same.
      await input.press('Enter', { timeout: longReactionMs });
    } catch {
      return false;
    }
    return within(reactionMs, async () => !(await option.isVisible()));
  }

  /** Runs a command and waits until the question with this title, which it asks first, is there to stay. */
  async ask(command: string, title: string): Promise<void> {
    await expect(async () => {
      await this.runCommand(command);
      return this.#stays(this.#asked(title));
    }, `${command} does not ask “${title}”`);
    this.#unanswered = { command, title };
  }

  /** @param told how many notifications there were before */
  async #hasAsked(told: number): Promise<boolean> {
    // The palette has no title.
    const question = this.quickInput.filter({
      has: this.page.locator('.quick-input-title:visible', { hasText: /./ }),
    });
    const isTold = async () => (await this.dialog.isVisible()) || (await this.toast.count()) > told;
    await within(longReactionMs, async () => (await question.isVisible()) || (await isTold()));
    return (await isTold()) || this.#stays(question);
  }

  /**
   * A tree or a page that VS Code has just drawn gets the focus that it had, also when something has taken it that
   * VS Code notices only in the next turn, a page 50 ms later: a question that opens at such a moment is closed at once.
   */
  async #stays(question: Locator): Promise<boolean> {
    if (!(await within(longReactionMs, () => question.isVisible()))) {
      return false;
    }
    // One turn for VS Code to notice where the focus is, one for what has lost it to close.
    await this.page.evaluate(
      (pageMs) => new Promise((resolve) => setTimeout(() => setTimeout(resolve), pageMs)),
      pageFocusMs,
    );
    return question.isVisible();
  }

  /** Shows the view and waits until it has the focus, which would else close whatever is opened next. */
  async showConnections(): Promise<void> {
    await expect(async () => {
      await this.runCommand('OAuth Tokens: Show Connections');
      return within(longReactionMs, () =>
        this.page.evaluate(() => Boolean(document.activeElement?.closest('.part.sidebar .pane-body'))),
      );
    }, 'the view does not get the focus');
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
    const input = this.#asked(title).locator('input.input').first();
    const isRefused = () => this.#asked(title).locator('.monaco-inputbox.error').isVisible();
    let isAnswered = false;
    await expect(async () => {
      try {
        if (text !== undefined) {
          await input.fill(text, { timeout: reactionMs });
        }
        // What was said of the last answer goes once this one is noticed; or it is refused before it is given.
        await within(1000, async () => !(await isRefused()));
        const before = await this.#asking();
        if (text === undefined || (await input.inputValue({ timeout: reactionMs })) === text) {
          await input.press('Enter', { timeout: longReactionMs });
          isAnswered = true;
        }
        const isTaken = async () => (await this.#asking()) !== before || (await isRefused());
        return isAnswered && (await within(longReactionMs, isTaken));
      } catch {
        return isAnswered && !(await input.isVisible());
      }
    }, `“${title}” takes no answer`);
    this.#unanswered = undefined;
  }

  async question(title: string): Promise<void> {
    await this.#asked(title).waitFor();
  }

  /** Waits until the question with this title has this option. */
  async offered(title: string, label: string): Promise<void> {
    const option = this.option(label).first();
    await expect(() => this.#offers(title, option), `“${title}” does not offer ${label}`);
  }

  /** Waits for the question with this title and picks one of its options. */
  async choose(title: string, label: string): Promise<void> {
    const option = this.option(label).first();
    // At its beginning: in the middle, where the pointer may rest already, what VS Code says of a description covers it.
    await this.#goOn(title, option, () => option.click({ position: { x: 12, y: 10 }, timeout: reactionMs }));
  }

  /** Waits for the question with this title and goes on with all boxes as they are. */
  async acceptSelection(title: string, someLabel: string): Promise<void> {
    const input = this.#asked(title).locator('input.input').first();
    await this.#goOn(title, this.option(someLabel).first(), () =>
      input.press('Enter', { timeout: reactionMs }),
    );
  }

  /** Ticks the box of an option, or takes its tick away. */
  async toggle(label: string): Promise<void> {
    const option = this.option(label).first();
    const box = option.getByRole('checkbox');
    const before = await box.isChecked();
    await expect(async () => {
      await option.click({ timeout: reactionMs }).catch(() => this.#uncover());
      return within(reactionMs, async () => (await box.isChecked()) !== before);
    }, `${label} cannot be ticked`);
  }

  /**
   * Ticks all boxes of the question with this title. By key, because what VS Code says of the row below the pointer
   * may cover the box that ticks all.
   */
  async tickAll(title: string, count: number): Promise<void> {
    const box = this.#asked(title).getByRole('checkbox').first();
    const ticked = this.#asked(title).getByText(`${count} Selected`);
    await expect(async () => {
      if (await ticked.isVisible()) {
        return true;
      }
      await box.press('Space', { timeout: reactionMs }).catch(() => undefined);
      return within(reactionMs, () => ticked.isVisible());
    }, `the boxes of “${title}” cannot be ticked`);
  }

  /** Goes back to the question with this title. */
  async back(title: string): Promise<void> {
    await this.press(this.quickInput.getByRole('button', { name: /Back/ }), this.#asked(title));
  }

  /** Leaves the question with the one title by Escape, which leads to the one with the other. */
  async leave(title: string, next: string): Promise<void> {
    await this.question(title);
    await expect(async () => {
      if (await this.#asked(title).isVisible()) {
        await this.page.keyboard.press('Escape');
      }
      return within(longReactionMs, () => this.#asked(next).isVisible());
    }, `leaving “${title}” does not lead to “${next}”`);
  }

  /** Leaves whatever question is open. */
  async dismiss(): Promise<void> {
    await expect(async () => {
      if (!(await this.quickInput.isVisible())) {
        return true;
      }
      await this.page.keyboard.press('Escape');
      return within(2000, async () => !(await this.quickInput.isVisible()));
    }, 'the question does not close');
  }

  #asked(title: string): Locator {
    return this.quickInput.filter({ has: this.page.locator('.quick-input-title', { hasText: title }) });
  }

  /** What the open question is and says; something else once an answer was taken or refused. */
  #asking(): Promise<string> {
    return this.quickInput.evaluateAll((widgets) =>
      widgets
        .flatMap((widget) => [
          ...[...widget.querySelectorAll('.quick-input-title, .quick-input-message')]
            .filter((element) => element.checkVisibility())
            .map(({ textContent }) => textContent),
          widget.querySelector('input.input')?.getAttribute('placeholder'),
        ])
        .join('\n'),
    );
  }

  /** Acts on an option of the question until the question has given way. */
  async #goOn(title: string, option: Locator, act: () => Promise<void>): Promise<void> {
    let hasActed = false;
    await expect(async () => {
      if (!hasActed && !(await this.#offers(title, option))) {
        return false;
      }
      const before = await this.#asking();
      const isGone = async () => (await this.#asking()) !== before || !(await option.isVisible());
      try {
        await act();
        hasActed = true;
        return await within(reactionMs, isGone);
      } catch {
        await this.#uncover();
        // An act whose end is not seen in time may have been taken all the same: then something else is asked.
        const isOther = (await this.quickInput.isVisible()) && !(await this.#asked(title).isVisible());
        return isOther || (hasActed && isGone());
      }
    }, `“${title}” does not go on`);
    this.#unanswered = undefined;
  }

  /**
   * Whether the question is there with this option. One that was closed before anything was answered, because a page
   * got its focus back late, is asked again.
   */
  async #offers(title: string, option: Locator): Promise<boolean> {
    const question = this.#asked(title);
    const isThere = async () => (await question.isVisible()) && (await option.isVisible());
    if (await within(reactionMs, isThere)) {
      return true;
    }
    if (this.#unanswered?.title === title && !(await question.isVisible())) {
      await this.ask(this.#unanswered.command, title);
    }
    return false;
  }

  async expand(label: string): Promise<void> {
    await this.#open(label, true);
  }

  async collapse(label: string): Promise<void> {
    await this.#open(label, false);
  }

  /** Until it stays so, because a row that has just been revealed may still be opening. */
  async #open(label: string, wanted: boolean): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    const isSo = async () => {
      const [state] = await row.evaluateAll((rows) =>
        rows.map((found) => found.getAttribute('aria-expanded')),
      );
      return state !== undefined && (state === 'true') === wanted;
    };
    let hasActed = false;
    await expect(
      async () => {
        if (!(await isSo())) {
          hasActed = true;
          await row
            .locator('.monaco-tl-twistie')
            .click({ timeout: 1000 })
            .catch(() => undefined);
          // A second click would undo the first one.
          await within(2000, isSo);
        }
        if (hasActed) {
          await pause(300);
        }
        return isSo();
      },
      `${label} does not ${wanted ? 'open' : 'close'}`,
    );
  }

  /** Clicks a row until it is selected. @param keep leaves the rows selected that are */
  async select(label: string, keep = false): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    await expect(async () => {
      if (await this.isSelected(label)) {
        return true;
      }
      await row
        .click({ timeout: 1000, ...(keep && { modifiers: ['ControlOrMeta'] }) })
        .catch(() => undefined);
      return within(2000, () => this.isSelected(label));
    }, `${label} cannot be selected`);
  }

  async isSelected(label: string): Promise<boolean> {
    const [state] = await this.row(label).evaluateAll((rows) =>
      rows.map((found) => found.getAttribute('aria-selected')),
    );
    return state === 'true';
  }

  /**
   * Clicks a row that does something, such as *Load more*, until that shows or has gone. A second click must be
   * impossible or harmless once it does.
   */
  async take(label: string, effect: Locator, state: 'visible' | 'detached' = 'visible'): Promise<void> {
    const row = this.row(label);
    await row.waitFor();
    await this.drawn();
    await this.press(row, effect, state);
  }

  /** Clicks anything else until that shows or has gone. */
  async press(target: Locator, effect: Locator, state: 'visible' | 'detached' = 'visible'): Promise<void> {
    // What is in a page of an editor cannot be counted while there is no page.
    const shown = () =>
      effect
        .filter({ visible: true })
        .count()
        .catch(() => 0);
    const isSo = async () => (await shown()) > 0 === (state === 'visible');
    await target.waitFor();
    let hasActed = false;
    await expect(async () => {
      try {
        await target.click({ timeout: reactionMs });
        hasActed = true;
      } catch {
        await this.#uncover();
        // It may have come without us.
        return (hasActed || state === 'visible') && isSo();
      }
      return within(reactionMs, isSo);
    }, `nothing comes of pressing ${target}`);
  }

  /** How many rows stand beside this one, itself included. */
  async siblings(label: string): Promise<number> {
    return Number(await this.row(label).getAttribute('aria-setsize'));
  }

  /**
   * Opens a row's context menu and takes an entry of it. Whatever draws the row anew meanwhile, such as another
   * window's act, closes the menu: a menu that has gone without the entry having been taken is opened again. So is
   * one that passed no row along, because the row was just being read again: nothing comes of it.
   * @param effect what comes of it; unless told, an entry that ends in … asks something, or tells why not
   */
  async menu(label: string, entry: string, effect?: Locator): Promise<void> {
    this.#unanswered = undefined;
    await this.page.bringToFront();
    const items = this.page.locator('.monaco-menu a.action-menu-item');
    const item = items.filter({ has: this.page.getByText(entry, { exact: true }) });
    await expect(async () => {
      const told = await this.toast.count();
      try {
        await this.drawn();
        await this.row(label).click({ button: 'right', timeout: reactionMs });
        await item.waitFor({ timeout: reactionMs });
        await item.hover({ timeout: 2000 });
        // By key, because a menu that has just opened takes no click, so that opening it does not also choose.
        await item.press('Enter', { timeout: longReactionMs });
        await item.waitFor({ state: 'detached', timeout: reactionMs });
      } catch {
        await this.page.keyboard.press('Escape');
        return false;
      }
      if (effect !== undefined) {
        return within(longReactionMs, () => effect.first().isVisible());
      }
      return !entry.endsWith('…') || this.#hasAsked(told);
    }, `${entry} cannot be chosen`);
  }

  async closeMenus(): Promise<void> {
    const menu = this.page.locator('.monaco-menu').first();
    await expect(async () => {
      if (!(await menu.isVisible())) {
        return true;
      }
      await this.page.keyboard.press('Escape');
      return within(1000, async () => !(await menu.isVisible()));
    }, 'the menu does not close');
  }

  clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Rests on a row until its hover shows this; a row that is drawn anew takes its hover away. */
  async hover(row: Locator, text: string | RegExp = /./): Promise<void> {
    const hover = this.page.locator('.monaco-hover', { hasText: text }).first();
    await expect(async () => {
      try {
        await this.page.mouse.move(600, 300);
        await row.hover({ timeout: 2000 });
        await hover.waitFor({ timeout: reactionMs });
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
  async drawn(): Promise<void> {
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
    // Another one may take its place at once.
    const dialog = await this.dialog.elementHandle();
    await expect(async () => {
      await this.dialog
        .getByRole('button', { name: button, exact: true })
        .click({ timeout: reactionMs })
        .catch(() => undefined);
      return within(reactionMs, async () => !(await dialog?.evaluate((element) => element.isConnected)));
    }, `${button} cannot be pressed`);
  }

  /** Notifications that pop up. */
  get toast(): Locator {
    return this.page.locator('.notification-toast');
  }

  /** Waits for a notification with this text, then closes all of them. */
  async notice(text: string | RegExp): Promise<string> {
    const notification = await this.told(text);
    const words = await notification.innerText();
    await this.clearNotifications(notification);
    return words;
  }

  /**
   * Waits for a notification with this text. One that is not popped up, as VS Code decides, is found in the list of
   * all.
   */
  async told(text: string | RegExp): Promise<Locator> {
    const listed = this.page.locator('.notifications-center .notification-list-item');
    const notification = this.toast.or(listed).filter({ hasText: text }).first();
    let looked = Date.now();
    await expect(async () => {
      if (await within(2000, () => notification.isVisible())) {
        return true;
      }
      if (Date.now() - looked > longReactionMs) {
        await this.runCommand('Notifications: Show Notifications');
        looked = Date.now();
      }
      return false;
    }, `nothing is told of ${text}`);
    return notification;
  }

  /** @param cleared what goes with them; what shows progress stays until it has ended */
  async clearNotifications(
    cleared = this.page.locator('.notification-toast:not(:has(.monaco-progress-container.active))'),
  ): Promise<void> {
    await this.page.bringToFront();
    await expect(async () => {
      await this.page.keyboard.press(clearNotificationsKey.press);
      return within(1000, async () => (await cleared.count()) === 0);
    }, 'the notifications cannot be cleared');
  }

  /** Takes the pointer from where it rests: what VS Code says of a thing there may cover another one for good. */
  async #uncover(): Promise<void> {
    await this.page.mouse.move(1, 1);
  }

  /** What is open, as text; for a failure of which only the log is seen. */
  async seen(): Promise<string> {
    const open = [
      '.quick-input-widget',
      '.monaco-dialog-box',
      '.notification-toast',
      '.monaco-menu',
      '.monaco-hover',
      '.pane-body .monaco-list-rows',
    ];
    const texts = await this.page.evaluate(
      (selectors) => [
        `focus: ${document.hasFocus()} ${document.activeElement?.className}`,
        ...selectors.flatMap((selector) =>
          [...document.querySelectorAll<HTMLElement>(selector)]
            .filter((element) => element.checkVisibility())
            .map((element) => `${selector}: ${element.innerText.replace(/\s+/g, ' ').slice(0, 500)}`),
        ),
      ],
      open,
    );
    return texts.join('\n');
  }

  /** After a failure: closes what is open, so that the next test finds the window as it would have. */
  async recover(): Promise<void> {
    await this.page.bringToFront();
    const open = this.dialog.or(this.quickInput).or(this.page.locator('.monaco-menu'));
    await expect(async () => {
      if (!(await open.first().isVisible())) {
        return true;
      }
      // Escape leads from this one back to its question.
      const discard = this.dialog.getByRole('button', { name: discardSignIn });
      await ((await discard.isVisible()) ? discard.click() : this.page.keyboard.press('Escape'));
      return within(1000, async () => !(await open.first().isVisible()));
    }, 'what is open does not close');
    await this.clearNotifications();
  }

  /**
   * Loads the window anew once nothing is left to be written down. VS Code in a browser does that 100 ms after a
   * change of what it or an extension remembers, and forgets what it has not written when its page goes.
   */
  async reload(): Promise<void> {
    let before: string | undefined;
    await expect(async () => {
      const kept = await indexedDatabases(this.page, 'vscode-web-state-db');
      if (kept === before) {
        return true;
      }
      before = kept;
      await pause(500);
      return false;
    }, 'VS Code goes on writing down what it remembers');
    await this.page.reload();
    await this.ready();
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
    await pause(50);
  }
}

/** Whether it is so before that much time has passed. */
export async function within(ms: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + ms;
  for (;;) {
    if (await isSo()) {
      return true;
    }
    if (Date.now() > deadline) {
      return false;
    }
    await pause(50);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
