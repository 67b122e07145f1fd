import type { TreeView, WebviewPanel } from 'vscode';
import type { Disposable } from '../../core/event.ts';
import type { FindingsTracker } from '../../core/findings/tracker.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import type { Node } from '../../core/inventory/tree.ts';
import type { RowJournal } from '../activity/rowJournal.ts';
import type { Report } from '../dialogs/notify.ts';
import type { Wording } from '../text/context.ts';
import type { Row } from '../tree/row.ts';
import type { ViewState } from '../tree/viewState.ts';

type PagesModule = typeof import('./pages.ts');
type Pages = InstanceType<PagesModule['Pages']>;

export interface PagesDeps {
  readonly inventory: Inventory;
  readonly viewState: ViewState;
  readonly wording: Wording;
  readonly journal: RowJournal;
  readonly findings: FindingsTracker;
  readonly view: TreeView<Row>;
  readonly report: Report;
}

/** The pages that open in editors, loaded when the first one is. */
export class LazyPages implements Disposable {
  readonly #deps: PagesDeps;
  #pages: Promise<Pages> | undefined;

  constructor(deps: PagesDeps) {
    this.#deps = deps;
  }

  async showDetails(node: Node): Promise<void> {
    (await this.#load()).showDetails(node);
  }

  async showOverview(): Promise<void> {
    (await this.#load()).showOverview();
  }

  async restoreDetails(panel: WebviewPanel, state: unknown): Promise<void> {
    if (typeof state === 'object' && state !== null && 'row' in state && typeof state.row === 'string') {
      (await this.#load()).restoreDetails(panel, state.row);
    } else {
      panel.dispose();
    }
  }

  async restoreOverview(panel: WebviewPanel): Promise<void> {
    (await this.#load()).restoreOverview(panel);
  }

  dispose(): void {
    void this.#pages?.then((pages) => pages.dispose());
  }

  #load(): Promise<Pages> {
    this.#pages ??= import('./pages.ts').then(({ Pages }) => new Pages(this.#deps));
    return this.#pages;
  }
}
