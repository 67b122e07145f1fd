import type { ConnectionNode } from '../inventory/tree.ts';
import type { Breadth, Item, ItemKind, Lifetime } from '../model/item.ts';
import { breadthByName, breadthOf } from './breadth.ts';

/** What the rules of one connection go by besides its rows. */
export interface RootFacts {
  isAccount(owner: string): boolean;
  /** Whether some connection's address is of the same origin. */
  knowsOrigin(address: string): boolean;
  breadthByName(access: string): Breadth;
}

/**
 * A row with all that the rules go by, each fact read once; the same object for each row in turn, because there may be
 * 100,000. What few rules ask for of few rows is worked out then.
 */
export class Subject {
  readonly root: RootFacts;
  /** The service's time, in epoch milliseconds. */
  readonly now: number;
  kind: ItemKind = 'note';
  lifetime: Lifetime = { kind: 'none' };
  createdAt: number | undefined;
  lastUsedAt: number | null | undefined;
  isOwn = false;
  owner: string | undefined;
  /** Whether the owner is the connection's own account. */
  isAccount = false;
  issuer: string | undefined;
  #item: Item | undefined;

  constructor(root: RootFacts, now: number) {
    this.root = root;
    this.now = now;
  }

  look(item: Item): void {
    this.#item = item;
    this.kind = item.kind;
    this.lifetime = item.lifetime;
    this.createdAt = item.createdAt;
    this.lastUsedAt = item.lastUsedAt;
    this.isOwn = item.isOwnCredential === true;
    this.owner = item.owner || undefined;
    this.isAccount = this.owner !== undefined && this.root.isAccount(this.owner);
    this.issuer = item.issuer || undefined;
  }

  canRenew(): boolean {
    return this.#item?.actions.includes('renew') === true;
  }

  /** How far the farthest of its accesses reaches; `unknown` also where the service does not tell them. */
  breadth(): Breadth {
    const item = this.#item;
    if (item?.children.kind !== 'inline') {
      return item?.breadth ?? 'unknown';
    }
    return item.breadth === 'broad' ? 'broad' : farthest(item.children.items, this.root.breadthByName);
  }

  /** Those of its accesses that reach too far. */
  farReaching(): readonly string[] {
    const accesses = (this.#item && accessRowsOf(this.#item)) ?? [];
    return accesses
      .filter((access) => breadthOf(access, this.root.breadthByName) === 'broad')
      .map(({ name }) => name);
  }
}

function farthest(items: readonly Item[], byName: (name: string) => Breadth): Breadth {
  let found: Breadth = 'narrow';
  for (const item of items) {
    const { children } = item;
    const breadth =
      item.kind === 'access'
        ? breadthOf(item, byName)
        : children.kind === 'inline'
          ? farthest(children.items, byName)
          : 'narrow';
    if (breadth === 'broad') {
      return breadth;
    }
    found = breadth === 'unknown' ? breadth : found;
  }
  return found;
}

/** What a row may do, as far as it came with the row; `undefined` where it did not. */
export function accessesOf(item: Item): readonly string[] | undefined {
  return accessRowsOf(item)?.map(({ name }) => name);
}

export function accessRowsOf({ children }: Item): readonly Item[] | undefined {
  if (children.kind !== 'inline') {
    return undefined;
  }
  const rows: Item[] = [];
  addAccesses(children.items, rows);
  return rows;
}

function addAccesses(items: readonly Item[], rows: Item[]): void {
  for (const item of items) {
    if (item.kind === 'access') {
      rows.push(item);
    } else if (item.children.kind === 'inline') {
      addAccesses(item.children.items, rows);
    }
  }
}

/** The same answer for the same text, worked out once: thousands of rows have the same owner and accesses. */
function remembering<Answer>(ask: (text: string) => Answer): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) {
      return before;
    }
    const answer = ask(text);
    known.set(text, answer);
    return answer;
  };
}

/** @param roots all connections: what one of them is known for tells whether an issuer is a stranger */
export function rootFacts(
  { connection: { account } }: ConnectionNode,
  roots: readonly ConnectionNode[],
): RootFacts {
  const own = [account.id, account.name].map((text) => text.trim());
  const origins = new Set(
    roots.flatMap(({ connection: { settings } }) => Object.values(settings).flat().flatMap(originOf)),
  );
  return {
    // Most owners are ruled out by their length, sooner than they are looked up.
    isAccount: (owner) => own.some((text) => text.length === owner.length && folded(text) === folded(owner)),
    knowsOrigin: remembering((address) => originOf(address).some((origin) => origins.has(origin))),
    breadthByName: remembering(breadthByName),
  };
}

function originOf(address: string): readonly string[] {
  return /^https?:/i.test(address) && URL.canParse(address) ? [new URL(address).origin] : [];
}

function folded(text: string): string {
  return text.toLowerCase();
}
