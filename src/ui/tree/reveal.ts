import type { TreeView } from 'vscode';
import { arrangementThatReveals } from '../../core/arrange/reveal.ts';
import type { ConnectionNode, ItemNode } from '../../core/inventory/tree.ts';
import type { Wording } from '../text/context.ts';
import { momentOf } from '../text/moment.ts';
import type { Row } from './row.ts';
import type { ViewState } from './viewState.ts';

export interface RevealDeps {
  readonly view: TreeView<Row>;
  readonly viewState: ViewState;
  readonly wording: Wording;
}

/**
 * Brings a row into view and, unless told otherwise, selects it. Where a filter or a grouping keeps it from being shown, that is changed
 * first: the user asks for this row more than for them.
 */
export async function revealRow(
  { view, viewState, wording }: RevealDeps,
  node: ConnectionNode | ItemNode,
  options: { readonly focus: boolean; readonly select?: boolean; readonly expand?: boolean },
): Promise<void> {
  const moment = momentOf(wording);
  const { arrangement } = viewState;
  const other = arrangementThatReveals(node, arrangement, moment);
  if (other !== arrangement) {
    await viewState.arrange(other);
  }
  await view.reveal(node, { select: true, ...options });
}
