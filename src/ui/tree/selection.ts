import type { TreeView } from 'vscode';
import type { ItemNode, Node } from '../../core/inventory/tree.ts';
import { settled, TokenManagerError } from '../../core/model/errors.ts';
import type { Row } from './row.ts';

const mostTried = 5;

export interface Place {
  /** Selects what is nearest to the row that was selected, when it is gone and the view is being looked at. */
  keep(): Promise<void>;
}

/** Remembers, before these rows are acted on, which of them is selected and what stands beside it. */
export function placeOf(view: TreeView<Row>, nodes: readonly ItemNode[]): Place {
  const acted = new Set<Row>(nodes);
  const selected = view.selection.find((row) => acted.has(row));
  const siblings = selected?.kind === 'item' ? [...selected.parent.nodes] : [];
  return {
    keep: async () => {
      if (selected?.kind === 'item' && view.visible && !selected.parent.nodes.includes(selected)) {
        await selectFirst(view, neighbours(selected, siblings));
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
