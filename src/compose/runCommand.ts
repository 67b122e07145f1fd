import { type CommandId, commandIds, rowCommandIds } from '../contributions.ts';
import { Branch, ConnectionNode, ItemNode, type Node } from '../core/inventory/tree.ts';
import type { ChatBackend } from '../ui/chatTools/register.ts';
import type { CommandDeps, Given, Handlers } from '../ui/commands/deps.ts';
import { l10n } from '../ui/dialogs/l10n.ts';

type CommandsFile = typeof import('./commands.ts');

export type RunCommand = (id: CommandId, passed: readonly unknown[]) => Promise<void>;

/** What users and chats ask for. */
export interface Acts {
  /** Runs a command, whose failure is told to the user. */
  readonly run: RunCommand;
  readonly chat: ChatBackend;
}

/** What is done is loaded when something is first asked for. */
export function createLateActs(deps: CommandDeps): Acts {
  let loading: ReturnType<CommandsFile['createActs']> | undefined;
  const load = async () => {
    const file = await import('./commands.ts');
    loading ??= file.createActs(deps);
    return loading;
  };
  return {
    run: commandRunner(deps, async () => (await load()).handlers),
    chat: {
      prepare: async (name) => (await load()).chat.prepare(name),
      invoke: async (...call) => (await load()).chat.invoke(...call),
    },
  };
}

function commandRunner(deps: CommandDeps, load: () => Promise<Handlers>): RunCommand {
  const { report } = deps;
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
    passed: argument,
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
