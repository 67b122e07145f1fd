import type { TreeView } from 'vscode';
import type { ItemNode, Node } from '../core/branch.ts';
import { settled, TokenManagerError } from '../core/errors.ts';
import type { Row } from './tree/rows.ts';

export interface Place {
  /** Selects what is nearest to the rows that were acted on, when they are gone and the view is being looked at. */
  keep(view: TreeView<Row>): Promise<void>;
}

/** Remembers where in the tree these rows stand, before they are acted on. */
export function placeOf(nodes: readonly ItemNode[]): Place {
  const [first] = nodes;
  const siblings = first ? [...first.parent.nodes] : [];
  return {
    keep: async (view) => {
      if (first && view.visible && !first.parent.nodes.includes(first)) {
        await select(view, neighbour(first, siblings));
      }
    },
  };
}

/** The next row that is still there, else the one before, else the one above. */
export function neighbour(gone: ItemNode, siblings: readonly ItemNode[]): Node {
  const left = new Set(gone.parent.nodes);
  const at = siblings.indexOf(gone);
  return (
    siblings.slice(at).find((node) => left.has(node)) ??
    siblings.slice(0, at).findLast((node) => left.has(node)) ??
    gone.parent.owner
  );
}

/** A row that the view hides cannot be selected; the one above it then is. */
async function select(view: TreeView<Row>, node: Node): Promise<void> {
  const outcome = await settled(Promise.resolve(view.reveal(node, { select: true, focus: false })));
  if (outcome instanceof TokenManagerError && node.kind === 'item') {
    await select(view, node.parent.owner);
  }
}
