import { reachesTooFar } from '../findings/breadth.ts';
import { accessesOf } from '../findings/subject.ts';
import type { ItemNode } from '../inventory/tree.ts';
import type { Item } from '../model/item.ts';

/** What whoever holds a row could do with it, the worst first. */
const reaches = ['spreads', 'unknown', 'changes', 'reads', 'own'] as const;

export type IncidentReach = (typeof reaches)[number];

/** Words of accesses by which more credentials can be made, or code and packages be put in front of others. */
const spreading =
  /(?:^|[^a-z])(?:actions|code|contents|credentials?|deploy(?:ment)?s?|iam|keys?|packages?|push|publish|registry|secrets?|tokens?|webhooks?|workflows?)(?:$|[^a-z])/;
const reading = /(?:^|[^a-z])(?:get|list|read|readonly|view|viewer)(?:$|[^a-z])/;

export function incidentReach(item: Item): IncidentReach {
  if (item.isOwnCredential === true) {
    return 'own';
  }
  const accesses = accessesOf(item)?.map((name) => name.toLowerCase());
  if (accesses === undefined || accesses.length === 0) {
    return 'unknown';
  }
  const isReading = (name: string) => reading.test(name);
  if (accesses.some((name) => reachesTooFar(name) || (spreading.test(name) && !isReading(name)))) {
    return 'spreads';
  }
  return accesses.every(isReading) ? 'reads' : 'changes';
}

/**
 * What can make tokens or push code first, then what may be able to, and what the connections live on last: without
 * that nothing more can be done.
 */
export function byReach(nodes: readonly ItemNode[]): readonly ItemNode[] {
  const byClass = Map.groupBy(nodes, ({ item }) => incidentReach(item));
  return reaches.flatMap((reach) => byClass.get(reach) ?? []);
}
