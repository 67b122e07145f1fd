import type { Node } from '../inventory/tree.ts';
import { isEntry } from '../model/item.ts';
import { type Arrangement, noFilter } from './arrangement.ts';
import { isPartOfEntry, Matcher, type Moment } from './filter.ts';

/**
 * The arrangement with as little changed as it takes for a row to be shown; the same one where it is shown already.
 */
export function arrangementThatReveals(node: Node, arrangement: Arrangement, moment: Moment): Arrangement {
  const grouped = hasPlace(node, arrangement)
    ? arrangement
    : { ...arrangement, grouping: 'connection' as const };
  const { showsExpired } = grouped.filter;
  const candidates = [
    grouped,
    { ...grouped, filter: { ...noFilter, showsExpired } },
    { ...grouped, filter: { ...noFilter, showsExpired: true } },
  ];
  return candidates.find((candidate) => isKept(node, candidate, moment)) ?? grouped;
}

/** Groups hold entries and their parts only. */
function hasPlace(node: Node, { grouping }: Arrangement): boolean {
  return grouping === 'connection' || isPartOfEntry(node);
}

function isKept(node: Node, { filter, grouping }: Arrangement, moment: Moment): boolean {
  const matcher = new Matcher(filter, moment);
  const isShown = (above: Node): boolean =>
    above.kind === 'connection'
      ? grouping === 'connection'
        ? matcher.keepsRoot(above)
        : matcher.admits(above)
      : (matcher.fateOf(above) === 'shown' || (grouping !== 'connection' && !isEntry(above.item))) &&
        isShown(above.parent.owner);
  return isShown(node);
}
