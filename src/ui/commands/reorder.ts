import { l10n } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { ConnectionNode } from '../../core/branch.ts';
import { type Disposable, disposeAll } from '../../core/event.ts';
import type { RowPicker } from '../pick.ts';
import { type CommandDeps, nodeOf, register } from './deps.ts';

/** Moves a connection among the others: that of the row of the menu, or else one that is asked for. */
export function registerReorder(deps: CommandDeps, pick: RowPicker): Disposable {
  const move = (title: string, by: -1 | 1) => async (argument: unknown) => {
    const root = nodeOf(argument)?.root ?? (await pick.connection(title));
    if (root) {
      await moveBy(deps, root, by);
    }
  };
  return disposeAll([
    register(deps, commandIds.moveUp, move(l10n.t('Move Connection Up'), -1)),
    register(deps, commandIds.moveDown, move(l10n.t('Move Connection Down'), 1)),
  ]);
}

async function moveBy({ connections }: CommandDeps, root: ConnectionNode, by: -1 | 1): Promise<void> {
  const { id } = root.connection;
  const ids = connections.all().map((connection) => connection.id);
  const neighbour = ids[ids.indexOf(id) + by];
  if (neighbour !== undefined) {
    await connections.move([id], neighbour);
  }
}
