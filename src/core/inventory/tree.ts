import type { ServiceIcon } from '../adapter/serviceIcon.ts';
import { ShownItem } from '../model/displayItem.ts';
import { TokenManagerError } from '../model/errors.ts';
import type { Connection, Item, ItemAction, ItemPath } from '../model/item.ts';
import { commonEnds } from './commonEnds.ts';
import { keySegment } from './keySegment.ts';
import { kindAndName, sharedNames } from './namesakes.ts';
import type { PageEnd, ReadPages } from './paging.ts';
import { StateCounts } from './stateCounts.ts';

/** A connection's or an item's place in the tree. The objects stay the same across reloads; what they show changes. */
export type Node = ConnectionNode | ItemNode;

export class ConnectionNode {
  readonly kind = 'connection';
  connection: Connection;
  /** Its service’s, known once the connection has been opened. */
  icon: ServiceIcon | undefined;
  /** The service's own page, known once the connection has been opened, where there is one. */
  webPage: string | undefined;
  /** Whether its service can renew tokens, known once the connection has been opened. */
  canRenew = false;
  /** Whether another program holds what its rows are about, known once the connection has been opened. */
  handsOver = false;
  /** Whether it holds the token of a row itself, known once the connection has been opened. */
  holds: ((path: ItemPath) => boolean) | undefined;
  /** Whether its credentials will be gone with this window. */
  isForSessionOnly = false;
  readonly branch: Branch = new Branch(this);
  /** How many milliseconds the service's clock is ahead of this computer's; 0 when they agree. */
  clockOffset = 0;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  get root(): ConnectionNode {
    return this;
  }

  /** Unique in the whole tree and stable; holds nothing secret. */
  get key(): string {
    return this.connection.id;
  }
}

export class ItemNode {
  readonly parent: Branch;
  #item: ShownItem;
  #branch: Branch | undefined;

  constructor(parent: Branch, item: Item) {
    this.parent = parent;
    this.#item = ShownItem.of(item);
  }

  // Of these there may be 100,000: whatever can be worked out is no member.
  get id(): string {
    return this.#item.id;
  }

  get kind(): 'item' {
    return 'item';
  }

  /** Fit to be shown. */
  get item(): Item {
    return this.#item;
  }

  set item(item: Item) {
    this.#item = ShownItem.of(item);
    this.#branch?.forgetInline();
  }

  /** What is below, made when first asked for; a walk over everything asks {@link openedBranch}. */
  get branch(): Branch {
    if (!this.#branch) {
      this.#branch = new Branch(this);
      this.parent.noteOpened(this);
    }
    return this.#branch;
  }

  /** What is below, if it was asked for yet. */
  get openedBranch(): Branch | undefined {
    return this.#branch;
  }

  /** Names the operation at the service that is waiting for approval. */
  get pendingReference(): string | undefined {
    return this.parent.pendingReferences.get(this);
  }

  set pendingReference(reference: string | undefined) {
    if (reference === undefined) {
      this.parent.pendingReferences.delete(this);
    } else {
      this.parent.pendingReferences.set(this, reference);
    }
    this.parent.forgetCounts();
  }

  /** The act on this row that is under way; it takes no second one. */
  get acting(): ItemAction | undefined {
    return this.parent.actingOn(this);
  }

  get connection(): Connection {
    return this.parent.owner.connection;
  }

  get root(): ConnectionNode {
    return this.parent.owner.root;
  }

  get key(): string {
    return `${this.parent.owner.key}/${keySegment(this.#item.id)}`;
  }

  path(): ItemPath {
    return [...(this.parent.path() ?? []), this.item];
  }
}

/** The rows below one node, as far as they have been read. */
export class Branch {
  readonly owner: Node;
  #nodes: readonly ItemNode[] = [];
  /** Whether the nodes are those that came with the owner as it is now. */
  #hasInline = false;
  /** The nodes that have a branch. */
  readonly #opened = new Set<ItemNode>();
  #counts: StateCounts | undefined;
  /** What more than one row is called, worked out when first asked for. */
  #sharedNames: ReadonlySet<string> | undefined;
  /** These two are kept here, because of the rows there may be 100,000. */
  readonly #acting = new WeakMap<ItemNode, ItemAction>();
  readonly pendingReferences = new WeakMap<ItemNode, string>();
  /** How many pages the rows came from. */
  pages = 0;
  /** Whether the user asked for all there is, so that reading again reads all again. */
  isWhole = false;
  /** Whether the service has more pages. */
  hasMore = false;
  total: number | undefined;
  /** Where reading the service's next page goes on; `undefined` when reading begins anew. */
  end: PageEnd | undefined;
  /** Whether expired rows were not asked for, so that there may be some. */
  leavesOutExpired = false;
  /** Parts of the last answer that could not be read. */
  problems: readonly TokenManagerError[] = [];
  /** Why the last read failed; the rows are then those of the last one that did not. */
  error: TokenManagerError | undefined;
  /** The failure that a read under way may mend. */
  retried: TokenManagerError | undefined;
  /** Epoch milliseconds of the first read that failed since the last one that did not. */
  failedAt: number | undefined;
  /** Epoch milliseconds of the last read that did not fail. */
  loadedAt: number | undefined;

  constructor(owner: Node) {
    this.owner = owner;
  }

  path(): ItemPath | undefined {
    return this.owner.kind === 'item' ? this.owner.path() : undefined;
  }

  get nodes(): readonly ItemNode[] {
    const children = this.#hasInline || this.owner.kind !== 'item' ? undefined : this.owner.item.children;
    if (children?.kind === 'inline') {
      this.#hasInline = true;
      // The last of those that share an id, where the first of them stood.
      this.#replaceNodes([...new Map(children.items.map((item) => [item.id, item])).values()]);
    }
    return this.#nodes;
  }

