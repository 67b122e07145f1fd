import { type TreeView, window } from 'vscode';
import type { ItemNode, Node } from '../../core/inventory/tree.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import { neighbours } from './neighbours.ts';
import type { Row } from './row.ts';

export interface KeptSelection {
  /** Selects what is nearest to the row that was selected, when it is gone and the view is being looked at. */
  keep(): Promise<void>;
}

/** Remembers, before these rows are acted on, which of them is selected and what stands beside it. */
export function rememberSelection(view: TreeView<Row>, nodes: readonly ItemNode[]): KeptSelection {
  const acted = new Set<Row>(nodes);
  const selected = view.selection.find((row) => acted.has(row));
  const siblings = selected?.kind === 'item' ? [...selected.parent.nodes] : [];
  // The focus goes with the selection, but never out of an editor or a terminal that the user went to meanwhile.
  let isElsewhere = false;
  const leave = () => {
    isElsewhere = true;
  };
  const watched = [
    window.onDidChangeActiveTextEditor(leave),
    window.onDidChangeTextEditorSelection(leave),
    window.onDidChangeActiveTerminal(leave),
  ];
  return {
    keep: async () => {
      for (const subscription of watched) {
        subscription.dispose();
      }
      if (selected?.kind === 'item' && view.visible && !selected.parent.nodes.includes(selected)) {
        await selectFirst(view, neighbours(selected, siblings), !isElsewhere);
      }
    },
  };
}

/** One that the view hides cannot be selected; then it is the next. */
async function selectFirst(view: TreeView<Row>, nodes: readonly Node[], focus: boolean): Promise<void> {
  for (const node of nodes) {
    const outcome = await toResult(Promise.resolve(view.reveal(node, { select: true, focus })));
    if (!(outcome instanceof TokenManagerError)) {
      return;
    }
  }
}
