import { type Arrangement, noFilter, usualArrangement } from '../../../../src/core/arrange/arrangement.ts';
import type { Branch, ConnectionNode } from '../../../../src/core/inventory/tree.ts';
import type { Wording } from '../../../../src/ui/text/context.ts';
import { Arranger } from '../../../../src/ui/tree/arranger.ts';
import type { Row } from '../../../../src/ui/tree/row.ts';

/** Connections under an arrangement that is as usual except for what is given. */
export function arranged(
  roots: readonly ConnectionNode[],
  change: Partial<Arrangement>,
  wording: Wording,
): Arranger {
  const arrangement = { ...usualArrangement, ...change };
  return new Arranger({ roots: () => roots, arrangement: () => arrangement, wording });
}

/** The rows of a branch as the usual arrangement shows them. */
export function rowsOf(branch: Branch, showsExpired: boolean, wording: Wording): readonly Row[] {
  const { owner } = branch;
  return arranged([owner.root], { filter: { ...noFilter, showsExpired } }, wording).children(owner);
}
