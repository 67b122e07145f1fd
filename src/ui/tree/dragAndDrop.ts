import { type DataTransfer, DataTransferItem, type TreeDragAndDropController } from 'vscode';
import { dragMimeType } from '../../contributions.ts';
import type { Connections } from '../../core/connections/connections.ts';
import type { ConnectionNode } from '../../core/inventory/tree.ts';
import type { Row } from './row.ts';

/** Lets connections be put into another order by dragging them; nothing leaves the view. */
export class ConnectionDragAndDrop implements TreeDragAndDropController<Row> {
  readonly dragMimeTypes = [dragMimeType];
  readonly dropMimeTypes = [dragMimeType];
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  handleDrag(rows: readonly Row[], data: DataTransfer): void {
    const ids = rows.flatMap((row) => (row.kind === 'connection' ? [row.connection.id] : []));
    if (ids.length > 0) {
      data.set(dragMimeType, new DataTransferItem(new Dragged(ids)));
    }
  }

  /** Below the last row is after the last connection; rows of no connection are no place to drop anything. */
  async handleDrop(target: Row | undefined, data: DataTransfer): Promise<void> {
    const dragged: unknown = data.get(dragMimeType)?.value;
    const root = target && rootOf(target);
    if (dragged instanceof Dragged && (target === undefined || root)) {
      await this.#connections.move(dragged.ids, root?.connection.id);
    }
  }
}

/** Held by this process only, so that what another extension puts under our type counts for nothing. */
class Dragged {
  readonly ids: readonly string[];

  constructor(ids: readonly string[]) {
    this.ids = ids;
  }
}

function rootOf(row: Row): ConnectionNode | undefined {
  switch (row.kind) {
    case 'connection':
    case 'item':
      return row.root;
    case 'error':
    case 'more':
    case 'empty':
    case 'loading':
    case 'hidden':
    case 'onRequest':
      return row.branch?.owner.root;
    case 'range':
      return row.owner?.kind === 'connection' || row.owner?.kind === 'item' ? row.owner.root : undefined;
    case 'group':
    case 'unread':
    case 'nothing':
      return undefined;
  }
}
