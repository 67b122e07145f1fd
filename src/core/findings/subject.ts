import type { ConnectionNode } from '../inventory/tree.ts';
import type { Item, ItemKind, Lifetime } from '../model/item.ts';
import { reachesTooFar } from './breadth.ts';

/** What the rules of one connection go by besides its rows. */
export interface RootFacts {
  isAccount(owner: string): boolean;
  /** Whether some connection's address is of the same origin. */
  knowsOrigin(address: string): boolean;
  reachesTooFar(access: string): boolean;
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

  /** Whether an access of it reaches too far; `undefined` where the service does not tell its accesses. */
  reachesTooFar(): boolean | undefined {
    const children = this.#item?.children;
    return children?.kind === 'inline' ? someAccess(children.items, this.root.reachesTooFar) : undefined;
  }

  /** Those of its accesses. */
  farReaching(): readonly string[] {
    const accesses = (this.#item && accessesOf(this.#item)) ?? [];
    return accesses.filter((access) => this.root.reachesTooFar(access));
  }
}

function someAccess(items: readonly Item[], isMeant: (name: string) => boolean): boolean {
  return items.some((item) =>
    item.kind === 'access'
      ? isMeant(item.name)
      : item.children.kind === 'inline' && someAccess(item.children.items, isMeant),
  );
}

/** What a row may do, as far as it came with the row; `undefined` where it did not. */
export function accessesOf({ children }: Item): readonly string[] | undefined {
  if (children.kind !== 'inline') {
    return undefined;
  }
  const names: string[] = [];
  addNames(children.items, names);
  return names;
}

function addNames(items: readonly Item[], names: string[]): void {
  for (const item of items) {
    if (item.kind === 'access') {
      names.push(item.name);
    } else if (item.children.kind === 'inline') {
      addNames(item.children.items, names);
    }
  }
}

/** The same answer for the same text, worked out once: thousands of rows have the same owner and accesses. */
function remembering(ask: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>();
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
    reachesTooFar: remembering(reachesTooFar),
  };
}

function originOf(address: string): readonly string[] {
  return /^https?:/i.test(address) && URL.canParse(address) ? [new URL(address).origin] : [];
}

function folded(text: string): string {
  return text.toLowerCase();
}
