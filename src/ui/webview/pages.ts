// The entry of pages.cjs, which is loaded when a page is first opened.
import { commands, TabInputWebview, ViewColumn, type WebviewPanel, window } from 'vscode';
import { commandIds, pageTypes } from '../../contributions.ts';
import type { Disposable } from '../../core/event.ts';
import type { Node } from '../../core/inventory/tree.ts';
import { askDismissal } from '../dialogs/dismissFinding.ts';
import { isTranslated } from '../dialogs/l10n.ts';
import { revealRow } from '../tree/reveal.ts';
import styles from './client/page.css';
import script from './client/page.script';
import { DetailsSource } from './details/source.ts';
import type { PagesDeps } from './lazyPages.ts';
import { OverviewSource } from './overview/source.ts';
import { PagePanel, type PageSetting, pageOptions } from './panel.ts';
import type { PageServices } from './services.ts';

/** All pages of this window: at most one for a row, and one overview. */
export class Pages implements Disposable {
  readonly #services: PageServices;
  readonly #setting: PageSetting;
  readonly #details = new Map<string, Open<DetailsSource>>();
  readonly #subscriptions: readonly Disposable[];
  #overview: Open<OverviewSource> | undefined;

  constructor(deps: PagesDeps) {
    const { inventory, viewState, wording, journal, view, report, findings } = deps;
    // Where there is no translation the page is in English, whatever VS Code is in.
    const lang = isTranslated() ? wording.locale : 'en';
    this.#setting = { assets: { script, styles }, lang, report };
    this.#services = {
      inventory,
      viewState,
      wording,
      journal,
      findings,
      askDismissal: (rule, node) => askDismissal(rule, node, wording),
      run: async (command, node) => {
        await commands.executeCommand(command, node);
      },
      loadOnRequest: async (branch) => {
        await commands.executeCommand(commandIds.loadOnRequest, { kind: 'onRequest', branch });
      },
      showInTree: async (node) => {
        try {
          await revealRow({ view, viewState, wording }, node, { focus: true });
        } catch {
          report.info(wording.localize('This row is not shown in the tree at present.'));
        }
      },
      showDetails: (node) => this.showDetails(node),
    };
    this.#subscriptions = [
      inventory.onDidChange(() => this.#changed()),
      deps.viewState.onDidChange(() => this.#changed()),
      journal.onDidChange(() => this.#readJournals()),
      findings.onDidChange(() => this.#overview?.page.changed()),
    ];
  }

  showDetails(node: Node): void {
    const open = this.#details.get(node.key);
    if (open) {
      open.page.reveal();
    } else {
      this.#openDetails(node.key, newPanel(pageTypes.details));
    }
  }

  showOverview(): void {
    if (this.#overview) {
      this.#overview.page.reveal();
    } else {
      closeTabs(pageTypes.overview);
      this.#openOverview(newPanel(pageTypes.overview));
    }
  }

  /** @param row the key that the page kept over a reload of the window */
  restoreDetails(panel: WebviewPanel, row: string): void {
    if (this.#details.has(row)) {
      panel.dispose();
    } else {
      this.#openDetails(row, panel);
    }
  }

  restoreOverview(panel: WebviewPanel): void {
    if (this.#overview) {
      panel.dispose();
    } else {
      this.#openOverview(panel);
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    for (const { page } of this.#details.values()) {
      page.dispose();
    }
    this.#overview?.page.dispose();
  }

  #openDetails(row: string, panel: WebviewPanel): void {
    const source = new DetailsSource(row, this.#services, () => page.changed());
    const page: PagePanel = new PagePanel(panel, source, this.#setting);
    this.#details.set(row, { page, source });
    panel.onDidDispose(() => this.#details.delete(row));
  }

  #openOverview(panel: WebviewPanel): void {
    const source = new OverviewSource(this.#services, () => page.changed());
    const page: PagePanel = new PagePanel(panel, source, this.#setting);
    this.#overview = { page, source };
    panel.onDidDispose(() => {
      this.#overview = undefined;
    });
  }

  #changed(): void {
    for (const { page } of this.#details.values()) {
      page.changed();
    }
    this.#overview?.source.forget();
    this.#overview?.page.changed();
  }

  #readJournals(): void {
    for (const { source } of this.#details.values()) {
      void source.readJournal();
    }
  }
}

interface Open<Source> {
  readonly page: PagePanel;
  readonly source: Source;
}

/** After a reload of the window a page that has not been in front since is a tab that has not been filled yet. */
function closeTabs(type: string): void {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  // VS Code puts a prefix of its own before the type.
  void window.tabGroups.close(
    tabs.filter(({ input }) => input instanceof TabInputWebview && input.viewType.endsWith(type)),
  );
}

function newPanel(type: string): WebviewPanel {
  return window.createWebviewPanel(type, '', ViewColumn.Active, { ...pageOptions, enableFindWidget: true });
}
