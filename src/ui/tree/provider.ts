import {
  type Command,
  EventEmitter,
  MarkdownString,
  type ProviderResult,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
} from 'vscode';
import { commandIds } from '../../contributions.ts';
import { usesFindings } from '../../core/arrange/arrangement.ts';
import { type Disposable, Emitter } from '../../core/event.ts';
import type { FindingsTracker } from '../../core/findings/tracker.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import type { Branch, ItemNode, Node } from '../../core/inventory/tree.ts';
import type { Clock } from '../../core/ports.ts';
import type { Wording } from '../text/context.ts';
import { errorWords, proxySettingsQuery, type Remedy, serviceSettingsQuery } from '../text/errors.ts';
import { Arranger, type Emptiness } from './arranger.ts';
import { type Passed, Shown } from './diff.ts';
import type { Row, RowView } from './row.ts';
import { rowView } from './rows.ts';
import { Pace } from './throttle.ts';
import { tooltip } from './tooltip.ts';
import type { ViewState } from './viewState.ts';

export interface ConnectionsTreeDeps {
  readonly inventory: Inventory;
  readonly viewState: ViewState;
  readonly wording: Wording;
  readonly clock: Clock;
  readonly findings: Pick<FindingsTracker, 'ask' | 'onDidChange'>;
  isVisible(): boolean;
}

/** Shows the inventory. What a row says is decided in `rows.ts`, where it stands in `arranger.ts`. */
export class ConnectionsTree implements TreeDataProvider<Row>, Disposable {
  readonly #inventory: Inventory;
  readonly #wording: Wording;
  readonly #arranger: Arranger;
  readonly #shown: Shown;
  readonly #changed = new EventEmitter<Row | Row[] | undefined>();
  readonly #emptied = new Emitter<Emptiness>();
  readonly #subscriptions: readonly Disposable[];
  readonly #pace: Pace;
  readonly #askFindings: () => void;
  #passed: Passed = new Set();
  readonly onDidChangeTreeData = this.#changed.event;
  /** Why there is no row; fired whenever the outermost rows have been worked out. */
  readonly onDidShow = this.#emptied.event;

  constructor({ inventory, viewState, wording, clock, findings, isVisible }: ConnectionsTreeDeps) {
    this.#inventory = inventory;
    this.#askFindings = () => {
      if (usesFindings(viewState.arrangement)) {
        void findings.ask();
      }
    };
    this.#wording = wording;
    this.#pace = new Pace(clock);
    this.#arranger = new Arranger({
      roots: () => inventory.roots,
      arrangement: () => viewState.arrangement,
      wording,
    });
    this.#shown = new Shown({
      children: (parent) => this.#arranger.children(parent),
      view: (row) => this.#view(row),
    });
    this.#subscriptions = [
      inventory.onDidChange((node) => {
        this.#arranger.noteChange(node);
        // Nothing is judged for a view that cannot be seen.
        if (isVisible()) {
          this.#askFindings();
        }
        if (node === undefined) {
          this.#compare(); // At once, so that the row of a new connection can be revealed.
        } else {
          this.#compareSoon();
        }
      }),
      viewState.onDidChange(() => {
        this.#arranger.forget();
        this.#redrawAll();
      }),
      findings.onDidChange(() => {
        if (usesFindings(viewState.arrangement)) {
          this.#arranger.forget();
          this.#compareSoon();
          this.#emptied.fire(this.#arranger.emptiness());
        }
      }),
    ];
  }

  /**
   * Time has passed for these rows and what is below them, or else a setting has changed: those that read differently
   * now are drawn anew.
   */
  reword(nodes?: readonly Node[]): void {
    this.#passed = nodes && this.#passed !== 'all' ? new Set([...this.#passed, ...nodes]) : 'all';
    this.#compareSoon();
  }

  getTreeItem(row: Row): TreeItem {
    const view = this.#view(row);
    this.#shown.noteView(row, view);
    return toTreeItem(view, row, this.#wording);
  }

  /**
   * A list that is shown open is waited for only as long as the wait is not seen: VS Code asks for one after the other, so
   * that a slow service would hold up all those below it.
   */
  async getChildren(row?: Row): Promise<Row[]> {
    if (row === undefined && this.#arranger.isFlat) {
      await this.#readWhatIsOpen();
    } else if ((row?.kind === 'connection' || row?.kind === 'item') && !row.branch.isOnRequest) {
      const reading = this.#inventory.open(row.branch);
      await (this.#view(row).collapsible === 'expanded' ? this.#pace.inTime(reading) : reading);
    }
    this.#askFindings();
    const rows = this.#arranger.children(row);
    this.#shown.noteChildren(row, rows);
    this.#readAhead(rows);
    if (row === undefined) {
      this.#emptied.fire(this.#arranger.emptiness());
    }
    return [...rows];
  }

  getParent(row: Row): Row | undefined {
    return this.#arranger.parent(row);
  }

  /** Made when the pointer rests on a row; building them for every row would be most of a listing's cost. */
  resolveTreeItem(item: TreeItem, row: Row): ProviderResult<TreeItem> {
    const text = tooltip(row, this.#wording);
    if (text !== undefined) {
      item.tooltip = new MarkdownString(text);
    }
    return item;
  }

  dispose(): void {
    this.#pace.dispose();
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    this.#changed.dispose();
    this.#emptied.dispose();
  }

  #view(row: Row): RowView {
    return rowView(row, this.#wording, this.#arranger.grouping);
  }

  /** Once for all that changes at the same time. */
  #compareSoon(): void {
    this.#pace.soon(() => this.#compare());
  }

  #compare(): void {
    this.#pace.cancel();
    const passed = this.#passed;
    this.#passed = new Set();
    const redraw = this.#shown.differences(passed);
    if (redraw === 'all') {
      this.#redrawAll();
    } else if (redraw.length > 0) {
      this.#tell([...redraw]);
    }
  }

  #redrawAll(): void {
    this.#shown.forget();
    this.#tell(undefined);
  }

  #tell(rows: Row[] | undefined): void {
    this.#pace.note();
    this.#changed.fire(rows);
  }

  /** VS Code asks for these next, one after the other; none is begun only when the one before it has been waited for. */
  #readAhead(rows: readonly Row[]): void {
    for (const row of rows) {
      if (row.kind === 'item' && isListShownOpen(row) && !row.branch.isLoaded) {
        void this.#inventory.open(row.branch);
      }
    }
  }

  /**
   * Reads what the hierarchy would show open at first, because no row of it is there to be opened. Settles with
   * the first answer where that is nearly there; until it comes, rows say what is being loaded.
   */
  async #readWhatIsOpen(): Promise<void> {
    const { roots } = this.#inventory;
    const isFirst = !roots.some(({ branch }) => branch.isLoaded);
    const reads = roots.map((root) => this.#readOpen(root.branch));
    if (isFirst && reads.length > 0) {
      await this.#pace.inTime(Promise.race(reads));
    }
  }

  async #readOpen(branch: Branch): Promise<void> {
    await this.#inventory.open(branch);
    await Promise.all(branch.nodes.filter(isListShownOpen).map((node) => this.#readOpen(node.branch)));
  }
}

