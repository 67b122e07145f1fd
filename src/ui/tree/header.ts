import { commands, type TreeView } from 'vscode';
import { contextKeys } from '../../contributions.ts';
import { isNarrowing, sameArrangement } from '../../core/arrange/arrangement.ts';
import { found } from '../../core/arrange/found.ts';
import { type Disposable, disposeAll, type Event } from '../../core/event.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import type { Node } from '../../core/inventory/tree.ts';
import { arrangementWords } from '../text/arrangement.ts';
import type { Wording } from '../text/context.ts';
import { momentOf } from '../text/moment.ts';
import type { Emptiness } from './arranger.ts';
import type { Row } from './row.ts';
import type { ViewState } from './viewState.ts';

export interface HeaderDeps {
  readonly view: TreeView<Row>;
  readonly viewState: ViewState;
  readonly inventory: Inventory;
  readonly onDidShow: Event<Emptiness>;
  readonly wording: Wording;
  /** Draws rows anew, which say otherwise now. */
  readonly reword: (nodes: readonly Node[]) => void;
}

/** What the view says about itself: how it is arranged, why it is empty, and what concerns all connections. */
export function registerHeader({
  view,
  viewState,
  inventory,
  onDidShow,
  wording,
  reword,
}: HeaderDeps): Disposable {
  let clock: string | undefined;
  const describe = () => {
    const { arrangement, presets } = viewState;
    const preset = presets.find((known) => sameArrangement(known.arrangement, arrangement));
    const connections = inventory.roots.map(({ connection }) => connection);
    const words = preset?.name ?? arrangementWords(arrangement, connections, wording);
    const description = [words, foundWords(inventory, viewState, wording)].filter(
      (part) => part !== undefined,
    );
    const text = description.join(' · ');
    if (text !== view.description) {
      view.description = text;
    }
  };
  const explain = () => {
    const shared = wording.sharedClock?.();
    if (shared !== clock) {
      clock = shared;
      reword(inventory.roots);
    }
    const message = failureMessage(inventory, wording) ?? clockMessage(shared, wording) ?? '';
    // To VS Code a message is a change of the tree, even the same message: rows that change within 200 ms after it wait.
    if (message !== view.message) {
      view.message = message;
    }
  };
  describe();
  return disposeAll([
    viewState.onDidChange(describe),
    viewState.onDidChangePresets(describe),
    inventory.onDidChange((node) => {
      if (node === undefined || node.kind === 'connection') {
        describe();
        explain();
      }
    }),
    onDidShow((emptiness) => {
      if (isNarrowing(viewState.arrangement.filter)) {
        describe();
      }
      void commands.executeCommand('setContext', contextKeys.emptiness, emptiness);
    }),
  ]);
}

/** How much a filter finds: what is below collapsed rows, or far down, would not be seen. */
function foundWords({ roots }: Inventory, { arrangement }: ViewState, wording: Wording): string | undefined {
  const { localize, locale } = wording;
  if (!isNarrowing(arrangement.filter)) {
    return undefined;
  }
  const { count, isPartial } = found(roots, arrangement.filter, momentOf(wording));
  const number = new Intl.NumberFormat(locale).format(count);
  return isPartial ? localize('{0} found so far', number) : localize('{0} found', number);
}

/** Their rows say what is wrong with each; that it is all of them hints at a cause they share. */
function failureMessage({ roots }: Inventory, { localize }: Wording): string | undefined {
  const failed = roots.filter(({ branch: { error } }) => error !== undefined && error.kind !== 'cancelled');
  return failed.length > 1 && failed.length === roots.length
    ? localize(
        'None of the {0} connections could be read. Each says why; “Refresh All” tries again, “Show Log” says more.',
        roots.length,
      )
    : undefined;
}

function clockMessage(shared: string | undefined, { localize }: Wording): string | undefined {
  return shared === undefined ? undefined : localize('{0}: {1}', localize('Clock'), shared);
}
