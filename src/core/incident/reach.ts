import { breadthOf, onlyReads } from '../findings/breadth.ts';
import { accessRowsOf } from '../findings/subject.ts';
import type { ItemNode } from '../inventory/tree.ts';
import type { Item } from '../model/item.ts';

/** What the holder of a row could do with it, the worst first. */
const reaches = ['spreads', 'unknown', 'changes', 'reads', 'own'] as const;

export type IncidentReach = (typeof reaches)[number];

/** Words of accesses by which more credentials can be made, or code and packages be put in front of others. */
const spreading =
  /(?:^|[^a-z])(?:actions|code|contents|credentials?|deploy(?:ment)?s?|iam|keys?|packages?|push|publish|registry|secrets?|tokens?|webhooks?|workflows?)(?:$|[^a-z])/;

export function incidentReach(item: Item): IncidentReach {
  if (item.isOwnCredential === true) {
    return 'own';
  }
  const accesses = accessRowsOf(item) ?? [];
  if (item.breadth === 'broad' || accesses.some(spreads)) {
    return 'spreads';
  }
  if (accesses.length === 0) {
    return 'unknown';
  }
  return accesses.every(({ name }) => onlyReads(name.toLowerCase())) ? 'reads' : 'changes';
}

function spreads(access: Item): boolean {
  const name = access.name.toLowerCase();
  return breadthOf(access) === 'broad' || (spreading.test(name) && !onlyReads(name));
}

/**
 * What can make tokens or push code first, then what may be able to, and what the connections live on last: without
 * that nothing more can be done.
 */
export function byReach(nodes: readonly ItemNode[]): readonly ItemNode[] {
  const byClass = Map.groupBy(nodes, ({ item }) => incidentReach(item));
  return reaches.flatMap((reach) => byClass.get(reach) ?? []);
}
