import type { TreeView } from 'vscode';
import type { ItemNode, Node } from '../core/branch.ts';
import { settled, TokenManagerError } from '../core/errors.ts';
import type { Row } from './tree/rows.ts';

const mostTried = 5;

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
        await selectFirst(view, neighbours(first, siblings));
      }
    },
  };
}

/** The next rows that are still there, then those before, then the one above. */
export function neighbours(gone: ItemNode, siblings: readonly ItemNode[]): readonly Node[] {
  const left = new Set(gone.parent.nodes);
  const at = siblings.indexOf(gone);
  const after = siblings.slice(at).filter((node) => left.has(node));
  const before = siblings.slice(0, at).filter((node) => left.has(node));
  return [...after.slice(0, mostTried), ...before.toReversed().slice(0, mostTried), gone.parent.owner];
}

/** One that the view hides cannot be selected; then it is the next. */
async function selectFirst(view: TreeView<Row>, nodes: readonly Node[]): Promise<void> {
  for (const node of nodes) {
    const outcome = await settled(Promise.resolve(view.reveal(node, { select: true, focus: false })));
    if (!(outcome instanceof TokenManagerError)) {
      return;
    }
  }
}
