import { commands, l10n, type TreeView } from 'vscode';
import { type CommandId, rowCommandIds } from '../../contributions.ts';
import { Branch, ConnectionNode, ItemNode } from '../../core/branch.ts';
import type { Connections } from '../../core/connections.ts';
import type { Disposable } from '../../core/event.ts';
import type { Inventory } from '../../core/inventory.ts';
import type { LocalMachine } from '../../core/ports.ts';
import type { Redirects } from '../../core/redirects.ts';
import type { AdapterRegistry } from '../../core/registry.ts';
import type { Sessions } from '../../core/sessions.ts';
import type { Report } from '../report.ts';
import type { Row } from '../tree/rows.ts';
import type { ViewState } from '../viewState.ts';
import type { Wording } from '../wording.ts';

/** What commands work with. */
export interface CommandDeps {
  readonly registry: AdapterRegistry;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly redirects: Redirects;
  readonly inventory: Inventory;
  readonly view: TreeView<Row>;
  readonly viewState: ViewState;
  readonly wording: Wording;
  readonly report: Report;
  readonly machine: LocalMachine;
}

/**
 * Registers a command whose failure is told to the user. The argument is whatever the menu, a key binding or
 * another extension passed, and is narrowed by the handler; where the row of a menu is one of several that are
 * selected, all of these come after it.
 */
export function register(
  { report }: CommandDeps,
  id: CommandId,
  handler: (argument: unknown, selection: unknown) => Promise<void>,
): Disposable {
  return commands.registerCommand(id, async (...given: readonly unknown[]) => {
    const [argument, selection] = given;
    if (isRowLost(id, given)) {
      report.info(l10n.t('The list was drawn anew at that moment. Choose the row again.'));
      return;
    }
    try {
      await handler(argument, selection);
    } catch (thrown) {
      report.error(thrown, nodeOf(argument));
    }
  });
}

/**
 * Whether a row's menu passed no row: VS Code forgets the rows of a list while it reads it anew. To ask for one
 * then, as for a command from the palette, which passes nothing at all, could lead to another than was meant.
 */
function isRowLost(id: CommandId, given: readonly unknown[]): boolean {
  return given.length > 0 && given[0] === undefined && rowCommandIds.includes(id);
}

/** The node a menu's argument is about: the row itself, or the owner of the branch that a row speaks about. */
export function nodeOf(argument: unknown): ConnectionNode | ItemNode | undefined {
  if (argument instanceof ConnectionNode || argument instanceof ItemNode) {
    return argument;
  }
  return branchOf(argument)?.owner;
}

/**
 * The rows a command is about: the row of a menu, or all that are selected when it is one of them. The palette
 * passes nothing, and means the selection where it is more than one row; a single one is asked for.
 */
export function selectedNodes(
  { view }: CommandDeps,
  argument: unknown,
  selection: unknown,
): readonly (ConnectionNode | ItemNode)[] {
  const selected: unknown = argument === undefined ? view.selection : selection;
  const several = Array.isArray(selected) ? nodesIn(selected) : [];
  return several.length > 1 ? several : nodesIn([argument]);
}

function nodesIn(rows: readonly unknown[]): readonly (ConnectionNode | ItemNode)[] {
  return rows.filter((row) => row instanceof ConnectionNode || row instanceof ItemNode);
}

/** The branch that a row shows or speaks about. */
export function branchOf(argument: unknown): Branch | undefined {
  return typeof argument === 'object' &&
    argument !== null &&
    'branch' in argument &&
    argument.branch instanceof Branch
    ? argument.branch
    : undefined;
}
