import type { LeftBehind } from '../adapter/contract.ts';
import type { ConnectionNode } from '../inventory/tree.ts';
import type { RowActs } from './rowActs.ts';

/**
 * Ends what connecting made at the service. Written down as an act of its own: it ends more than the connection here.
 * @returns whether it was then seen to be gone
 */
export function endLeftBehind(
  acts: RowActs,
  root: ConnectionNode,
  leftBehind: LeftBehind,
  signal: AbortSignal,
): Promise<boolean> {
  return acts.record(
    'unregister',
    root,
    ({ send }) => send(() => leftBehind.end(signal)),
    (isGone) => ({ kind: isGone ? 'done' : 'unverifiable' }),
  );
}
