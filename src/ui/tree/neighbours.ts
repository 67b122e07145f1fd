import type { ItemNode, Node } from '../../core/inventory/tree.ts';

const mostTried = 5;

/** The next rows that are still there, then those before, then the one above. */
export function neighbours(gone: ItemNode, siblings: readonly ItemNode[]): readonly Node[] {
  const left = new Set(gone.parent.nodes);
  const at = siblings.indexOf(gone);
  const after = siblings.slice(at).filter((node) => left.has(node));
  const before = siblings.slice(0, at).filter((node) => left.has(node));
  return [...after.slice(0, mostTried), ...before.toReversed().slice(0, mostTried), gone.parent.owner];
}
