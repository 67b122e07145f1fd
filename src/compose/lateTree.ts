import {
  type CancellationToken,
  type DataTransfer,
  EventEmitter,
  type TreeDataProvider,
  type TreeDragAndDropController,
  type TreeItem,
} from 'vscode';
import { dragMimeType } from '../contributions.ts';

/** Stands for a tree that is made when VS Code asks for its rows. */
export class LateTree<T> implements TreeDataProvider<T> {
  readonly #make: () => TreeDataProvider<T>;
  readonly #changed = new EventEmitter<T | T[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #made: TreeDataProvider<T> | undefined;

  constructor(make: () => TreeDataProvider<T>) {
    this.#make = make;
  }

  getChildren(row?: T) {
    return this.#tree.getChildren(row);
  }

  getTreeItem(row: T) {
    return this.#tree.getTreeItem(row);
  }

  getParent(row: T) {
    return this.#tree.getParent?.(row);
  }

  resolveTreeItem(item: TreeItem, row: T, token: CancellationToken) {
    return this.#tree.resolveTreeItem?.(item, row, token);
  }

  /** What changed before rows were asked for is in the rows already. */
  get #tree(): TreeDataProvider<T> {
    if (!this.#made) {
      this.#made = this.#make();
      this.#made.onDidChangeTreeData?.((rows) => this.#changed.fire(rows ?? undefined));
    }
    return this.#made;
  }
}

/** The same for what can be dragged in it. */
export class LateDragAndDrop<T> implements TreeDragAndDropController<T> {
  readonly #make: () => TreeDragAndDropController<T>;
  readonly dragMimeTypes = [dragMimeType];
  readonly dropMimeTypes = [dragMimeType];

  constructor(make: () => TreeDragAndDropController<T>) {
    this.#make = make;
  }

  handleDrag(rows: readonly T[], data: DataTransfer, token: CancellationToken) {
    return this.#make().handleDrag?.(rows, data, token);
  }

  handleDrop(target: T | undefined, data: DataTransfer, token: CancellationToken) {
    return this.#make().handleDrop?.(target, data, token);
  }
}
