// The rows of the product as they first come, as plain as rows can be: a connection, below it one row that is shown
// open, and below that a page of tokens; and then ranges of all tokens in their place, the first of them open.
import {
  commands,
  EventEmitter,
  type ExtensionContext,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  window,
} from 'vscode';
import { palettePauseMs } from './treeTask.ts';

const connection = 1;
const loading = 2;
const application = 3;
const firstToken = 4;
const tokens = 25;
const tokensInRange = 250;
const firstRange = 100_000;
const ranges = 40;
/** A service’s answer, which comes when the row that says that it loads has been drawn. */
const answerMs = 250;

export function registerOpenTree({ subscriptions }: ExtensionContext): void {
  const changed = new EventEmitter<number | undefined>();
  let isRead = false;
  let isWhole = false;
  let handedAt = 0;
  const below = (row: number | undefined): number[] => {
    switch (row) {
      case undefined:
        return [connection];
      case connection:
        handedAt = Date.now();
        return [isRead ? application : loading];
      case application:
        return isWhole ? rowsFrom(firstRange, ranges) : rowsFrom(firstToken, tokens);
      case firstRange:
        return rowsFrom(firstToken, tokensInRange);
      default:
        return [];
    }
  };
  const getTreeItem = (row: number): TreeItem => {
    const item = new TreeItem(row === firstToken ? `beneath ${handedAt}` : `row ${row}`, stateOf(row));
    item.id = String(row);
    item.iconPath = new ThemeIcon('pass');
    if (row < firstRange) {
      item.description = 'active · in 3 days';
      item.contextValue = 'item revocable identifiable';
    }
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
  subscriptions.push(
    window.createTreeView('bench.open', { treeDataProvider }),
    window.createTreeView('bench.beside', { treeDataProvider: { getTreeItem, getChildren: () => [] } }),
    commands.registerCommand('bench.openAll', () => {
      setTimeout(() => {
        isWhole = true;
        changed.fire(application);
      }, palettePauseMs);
    }),
  );
}

function stateOf(row: number): TreeItemCollapsibleState {
  if (row === connection || row === application || row === firstRange) {
    return TreeItemCollapsibleState.Expanded;
  }
  return row < firstRange ? TreeItemCollapsibleState.None : TreeItemCollapsibleState.Collapsed;
}

function rowsFrom(first: number, length: number): number[] {
  return Array.from({ length }, (_, index) => first + index);
}
