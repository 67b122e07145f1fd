import type { ConnectionNode } from './branch.ts';
import type { TokenManagerError } from './errors.ts';
import type { Connection } from './model.ts';
import { rowState } from './state.ts';

/** How one connection stands, as far as it has been read. */
export interface ConnectionSummary {
  readonly connection: Connection;
  /** The first failure found, outermost first. */
  readonly error: TokenManagerError | undefined;
  readonly expired: number;
  readonly expiring: number;
  readonly waiting: number;
}

export function summarize(root: ConnectionNode, now: number, expiringWithinMs: number): ConnectionSummary {
  let error = root.branch.error ?? root.branch.problems[0];
  let expired = 0;
  let expiring = 0;
  let waiting = 0;
  for (const node of root.branch.descendants()) {
    error ??= node.branch.error ?? node.branch.problems[0];
    const state = rowState(node.item, now, expiringWithinMs);
    expired += Number(state === 'expired');
    expiring += Number(state === 'expiring');
    waiting += Number(node.pendingReference !== undefined);
  }
  return { connection: root.connection, error, expired, expiring, waiting };
}

export function needsAttention({ error, expired, expiring }: ConnectionSummary): boolean {
  return error !== undefined || expired > 0 || expiring > 0;
}