  actingOn(node: ItemNode): ItemAction | undefined {
    return this.#acting.get(node);
  }

  /** @param action `undefined` when it is over */
  setActing(node: ItemNode, action: ItemAction | undefined): void {
    if (action) {
      this.#acting.set(node, action);
    } else {
      this.#acting.delete(node);
    }
  }

  /** Whether there is an answer to show, be it an error. */
  get isLoaded(): boolean {
    return this.isInline || this.loadedAt !== undefined || this.error !== undefined;
  }

  /**
   * Whether the last read failed for a wait that the service asked for and that is over. What is read only on
   * request never counts: reading it may change something, and has to be asked for again.
   */
  isWaitOver(now: number): boolean {
    return !this.isOnRequest && this.error?.retryAt !== undefined && this.error.retryAt <= now;
  }

  /** Whether the rows came with the owner, so that there is nothing to read. */
  get isInline(): boolean {
    return this.owner.kind === 'item' && this.owner.item.children.kind === 'inline';
  }

  get isOnRequest(): boolean {
    return this.owner.kind === 'item' && this.owner.item.children.kind === 'onRequest';
  }

  /** Replaces the rows by what was read, in which each comes once; a row that was there before keeps its node, and with it its place. */
  show(read: ReadPages & { readonly isWhole?: boolean }, now: number): void {
    this.#replaceNodes(read.items);
    this.pages = read.pages;
    this.isWhole = read.isWhole ?? false;
    this.hasMore = read.next !== undefined;
    this.total = read.total;
    this.end = read.end;
    this.leavesOutExpired = read.leavesOutExpired ?? false;
    this.problems = (read.problems ?? []).map(TokenManagerError.from);
    this.error = undefined;
    this.failedAt = undefined;
    this.loadedAt = now;
  }

  /** One row as it was read by itself; `undefined` takes it away. */
  replace(node: ItemNode, item: Item | undefined): void {
    this.#counts = undefined;
    this.#sharedNames = undefined;
    if (item) {
      node.item = item;
    } else {
      this.#nodes = this.#nodes.filter((other) => other !== node);
      this.#opened.delete(node);
    }
  }

  fail(error: TokenManagerError, now?: number): void {
    this.error = error;
    this.retried = undefined;
    this.failedAt ??= now;
    this.end = undefined;
  }

  /**
   * Every row below, outermost first. Rows that came with another one and have no state are left out until
   * they were asked for: making them all would cost more than everything else.
   */
  *descendants(): Generator<ItemNode> {
    for (const node of this.nodes) {
      yield node;
      if (node.openedBranch || bringsStates(node)) {
        yield* node.branch.descendants();
      }
    }
  }

  /** This branch and those below it that were asked for. */
  *opened(): Generator<Branch> {
    yield this;
    for (const branch of this.openedBelow()) {
      yield* branch.opened();
    }
  }

  /** The branches of the rows that were opened. */
  openedBelow(): readonly Branch[] {
    return [...this.#opened].map((node) => node.branch);
  }

  /** How many rows are in each state, without what is below rows that have a branch. */
  countStates(now: number, expiringWithinMs: number): StateCounts {
    const nodes = this.nodes;
    const kept = this.#counts;
    const counts = kept?.holdsAt(now, expiringWithinMs)
      ? kept
      : new StateCounts(nodes, now, expiringWithinMs);
    this.#counts = counts;
    return counts;
  }

  /** Whether another row of the list is of the same kind and name. */
  hasNamesake({ item }: ItemNode): boolean {
    this.#sharedNames ??= sharedNames(this.nodes);
    return this.#sharedNames.has(kindAndName(item));
  }

  /** A row has got a branch, and counts for itself from now on. */
  noteOpened(node: ItemNode): void {
    this.#opened.add(node);
    this.#counts = undefined;
  }

  forgetCounts(): void {
    this.#counts = undefined;
  }

  /** The owner is another, and so are the rows that it brings along. */
  forgetInline(): void {
    this.#hasInline = false;
    this.#counts = undefined;
    if (this.owner.kind === 'item' && this.owner.item.children.kind === 'none') {
      this.#replaceNodes([]);
    }
  }

  /** @param items each with an id of its own */
  #replaceNodes(items: readonly Item[]): void {
    this.#counts = undefined;
    this.#sharedNames = undefined;
    const nodes = this.#nodes;
    const { start, kept } = commonEnds(nodes, items);
    if (start < nodes.length || start < items.length) {
      const between = this.#matched(
        nodes.slice(start, nodes.length - kept),
        items.slice(start, items.length - kept),
      );
      // Not spread: an array that grows keeps room for half as many again.
      this.#nodes = nodes.slice(0, start).concat(between, nodes.slice(nodes.length - kept));
    }
    items.forEach((item, index) => {
      const node = this.#nodes[index];
      if (node) {
        node.item = item;
      }
    });
  }

  /** One node for each item: the one it had, or else a new one. */
  #matched(nodes: readonly ItemNode[], items: readonly Item[]): readonly ItemNode[] {
    const known = new Map(nodes.map((node) => [node.id, node]));
    const matched = items.map((item) => {
      const node = known.get(item.id);
      known.delete(item.id);
      return node ?? new ItemNode(this, item);
    });
    for (const gone of known.values()) {
      this.#opened.delete(gone);
    }
    return matched;
  }
}

function bringsStates({ item: { children } }: ItemNode): boolean {
  return children.kind === 'inline' && children.isPassive !== true;
}
