import type { Sessions } from '../connections/sessions.ts';
import { Limiter } from '../http/limiter.ts';
import type { ConnectionNode } from '../inventory/tree.ts';
import { TokenManagerError, throwIfCancelled, toResult } from '../model/errors.ts';

const atOnce = 6;

/** Whether a connection can be used now. */
export interface Health {
  readonly root: ConnectionNode;
  /** Why its outermost list, or a part of it, could not be read. */
  readonly error: TokenManagerError | undefined;
  /** How long that took. */
  readonly ms: number;
}

/**
 * Reads the first page of every connection's outermost list, a few at a time. Shows nothing and keeps nothing.
 * @throws `cancelled` and nothing else
 */
export async function checkConnections(
  roots: readonly ConnectionNode[],
  sessions: Sessions,
  signal: AbortSignal,
): Promise<readonly Health[]> {
  const limiter = new Limiter(atOnce);
  const healths = await Promise.all(
    roots.map((root) => limiter.run(signal, () => check(root, sessions, signal))),
  );
  throwIfCancelled(signal);
  return healths;
}

async function check(root: ConnectionNode, sessions: Sessions, signal: AbortSignal): Promise<Health> {
  const started = performance.now();
  const page = await toResult(
    sessions
      .get(root.connection.id)
      .then((session) => session.list(undefined, undefined, { includeExpired: false }, signal)),
  );
  const ms = Math.round(performance.now() - started);
  if (page instanceof TokenManagerError) {
    return { root, error: page, ms };
  }
  const [problem] = page.problems ?? [];
  return { root, error: problem && TokenManagerError.from(problem), ms };
}
