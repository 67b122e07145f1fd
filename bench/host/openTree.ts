// The rows of the product as they first come, as plain as rows can be: a connection, below it one row that is shown
// open, and below that a page of tokens.
import {
  EventEmitter,
  type ExtensionContext,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
} from 'vscode';

const connection = 1;
const loading = 2;
const application = 3;
const firstToken = 4;
const tokens = 25;
/** A service’s answer, which comes when the row that says that it loads has been drawn. */
const answerMs = 250;

export function registerOpenTree({ subscriptions }: ExtensionContext): void {
  const changed = new EventEmitter<number | undefined>();
  let isRead = false;
  let handedAt = 0;
  const below = (row: number | undefined): number[] => {
    switch (row) {
      case undefined:
        return [connection];
      case connection:
        handedAt = Date.now();
        return [isRead ? application : loading];
      case application:
        return Array.from({ length: tokens }, (_, index) => firstToken + index);
      default:
        return [];
    }
  };
  const getTreeItem = (row: number): TreeItem => {
    const isOpen = row === connection || row === application;
    const item = new TreeItem(
      row === firstToken ? `beneath ${handedAt}` : `row ${row}`,
      isOpen ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.None,
    );
    item.id = String(row);
    item.description = 'active · in 3 days';
    item.iconPath = new ThemeIcon('pass');
    item.contextValue = 'item revocable';
    return item;
  };
  const getChildren = (row?: number): number[] => {
    if (row === connection && !isRead) {
      setTimeout(() => {
        isRead = true;
        changed.fire(connection);
      }, answerMs);
    }
    return below(row);
  };
  const treeDataProvider = { onDidChangeTreeData: changed.event, getTreeItem, getChildren };
  subscriptions.push(window.createTreeView('bench.open', { treeDataProvider }));
}
