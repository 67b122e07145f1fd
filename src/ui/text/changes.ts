import type { ChangeKind } from '../../core/changes/snapshot.ts';
import type { ConnectionNode, ItemNode } from '../../core/inventory/tree.ts';
import type { Wording } from './context.ts';

/** What a row is marked with since the user last looked, or nothing. */
export function changeWords(node: ItemNode, { marks, localize }: Wording): string | undefined {
  const kinds = marks?.of(node) ?? [];
  return kinds.length === 0 ? undefined : kinds.map((kind) => changeWord(kind, localize)).join(', ');
}

function changeWord(kind: ChangeKind, localize: Wording['localize']): string {
  switch (kind) {
    case 'new':
      return localize('new');
    case 'wider':
      return localize('may do more');
    case 'owner':
      return localize('another owner');
    case 'gone':
      return localize('removed');
  }
}

/** How much has changed at a connection, or nothing. */
export function changeCount(root: ConnectionNode, { marks, localize }: Wording): string | undefined {
  const count = marks?.count(root) ?? 0;
  if (count === 0) {
    return undefined;
  }
  return count === 1 ? localize('1 change') : localize('{0} changes', count);
}
