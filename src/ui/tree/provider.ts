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
import type { Disposable } from '../../core/event.ts';
import type { Inventory } from '../../core/inventory.ts';
import { errorWords, proxySettingsQuery, type Remedy, serviceSettingsQuery } from '../errorWords.ts';
import type { ViewState } from '../viewState.ts';
import type { Wording } from '../wording.ts';
import { type Row, type RowView, rowsOf, rowView } from './rows.ts';
import { tooltip } from './tooltip.ts';

/** Shows the inventory. What a row says is decided in `rows.ts`; this only hands it to VS Code. */
export class ConnectionsTree implements TreeDataProvider<Row>, Disposable {
  readonly #inventory: Inventory;
  readonly #viewState: ViewState;
  readonly #wording: Wording;
  readonly #changed = new EventEmitter<Row | Row[] | undefined>();
  readonly #subscriptions: readonly Disposable[];
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(inventory: Inventory, viewState: ViewState, wording: Wording) {
    this.#inventory = inventory;
    this.#viewState = viewState;
    this.#wording = wording;
    this.#subscriptions = [
      inventory.onDidChange((node) => this.#changed.fire(node)),
      viewState.onDidChange(() => this.#changed.fire(undefined)),
    ];
  }

  /** Time has passed or a setting changed: the same rows, worded anew; all of them where none are named. */
  reword(rows?: readonly Row[]): void {
    this.#changed.fire(rows && [...rows]);
  }

  getTreeItem(row: Row): TreeItem {
    return toTreeItem(rowView(row, this.#wording), row, this.#wording);
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (row === undefined) {
      return [...this.#inventory.roots];
    }
    if (row.kind !== 'connection' && row.kind !== 'item') {
      return [];
    }
    if (!row.branch.isOnRequest) {
      await this.#inventory.open(row.branch);
    }
    return rowsOf(row.branch, this.#viewState.showsExpired, this.#wording);
  }

  getParent(row: Row): Row | undefined {
    if (row.kind === 'connection') {
      return undefined;
    }
    return row.kind === 'item' ? row.parent.owner : row.branch.owner;
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
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    this.#changed.dispose();
  }
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
