import { Limiter } from '../http/limiter.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Branch, ConnectionNode, ItemNode, Node } from '../inventory/tree.ts';
import { TokenManagerError, throwIfCancelled } from '../model/errors.ts';
import { isAlive } from '../model/state.ts';

/** Why a row is left out of a revocation of many. */
export type BlockReason =
  /** It holds rows; those may be revoked, it itself not. */
  | 'container'
  | 'expired'
  | 'inactive'
  /** A revocation of it waits for approval already. */
  | 'waiting'
  /** The service has no way to, or this connection may not. */
  | 'notOffered';

export interface Blocked {
  readonly node: Node;
  readonly reason: BlockReason;
}

/** Rows that were not read: what is below them is not part of the revocation. */
export interface Unread {
  readonly node: Node;
  /** `onRequest`: reading it does more than read, so that it is not done in passing. */
  readonly why: 'onRequest' | TokenManagerError;
}

/** What a revocation of many would be about. */
export interface Targets {
  /** Each row once, outermost first. */
  readonly targets: readonly ItemNode[];
  readonly blocked: readonly Blocked[];
  readonly unread: readonly Unread[];
}

/** So many connections are read at once; how many requests one of them takes is its own affair. */
const connectionsAtOnce = 8;

/** @param now epoch milliseconds by this computer's clock */
export function blockReason(node: Node, now: number): BlockReason | undefined {
  if (node.kind === 'connection') {
    return 'container';
  }
  const { item } = node;
  if (node.pendingReference !== undefined) {
    return 'waiting';
  }
  if (item.actions.includes('revoke')) {
    return undefined;
  }
  if (item.status === undefined) {
    return item.children.kind === 'none' ? 'notOffered' : 'container';
  }
  if (isAlive(item, now + node.root.clockOffset)) {
    return 'notOffered';
  }
  return item.status === 'inactive' || item.status === 'revoked' ? 'inactive' : 'expired';
}

/** The rows that were selected, and nothing below them. */
export function selectedTargets(nodes: readonly Node[], now: number): Targets {
  const targets: ItemNode[] = [];
  const blocked: Blocked[] = [];
  for (const node of new Set(nodes)) {
    const reason = blockReason(node, now);
    if (node.kind === 'item' && reason === undefined) {
      targets.push(node);
    } else {
      blocked.push({ node, reason: reason ?? 'notOffered' });
    }
  }
  return { targets: targets.sort((one, other) => depth(one) - depth(other)), blocked, unread: [] };
}

/**
 * Everything below these rows, themselves included, read anew to the last page: what is revoked must be what
 * is there, not what was there when it was looked at.
 * @param onProgress how many rows have been read so far
 * @throws `cancelled`
 */
export async function targetsBelow(
  inventory: Pick<Inventory, 'loadAll'>,
  nodes: readonly Node[],
  now: number,
  signal: AbortSignal,
  onProgress: (rows: number) => void = () => undefined,
): Promise<Targets> {
  const tops = outermost(nodes);
  const limiter = new Limiter(connectionsAtOnce);
  let rows = 0;
  const read = async (branch: Branch) => {
    throwIfCancelled(signal);
    await inventory.loadAll(branch, signal);
    throwIfCancelled(signal);
    rows += branch.nodes.length;
    onProgress(rows);
  };
  const unread: Unread[] = [];
  await Promise.all(
    tops.map((top) => limiter.run(signal, () => readBelow(top.branch, read, (one) => unread.push(one)))),
  );
  const found: { targets: ItemNode[]; blocked: Blocked[] } = { targets: [], blocked: [] };
  for (const top of tops) {
    gather(top, now, false, found);
  }
  return { ...found, unread };
}

async function readBelow(
  branch: Branch,
  read: (branch: Branch) => Promise<void>,
  tell: (unread: Unread) => void,
): Promise<void> {
  const node = branch.owner;
  if (branch.isOnRequest) {
    if (!branch.isLoaded || branch.hasMore) {
      tell({ node, why: 'onRequest' });
    }
  } else if (!branch.isInline && canHaveRows(node)) {
    await read(branch);
    if (branch.hasMore && !branch.error) {
      // Another reading, of fewer pages, has come in between.
      tell({ node, why: new TokenManagerError('cancelled') });
    }
  }
  for (const why of [...branch.problems, ...(branch.error ? [branch.error] : [])]) {
    tell({ node, why });
  }
  const below = branch.nodes.filter(canHaveRows);
  await Promise.all(below.map((child) => readBelow(child.branch, read, tell)));
}

/** Rows that can be revoked, or that hold such. */
function canHaveRows(node: Node): boolean {
  const children = node.kind === 'item' ? node.item.children : undefined;
  return children?.kind !== 'none' && !(children?.kind === 'inline' && children.isPassive);
}

/** What goes with a row that can be revoked is told by its reach, not row by row. */
function gather(
  node: ConnectionNode | ItemNode,
  now: number,
  isBelowTarget: boolean,
  found: { readonly targets: ItemNode[]; readonly blocked: Blocked[] },
): void {
  const reason = blockReason(node, now);
  const isTarget = node.kind === 'item' && reason === undefined;
  if (isTarget) {
    found.targets.push(node);
  } else if (node.kind === 'item' && node.item.status !== undefined && reason && !isBelowTarget) {
    found.blocked.push({ node, reason });
  }
  // What a list held before it could not be read is not known to be there, and is told to stay.
  const isKnown = canHaveRows(node) && !node.branch.error;
  for (const child of isKnown ? node.branch.nodes : []) {
    gather(child, now, isBelowTarget || isTarget, found);
  }
}

/** Without rows that stand below others of them. */
function outermost(nodes: readonly Node[]): readonly Node[] {
  const all = new Set(nodes);
  const isCovered = (node: Node): boolean =>
    node.kind === 'item' && (all.has(node.parent.owner) || isCovered(node.parent.owner));
  return [...all].filter((node) => !isCovered(node));
}

/** How many rows stand above this one. */
function depth(node: Node): number {
  return node.kind === 'connection' ? 0 : 1 + depth(node.parent.owner);
}
