import type { CommandId } from '../../contributions.ts';
import type { RuleId } from '../../core/findings/rules.ts';
import type { FindingsTracker } from '../../core/findings/tracker.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import type { Branch, ItemNode, Node } from '../../core/inventory/tree.ts';
import type { RowJournal } from '../activity/rowJournal.ts';
import type { DismissalAnswer } from '../dialogs/dismissFinding.ts';
import type { Wording } from '../text/context.ts';
import type { ViewState } from '../tree/viewState.ts';

/** What pages work with. */
export interface PageServices {
  readonly inventory: Pick<Inventory, 'roots' | 'open' | 'loadMore' | 'refresh'>;
  readonly wording: Wording;
  readonly viewState: Pick<ViewState, 'showsExpired'>;
  readonly journal: RowJournal;
  readonly findings: Pick<FindingsTracker, 'look' | 'of' | 'dismissals'>;
  /** Asks why and for how long a finding is to be shown no more; without a row, for all. */
  askDismissal(rule: RuleId, node: ItemNode | undefined): Promise<DismissalAnswer | undefined>;
  /** Runs one of our commands on a row, just as its menu would: with its questions and confirmations. */
  run(command: CommandId, node?: Node): Promise<void>;
  /** Reads what is read on request only, after the question that belongs to it. */
  loadOnRequest(branch: Branch): Promise<void>;
  showInTree(node: Node): Promise<void>;
  showDetails(node: Node): void;
}
