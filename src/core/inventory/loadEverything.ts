import { isEntry } from '../model/item.ts';
import type { Branch, ConnectionNode, ItemNode } from './tree.ts';

/** What reading everything needs of the inventory. */
export interface Reader {
  open(branch: Branch): Promise<void>;
  loadAll(branch: Branch): Promise<void>;
}

/** How far {@link readEverything} has come. */
export interface ReadProgress {
  readonly rows: number;
}

/** Lists below one connection that are read at the same time. */
const listsAtOnce = 4;

/**
 * Whether there may be entries that have not been read. Lists that are read only on request do not count, and
 * neither do the parts of an entry.
 */
export function isIncomplete({ branch }: ConnectionNode): boolean {
  return isUnread(branch) || hasUnreadBelow(branch);
}

/**
 * Reads every page of every list that may hold entries. A list that fails says so on its row and keeps no other
 * from being read; aborting stops after what is being read.
 */
export async function readEverything(
  reader: Reader,
  roots: readonly ConnectionNode[],
  signal: AbortSignal,
  report: (progress: ReadProgress) => void,
): Promise<void> {
  let rows = 0;
  const read = async (branch: Branch): Promise<void> => {
    if (signal.aborted) {
      return;
    }
    await reader.open(branch);
    if (branch.hasMore && !signal.aborted) {
      await reader.loadAll(branch);
    }
    rows += branch.nodes.length;
    report({ rows });
    await readBelow(branch);
  };
  const readBelow = async (branch: Branch): Promise<void> => {
    const lists = branch.nodes.filter(holdsEntries).values();
    const worker = async () => {
      for (const { branch: list } of lists) {
        await (list.isInline ? readBelow(list) : read(list));
      }
    };
    await Promise.all(Array.from({ length: listsAtOnce }, worker));
  };
  await Promise.all(roots.map(({ branch }) => read(branch)));
}

function hasUnreadBelow(branch: Branch): boolean {
  return branch.nodes.some((node) => {
    if (!holdsEntries(node)) {
      return false;
    }
    // A list whose row was never opened has no branch yet, and is not read.
    const { openedBranch: list } = node;
    const { kind } = node.item.children;
    return list ? isUnread(list) || hasUnreadBelow(list) : kind === 'list';
  });
}

function holdsEntries({ item }: ItemNode): boolean {
  return !isEntry(item) && (item.children.kind === 'list' || item.children.kind === 'inline');
}

/** One that failed has a row that says so. */
function isUnread(branch: Branch): boolean {
  return branch.error === undefined && (!branch.isLoaded || branch.hasMore);
}