function isListShownOpen({ item: { children } }: ItemNode): boolean {
  return children.kind === 'list' && children.open === true;
}

const collapsibleStates = {
  none: TreeItemCollapsibleState.None,
  collapsed: TreeItemCollapsibleState.Collapsed,
  expanded: TreeItemCollapsibleState.Expanded,
};

function toTreeItem(view: RowView, row: Row, wording: Wording): TreeItem {
  const item = new TreeItem(view.label, collapsibleStates[view.collapsible]);
  item.id = view.id;
  item.iconPath = new ThemeIcon(
    view.icon.name,
    view.icon.color ? new ThemeColor(view.icon.color) : undefined,
  );
  item.contextValue = view.tags.join(' ');
  item.accessibilityInformation = { label: view.spoken };
  if (view.description !== undefined) {
    item.description = view.description;
  }
  const command = clickCommand(view, row, wording);
  if (command) {
    item.command = command;
  }
  return item;
}

function clickCommand(view: RowView, row: Row, wording: Wording): Command | undefined {
  switch (view.click) {
    case 'loadMore':
      return { command: commandIds.loadMore, title: view.label, arguments: [row] };
    case 'loadOnRequest':
      return { command: commandIds.loadOnRequest, title: view.label, arguments: [row] };
    case 'loadAll':
      return { command: commandIds.loadAll, title: view.label };
    case 'showExpired':
      return { command: commandIds.showExpired, title: view.label };
    case 'remedy':
      return row.kind === 'error'
        ? remedyCommand(errorWords(row.error, wording).remedy, view.label, row)
        : undefined;
    case undefined:
      return undefined;
  }
}

function remedyCommand(remedy: Remedy, title: string, row: Row): Command | undefined {
  switch (remedy) {
    case 'retry':
      return { command: commandIds.refreshRow, title, arguments: [row] };
    case 'updateCredentials':
      return { command: commandIds.updateCredentials, title, arguments: [row] };
    case 'certificateAuthority':
      return { command: commandIds.setCertificateAuthorityFile, title, arguments: [row] };
    case 'proxySettings':
      return { command: 'workbench.action.openSettings', title, arguments: [proxySettingsQuery] };
    case 'serviceSettings':
      return { command: 'workbench.action.openSettings', title, arguments: [serviceSettingsQuery] };
    case 'showLog':
      return { command: commandIds.showLog, title };
    case 'none':
      return undefined;
  }
}
