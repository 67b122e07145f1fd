import { type CommandId, commandIds, rowCommandIds } from '../contributions.ts';
import { Branch, ConnectionNode, ItemNode, type Node } from '../core/inventory/tree.ts';
import type { CommandDeps, Given, Handlers } from '../ui/commands/deps.ts';
import { l10n } from '../ui/dialogs/l10n.ts';

export type RunCommand = (id: CommandId, passed: readonly unknown[]) => Promise<void>;

/**
 * Runs commands, whose failure is told to the user. What they do is loaded with the first of them.
 */
export function commandRunner(deps: CommandDeps): RunCommand {
  const { report } = deps;
  let loading: Promise<Handlers> | undefined;
  const load = () => {
    loading ??= import('./commands.ts').then(({ createHandlers }) => createHandlers(deps));
    return loading;
  };
  return async (id, passed) => {
    if (isRowLost(id, passed)) {
      report.info(l10n.t('The list just changed. Select the row again.'));
      return;
    }
    const given = givenBy(passed, deps);
    try {
      const handlers = await load();
      await handlers[id](given);
    } catch (thrown) {
      report.error(thrown, given.node);
    }
  };
}

/**
 * Whether a row's menu passed no row: VS Code forgets the rows of a list while it reads it anew. To ask for one
 * then, as for a command from the palette, which passes nothing at all, could lead to another than was meant.
 */
function isRowLost(id: CommandId, passed: readonly unknown[]): boolean {
  return passed.length > 0 && passed[0] === undefined && rowCommandIds.includes(id) && !rowless.includes(id);
}

/** In menus of rows, but about none of them. */
const rowless: readonly CommandId[] = [commandIds.showLog, commandIds.openSettings];

/** Narrowed here once, because what is loaded later has other classes of the same names. */
function givenBy([argument, selection]: readonly unknown[], { view }: CommandDeps): Given {
  const node = isNode(argument) ? argument : undefined;
  const branch = branchOf(argument);
  const selected: unknown = argument === undefined ? view.selection : selection;
  const several = Array.isArray(selected) ? selected.filter(isNode) : [];
  return {
    node: node ?? branch?.owner,
    item: node?.kind === 'item' ? node : undefined,
    branch,
    nodes: several.length > 1 ? several : node ? [node] : [],
  };
}

function isNode(value: unknown): value is Node {
  return value instanceof ConnectionNode || value instanceof ItemNode;
}

function branchOf(argument: unknown): Branch | undefined {
  return typeof argument === 'object' &&
    argument !== null &&
    'branch' in argument &&
    argument.branch instanceof Branch
    ? argument.branch
    : undefined;
}
