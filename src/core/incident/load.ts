import type { Inventory } from '../inventory/inventory.ts';
import type { ConnectionNode } from '../inventory/tree.ts';
import { TokenManagerError, throwIfCancelled, toResult } from '../model/errors.ts';
import type { Clock } from '../ports.ts';
import { type Targets, targetsBelow } from '../revoke/targets.ts';
import { byReach } from './reach.ts';

export interface IncidentLoad {
  readonly inventory: Pick<Inventory, 'loadAll'>;
  readonly clock: Clock;
  /** For how long nothing may come from a connection; the others do not wait for it any longer. */
  readonly patienceMs: number;
}

/**
 * Everything that can be revoked anywhere, what reaches farthest first. A connection that hangs is told among what was
 * not read, and holds up no other.
 * @throws `cancelled`
 */
export async function loadForIncident(
  { inventory, clock, patienceMs }: IncidentLoad,
  roots: readonly ConnectionNode[],
  signal: AbortSignal,
  onProgress: (rows: number) => void,
): Promise<Targets> {
  const rows = new Map<ConnectionNode, number>();
  const parts = await Promise.all(
    roots.map(async (root): Promise<Targets> => {
      const stop = new AbortController();
      const either = AbortSignal.any([signal, stop.signal]);
      const reading = targetsBelow(inventory, [root], clock.now(), either, (count) => {
        rows.set(root, count);
        onProgress([...rows.values()].reduce((sum, value) => sum + value, 0));
      });
      const silence = silent(clock, patienceMs, () => rows.get(root) ?? 0, either);
      const read = await Promise.race([toResult(reading), toResult(silence)]);
      stop.abort();
      throwIfCancelled(signal);
      if (read === undefined || read instanceof TokenManagerError) {
        const why = read ?? new TokenManagerError('timeout');
        return { targets: [], blocked: [], unread: [{ node: root, why }] };
      }
      return read;
    }),
  );
  return {
    targets: byReach(parts.flatMap(({ targets }) => targets)),
    blocked: parts.flatMap(({ blocked }) => blocked),
    unread: parts.flatMap(({ unread }) => unread),
  };
}

/** Resolves when nothing has come for so long; a long list that comes page by page may take its time. */
async function silent(
  clock: Clock,
  patienceMs: number,
  rows: () => number,
  signal: AbortSignal,
): Promise<undefined> {
  let before = -1;
  while (rows() !== before) {
    before = rows();
    await clock.sleep(patienceMs, signal);
  }
}
