import { commandIds } from '../../contributions.ts';
import type { ConnectionNode } from '../../core/inventory/tree.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import type { CommandDeps, Handler, Handlers } from './deps.ts';

/** Moves a connection among the others: that of the row of the menu, or else one that is asked for. */
export function reorder(deps: CommandDeps, pick: RowPicker) {
  const move =
    (title: string, by: -1 | 1): Handler =>
    async (given) => {
      const root = given.node?.root ?? (await pick.connection(title));
      if (root) {
        await moveBy(deps, root, by);
      }
    };
  return {
    [commandIds.moveUp]: move(l10n.t('Move Connection Up'), -1),
    [commandIds.moveDown]: move(l10n.t('Move Connection Down'), 1),
  } satisfies Partial<Handlers>;
}

async function moveBy({ connections }: CommandDeps, root: ConnectionNode, by: -1 | 1): Promise<void> {
  const { id } = root.connection;
  const ids = connections.all().map((connection) => connection.id);
  const neighbour = ids[ids.indexOf(id) + by];
  if (neighbour !== undefined) {
    await connections.move([id], neighbour);
  }
}
