import { isIncomplete } from '../inventory/loadEverything.ts';
import type { ConnectionNode, ItemNode } from '../inventory/tree.ts';
import type { Filter } from './arrangement.ts';
import { Matcher, type Moment } from './filter.ts';

/** What a filter finds in everything that has been read. */
export interface Found {
  readonly count: number;
  /** Whether there may be more in what has not been read. */
  readonly isPartial: boolean;
  /** The first one of each list that has any. */
  readonly firsts: readonly ItemNode[];
}

export function found(roots: readonly ConnectionNode[], filter: Filter, moment: Moment): Found {
  const matcher = new Matcher(filter, moment);
  const admitted = roots.filter((root) => matcher.admits(root));
  const { nodes } = matcher.entries(admitted);
  const firsts = new Map(nodes.toReversed().map((node) => [node.parent, node]));
  return {
    count: nodes.length,
    isPartial: admitted.some(isIncomplete),
    firsts: [...firsts.values()].toReversed(),
  };
}
