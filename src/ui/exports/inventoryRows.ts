import type { Branch, ConnectionNode, ItemNode } from '../../core/inventory/tree.ts';
import { displayText } from '../../core/model/displayText.ts';
import type { Item } from '../../core/model/item.ts';
import { type RowState, rowState } from '../../core/model/state.ts';

/** A row that has been read, with what stands above it. */
export interface InventoryRow {
  readonly node: ItemNode;
  /** The names of the rows above it, outermost first. */
  readonly above: readonly string[];
  readonly state: RowState;
}

/** A list that is not, or not wholly, among the rows. */
export interface UnreadPart {
  readonly connection: string;
  /** The names of the row that the list belongs to and of those above it; empty for the connection itself. */
  readonly path: readonly string[];
  readonly reason: 'notRead' | 'onRequest' | 'morePages' | 'failed';
}

/**
 * Every row that has been read, and every list that has not, in the order of the tree.
 * @param now epoch milliseconds by this computer
 */
export function* inventoryRows(
  roots: readonly ConnectionNode[],
  now: number,
  expiringWithinMs: number,
): Generator<InventoryRow | UnreadPart> {
  for (const root of roots) {
    yield* below(root.branch, []);
  }

  function* below(branch: Branch, above: readonly string[]): Generator<InventoryRow | UnreadPart> {
    const reason = unreadReason(branch);
    if (reason) {
      yield { connection: branch.owner.connection.label, path: above, reason };
    }
    const serviceNow = now + branch.owner.root.clockOffset;
    for (const node of branch.nodes) {
      const state =
        node.pendingReference === undefined ? rowState(node.item, serviceNow, expiringWithinMs) : 'waiting';
      yield { node, above, state };
      const { children, name } = node.item;
      const path = [...above, name];
      if (children.kind === 'list' || children.kind === 'onRequest') {
        // Asking a row for its branch makes one, and of rows there may be 100,000.
        yield* node.openedBranch
          ? below(node.openedBranch, path)
          : [{ connection: node.connection.label, path, reason: unopened[children.kind] }];
      } else if (children.kind === 'inline' && !children.isPassive) {
        yield* below(node.branch, path);
      }
    }
  }
}

const unopened = { list: 'notRead', onRequest: 'onRequest' } as const;

/** What a row may do, as it came with the row: `group: access`, the same in every language. */
export function accessesOf({ children }: Item): readonly string[] {
  return children.kind === 'inline' && children.isPassive ? leaves(children.items, []) : [];
}

function leaves(items: readonly Item[], above: readonly string[]): string[] {
  return items.flatMap(({ id, kind, name, children }) => {
    // A section is named by us, in the language of the display.
    const path = [...above, displayText(kind === 'section' ? id : name)];
    return children.kind === 'inline' && children.items.length > 0
      ? leaves(children.items, path)
      : [path.join(': ')];
  });
}

export function isRow(part: InventoryRow | UnreadPart): part is InventoryRow {
  return 'node' in part;
}

function unreadReason(branch: Branch): UnreadPart['reason'] | undefined {
  if (branch.owner.kind === 'item' && branch.owner.item.children.kind === 'none') {
    return undefined;
  }
  if (!branch.isLoaded) {
    return branch.isOnRequest ? 'onRequest' : 'notRead';
  }
  if (branch.error || branch.problems.length > 0) {
    return 'failed';
  }
  return branch.hasMore ? 'morePages' : undefined;
}
