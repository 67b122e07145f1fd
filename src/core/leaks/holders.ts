import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Connections } from '../connections/connections.ts';
import type { Sessions } from '../connections/sessions.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Branch, ConnectionNode, ItemNode } from '../inventory/tree.ts';
import { TokenManagerError, throwIfCancelled, toResult } from '../model/errors.ts';
import type { Connection } from '../model/item.ts';
import type { Secret } from '../model/secret.ts';
import type { CredentialStore } from '../ports.ts';

/** A connection that a value belongs to. */
export interface Holder {
  readonly connection: Connection;
  /** The row that stands for the value; `undefined` when it is a credential for which there is no row. */
  readonly row: ItemNode | undefined;
}

export interface Holders {
  /** Those with a row first. */
  readonly found: readonly Holder[];
  /** Connections whose credentials could not be read, so that the value may be theirs. */
  readonly unread: readonly Connection[];
}

export interface HolderDeps {
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly inventory: Inventory;
  readonly credentials: Pick<CredentialStore, 'read'>;
}

/**
 * Finds the connections that a value belongs to. The value is sent nowhere: it is compared with stored credentials and
 * with what lists have told. Only the list of a connection that holds the value as its own is read, if it was not yet.
 */
export async function findHolders(value: Secret, deps: HolderDeps, signal: AbortSignal): Promise<Holders> {
  const found: Holder[] = [];
  const unread: Connection[] = [];
  const isSame = comparison(value);
  for (const root of deps.inventory.roots) {
    throwIfCancelled(signal);
    const { connection } = root;
    const secrets = await toResult(deps.credentials.read(connection.id));
    if (secrets instanceof TokenManagerError) {
      unread.push(connection);
    }
    const stored = secrets instanceof TokenManagerError ? [] : Object.values(secrets ?? {});
    const isOwn = stored.filter(isSame).length > 0;
    if (isOwn || root.branch.isLoaded) {
      const row = await rowOf(value, root, deps, isOwn, signal);
      if (row || isOwn) {
        found.push({ connection, row });
      }
    }
  }
  return { found: found.toSorted((a, b) => Number(!a.row) - Number(!b.row)), unread };
}

/** By keyed hashes, which takes as long whatever the values have in common. */
function comparison(value: Secret): (other: Secret) => boolean {
  const key = randomBytes(32);
  const digest = (secret: Secret) => createHmac('sha256', key).update(secret.reveal()).digest();
  const wanted = digest(value);
  return (other) => timingSafeEqual(wanted, digest(other));
}

async function rowOf(
  value: Secret,
  root: ConnectionNode,
  { sessions, inventory }: HolderDeps,
  isOwn: boolean,
  signal: AbortSignal,
): Promise<ItemNode | undefined> {
  // A connection that cannot be opened tells of no row; its own list says why.
  const session = await toResult(sessions.get(root.connection.id));
  if (session instanceof TokenManagerError || !session.find) {
    return undefined;
  }
  if (isOwn) {
    await readLists(root.branch, inventory, signal);
  }
  const path = session.find(value);
  return path && (await rowAt(root.branch, path, inventory, signal));
}

/** The outermost rows, and the lists that they are the headings of. */
async function readLists(branch: Branch, inventory: Inventory, signal: AbortSignal): Promise<void> {
  await inventory.open(branch);
  for (const { item, branch: below } of branch.nodes) {
    throwIfCancelled(signal);
    if (item.kind === 'section' && item.children.kind === 'list') {
      await inventory.open(below);
    }
  }
}

async function rowAt(
  branch: Branch,
  [id, ...below]: readonly string[],
  inventory: Inventory,
  signal: AbortSignal,
): Promise<ItemNode | undefined> {
  const known = () => branch.nodes.find(({ item }) => item.id === id);
  if (!known() && branch.hasMore) {
    await inventory.loadAll(branch, signal);
    throwIfCancelled(signal);
  }
  const row = known();
  return row && below.length > 0 ? rowAt(row.branch, below, inventory, signal) : row;
}
