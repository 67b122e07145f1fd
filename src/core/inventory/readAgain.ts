import type { AdapterSession } from '../adapter/contract.ts';
import { TokenManagerError, toResult } from '../model/errors.ts';
import type { Item } from '../model/item.ts';
import type { Clock } from '../ports.ts';
import { type ReadPages, readPages } from './paging.ts';
import type { Branch, ItemNode } from './tree.ts';

/** A row as the service has it now: `undefined` when it is gone, an error when that could not be read. */
export type Found = Item | undefined | TokenManagerError;

/** A list so long that a row is not searched for beyond this many pages after a revoke. */
const maxPagesSearched = 200;
/** So many rows of one list are looked at by themselves when the list alone does not settle what became of them. */
const mostReadAlone = 20;

/**
 * The row as the service has it now. Not cancellable: after a write, knowing is worth the wait.
 * @throws what reading it threw
 */
export async function readRow(session: AdapterSession, node: ItemNode): Promise<Item | undefined> {
  const { signal } = new AbortController();
  if (session.read) {
    return session.read(node.path(), signal);
  }
  const cursors = new Set<string>();
  let cursor: string | undefined;
  let problem: Error | undefined;
  for (let page = 0; page < maxPagesSearched; page++) {
    const read = await session.list(node.parent.path(), cursor, { includeExpired: false }, signal);
    const found = read.items.find((item) => item.id === node.id);
    problem ??= read.problems?.[0];
    if (found || (read.next === undefined && !problem)) {
      return found;
    }
    if (read.next === undefined) {
      // What could not be read may be this row.
      throw problem;
    }
    if (cursors.has(read.next)) {
      break;
    }
    cursors.add(read.next);
    cursor = read.next;
  }
  throw new TokenManagerError('protocol', '', { code: 'endless-list' });
}

/** Several rows of one list, one after another. */
export async function readEachRow(
  session: AdapterSession,
  nodes: readonly ItemNode[],
): Promise<ReadonlyMap<ItemNode, Found>> {
  const found = new Map<ItemNode, Found>();
  for (const node of nodes) {
    found.set(node, await toResult(readRow(session, node)));
  }
  return found;
}

/** Several rows of one list, by reading the list once. */
export async function readRows(
  session: AdapterSession,
  branch: Branch,
  nodes: readonly ItemNode[],
  clock: Clock,
): Promise<ReadonlyMap<ItemNode, Found>> {
  const { signal } = new AbortController();
  const options = { includeExpired: false, all: true };
  const list = await toResult(
    readPages(session, branch.path(), Number.POSITIVE_INFINITY, options, clock, signal),
  );
  return list instanceof TokenManagerError
    ? new Map(nodes.map((node) => [node, list]))
    : settleDoubts(session, nodes, list);
}

/**
 * A list that has problems proves no absence, and one may name a row for longer than it lives: such rows are
 * looked at by themselves, where the service can and they are few.
 */
async function settleDoubts(
  session: AdapterSession,
  nodes: readonly ItemNode[],
  list: ReadPages,
): Promise<ReadonlyMap<ItemNode, Found>> {
  const listed = new Map(list.items.map((item) => [item.id, item]));
  const [problem] = list.problems ?? [];
  const absent = problem && TokenManagerError.from(problem);
  const found = new Map(nodes.map((node) => [node, listed.get(node.id) ?? absent]));
  const doubtful = nodes.filter((node) => found.get(node) !== undefined);
  const read =
    session.read && doubtful.length <= mostReadAlone ? await readEachRow(session, doubtful) : new Map();
  return new Map([...found, ...read]);
}
