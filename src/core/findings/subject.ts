import type { ConnectionNode, ItemNode } from '../inventory/tree.ts';
import type { Item, ItemAction, ItemKind, Lifetime } from '../model/item.ts';
import { reachesTooFar } from './breadth.ts';

/** What is known of all rows of a list, for rules that hold one against the others. */
export interface ListFacts {
  /** Whether the service names an owner for some of them. */
  readonly tellsOwners: boolean;
  readonly tellsIssuers: boolean;
  /** For rows with others like them: how many there are, or `unknown` where that cannot be told. */
  readonly likes: ReadonlyMap<ItemNode, number | 'unknown'>;
}

/** What the rules of one connection go by besides its rows. */
export interface RootFacts {
  /** Whether some row has the connection's own account as its owner, so that others have another one. */
  readonly namesAccount: boolean;
  isAccount(owner: string): boolean;
  /** Whether some connection's address is of the same origin. */
  knowsOrigin(address: string): boolean;
  reachesTooFar(access: string): boolean;
}

/** A row with all that the rules go by; the same object for each row in turn, because there may be 100,000. */
export class Subject {
  readonly root: RootFacts;
  /** The service's time, in epoch milliseconds. */
  readonly now: number;
  list: ListFacts = { tellsOwners: false, tellsIssuers: false, likes: new Map() };
  kind: ItemKind = 'note';
  lifetime: Lifetime = { kind: 'none' };
  createdAt: number | undefined;
  lastUsedAt: number | null | undefined;
  actions: readonly ItemAction[] = [];
  isOwn = false;
  owner: string | undefined;
  issuer: string | undefined;
  likes: number | 'unknown' | undefined;
  #item: Item | undefined;

  constructor(root: RootFacts, now: number) {
    this.root = root;
    this.now = now;
  }

  look(node: ItemNode, list: ListFacts): Item {
    const { item } = node;
    this.#item = item;
    this.list = list;
    this.kind = item.kind;
    this.lifetime = item.lifetime;
    this.createdAt = item.createdAt;
    this.lastUsedAt = item.lastUsedAt;
    this.actions = item.actions;
    this.isOwn = item.isOwnCredential === true;
    this.owner = item.owner || undefined;
    this.issuer = item.issuer || undefined;
    this.likes = list.likes.get(node);
    return item;
  }

  /** Of its accesses those that reach too far; `undefined` where the service does not tell its accesses. */
  farReaching(): readonly string[] | undefined {
    const accesses = this.#item && accessesOf(this.#item);
    return accesses?.filter((access) => this.root.reachesTooFar(access));
  }
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
export function rootFacts({ connection: { account } }: ConnectionNode, roots: readonly ConnectionNode[]) {
  const own = new Set([account.id, account.name].map(folded));
  const origins = new Set(
    roots.flatMap(({ connection: { settings } }) => Object.values(settings).flat().flatMap(originOf)),
  );
  return {
    namesAccount: false,
    isAccount: remembering((owner) => own.has(folded(owner))),
    knowsOrigin: remembering((address) => originOf(address).some((origin) => origins.has(origin))),
    reachesTooFar: remembering(reachesTooFar),
  };
}

function originOf(address: string): readonly string[] {
  return /^https?:/i.test(address) && URL.canParse(address) ? [new URL(address).origin] : [];
}

function folded(text: string): string {
  return text.trim().toLowerCase();
}
