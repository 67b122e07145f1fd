import { ConnectionNode, type ItemNode } from '../../../../src/core/inventory/tree.ts';
import type { Connection, Item } from '../../../../src/core/model/item.ts';
import { sampleItem } from '../../sampleRows.ts';
import { now } from '../wording.ts';

const connection: Connection = {
  id: 'c1',
  adapterId: 'example',
  serviceName: 'Example',
  label: 'work',
  account: { id: '1', name: 'me@example.com' },
  settings: { baseUrl: 'https://example.com' },
};

export function token(id: string, change: Partial<Item> = {}): Item {
  return sampleItem({ id, ...change });
}

/** A connection whose rows have been read. */
export function connectionWith(items: readonly Item[], change: Partial<Connection> = {}): ConnectionNode {
  const root = new ConnectionNode({ ...connection, ...change });
  root.branch.show({ items, pages: 1 }, now);
  return root;
}

/** A connection of which nothing has been read in this window. */
export function unreadConnection(): ConnectionNode {
  return new ConnectionNode({ ...connection, id: 'unread' });
}

/** One row of a connection that has been read. */
export function nodeWith(item: Item): ItemNode {
  const [node] = connectionWith([item]).branch.nodes;
  if (!node) {
    throw new Error('there is no row');
  }
  return node;
}
