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

/** The stored credentials of a connection; `undefined` where they could not be read. */
export interface Held {
  readonly root: ConnectionNode;
  readonly secrets: readonly Secret[] | undefined;
}

export async function readHeld(
  { inventory, credentials }: HolderDeps,
  signal: AbortSignal,
): Promise<readonly Held[]> {
  const held: Held[] = [];
  for (const root of inventory.roots) {
    throwIfCancelled(signal);
    const secrets = await toResult(credentials.read(root.connection.id));
    held.push({
      root,
      secrets: secrets instanceof TokenManagerError ? undefined : Object.values(secrets ?? {}),
    });
  }
  return held;
}

/**
 * Finds the connections that a value belongs to. The value is sent nowhere: it is compared with stored credentials and
 * with what lists have told. Only the list of a connection that holds the value as its own is read, if it was not yet.
 */
export async function findHolders(value: Secret, deps: HolderDeps, signal: AbortSignal): Promise<Holders> {
  const found: Holder[] = [];
  const unread: Connection[] = [];
  for (const one of await readHeld(deps, signal)) {
    throwIfCancelled(signal);
    const { root } = one;
    const { connection } = root;
    if (!one.secrets) {
      unread.push(connection);
    }
    const isOwn = isHeld(value, one);
    if (isOwn || root.branch.isLoaded) {
      const row = await rowOf(value, root, deps, isOwn, signal);
      if (row || isOwn) {
        found.push({ connection, row });
      }
    }
  }
  return { found: found.toSorted((a, b) => Number(!a.row) - Number(!b.row)), unread };
}

/** The connection that a value belongs to as far as is known here: no list is read for it. */
export async function findKnownHolder(
  value: Secret,
  held: readonly Held[],
  { sessions }: HolderDeps,
): Promise<Holder | undefined> {
  let own: Holder | undefined;
  for (const one of held) {
    const { connection, branch } = one.root;
    const session = branch.isLoaded ? await toResult(sessions.get(connection.id)) : undefined;
    const path = session instanceof TokenManagerError ? undefined : session?.find?.(value);
    const row = path && knownRow(branch, path);
    if (row) {
      return { connection, row };
    }
    own ??= isHeld(value, one) ? { connection, row: undefined } : undefined;
  }
  return own;
}

function knownRow(branch: Branch, [id, ...below]: readonly string[]): ItemNode | undefined {
  const row = branch.nodes.find(({ item }) => item.id === id);
  return row && below.length > 0 ? knownRow(row.branch, below) : row;
}

function isHeld(value: Secret, { secrets = [] }: Held): boolean {
  return secrets.filter(comparison(value)).length > 0;
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
