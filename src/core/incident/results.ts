import { type Act, actRowKey } from '../activity/activity.ts';
import type { ConnectionNode, ItemNode } from '../inventory/tree.ts';
import { displayText } from '../model/displayText.ts';
import { TokenManagerError } from '../model/errors.ts';
import { maskShapes } from '../model/secretShapes.ts';
import type { BulkOutcome, BulkResult } from '../revoke/bulk.ts';
import { recordedResult } from '../revoke/result.ts';
import type { Targets } from '../revoke/targets.ts';
import type { IncidentProgress } from './progress.ts';

/**
 * With what became of the rows, kept with the emergency itself: the activity forgets the oldest acts in time, may not have
 * been written at all, and never knew the service's words.
 * @param acts of the activity
 * @param at epoch milliseconds
 */
export function withResults(
  progress: IncidentProgress,
  outcomes: readonly BulkOutcome[],
  acts: readonly Act[],
  at: number,
): IncidentProgress {
  const last = lastActs(progress, acts);
  for (const { node, result } of outcomes) {
    const key = actRowKey(node);
    if (result.kind !== 'notBegun' && !last.has(key)) {
      const row = { key, name: '' };
      last.set(key, { id: key, at, kind: 'revoke', row, result: recordedResult(result) });
    }
  }
  const words = new Map(outcomes.map(({ node, result }) => [actRowKey(node), wordsOf(result)]));
  return {
    ...progress,
    acts: [...last.values()],
    rows: progress.rows.map((row) => {
      const { said: before, ...rest } = row;
      const said = words.has(row.key) ? words.get(row.key) : before;
      return said === undefined ? rest : { ...rest, said };
    }),
  };
}

/** Of the rows that are there now, those that the emergency is about. */
export function stillThere(
  { rows }: Pick<IncidentProgress, 'rows'>,
  nodes: readonly ItemNode[],
): readonly ItemNode[] {
  const keys = new Set(rows.map(({ key }) => key));
  return nodes.filter((node) => keys.has(actRowKey(node)));
}

/** Whether none of its rows is there any more, as far as everything could be loaded: nothing is left to go on with. */
export function isOver(
  progress: Pick<IncidentProgress, 'rows'>,
  { targets, blocked, unread }: Targets,
): boolean {
  const alive = blocked.filter(({ reason }) => reason !== 'inactive' && reason !== 'expired');
  const nodes = [...targets, ...alive.map(({ node }) => node)].filter((node) => node.kind === 'item');
  return unread.length === 0 && stillThere(progress, nodes).length === 0;
}

/** The emergency as it is gone on with: what cannot be reached now is left to do, too. */
export function goneOnWith(progress: IncidentProgress, remaining: readonly string[]): IncidentProgress {
  return { ...progress, remaining: [...new Set([...progress.remaining, ...remaining])] };
}

/** What the connections are called that were disconnected since, whose rows cannot be revoked from here any more. */
export function disconnectedSince(
  { rows }: Pick<IncidentProgress, 'rows'>,
  roots: readonly ConnectionNode[],
): string[] {
  const lost = rows.filter(({ key }) => !roots.some((root) => key.startsWith(`${root.key}/`)));
  return [...new Set(lost.map(({ connection }) => connection))];
}

/** Of each row the last revocation since the emergency began, by the key of the row. */
export function lastActs(
  { startedAt, acts: kept = [] }: Pick<IncidentProgress, 'startedAt' | 'acts'>,
  acts: readonly Act[],
): Map<string, Act> {
  const last = new Map<string, Act>();
  for (const act of [...kept, ...acts]) {
    const before = act.row && last.get(act.row.key);
    if (act.kind === 'revoke' && act.at >= startedAt && act.row && (!before || before.at <= act.at)) {
      last.set(act.row.key, act);
    }
  }
  return last;
}

/** The service's own words about a failure, or at least its status. */
function wordsOf(result: BulkResult): string | undefined {
  const error = 'error' in result ? result.error : 'why' in result ? result.why : undefined;
  if (!(error instanceof TokenManagerError)) {
    return undefined;
  }
  const { detail, status } = error;
  const words = displayText(maskShapes(detail), 200);
  return words !== '' ? words : status === undefined ? undefined : `HTTP ${status}`;
}
