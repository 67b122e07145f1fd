import type { Page } from './adapter.ts';
import { displayText } from './displayText.ts';
import { TokenManagerError } from './errors.ts';
import type { Connection, Field, Item, ItemPath } from './model.ts';

/** A connection's or an item's place in the tree. The objects stay the same across reloads; what they show changes. */
export type Node = ConnectionNode | ItemNode;

export class ConnectionNode {
  readonly kind = 'connection';
  connection: Connection;
  /** The service's own page, known once the connection has been opened, where there is one. */
  webPage: string | undefined;
  /** Whether its service can renew tokens, known once the connection has been opened. */
  canRenew = false;
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
  readonly kind = 'item';
  readonly parent: Branch;
  readonly branch: Branch = new Branch(this);
  /** Names the operation at the service that is waiting for somebody else's approval. */
  pendingReference: string | undefined;
  item: Item;

  constructor(parent: Branch, item: Item) {
    this.parent = parent;
    this.item = item;
  }

  get connection(): Connection {
    return this.parent.owner.connection;
  }

  get root(): ConnectionNode {
    return this.parent.owner.root;
  }

  get key(): string {
    return `${this.parent.owner.key}/${keySegment(this.item.id)}`;
  }

  get path(): ItemPath {
    return [...(this.parent.path ?? []), this.item];
  }
}

/** The rows below one node, as far as they have been read. */
export class Branch {
  readonly owner: Node;
  #nodes: readonly ItemNode[] = [];
  #inline: readonly Item[] | undefined;
  /** How many pages the rows came from. */
  pages = 0;
  /** Whether the service has more pages. */
  hasMore = false;
  total: number | undefined;
  /** Parts of the last answer that could not be read. */
  problems: readonly TokenManagerError[] = [];
  /** Why the last read failed; the rows are then those of the last one that did not. */
  error: TokenManagerError | undefined;
  /** Epoch milliseconds of the last read that did not fail. */
  loadedAt: number | undefined;

  constructor(owner: Node) {
    this.owner = owner;
  }

  get path(): ItemPath | undefined {
    return this.owner.kind === 'item' ? this.owner.path : undefined;
  }

  get nodes(): readonly ItemNode[] {
    const children = this.owner.kind === 'item' ? this.owner.item.children : undefined;
    if (children?.kind === 'inline' && children.items !== this.#inline) {
      this.#inline = children.items;
      this.#replaceNodes(children.items);
    }
    return this.#nodes;
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

  /** Replaces the rows by what was read; a row that was there before keeps its node, and with it its place. */
  show(read: Page & { readonly pages: number }, now: number): void {
    this.#replaceNodes(read.items);
    this.pages = read.pages;
    this.hasMore = read.next !== undefined;
    this.total = read.total;
    this.problems = (read.problems ?? []).map(TokenManagerError.from);
    this.error = undefined;
    this.loadedAt = now;
  }

  /** One row as it was read by itself; `undefined` takes it away. */
  replace(node: ItemNode, item: Item | undefined): void {
    if (item) {
      node.item = cleaned(item);
    } else {
      this.#nodes = this.#nodes.filter((other) => other !== node);
    }
  }

  fail(error: TokenManagerError): void {
    this.error = error;
  }

  *descendants(): Generator<ItemNode> {
    for (const node of this.nodes) {
      yield node;
      yield* node.branch.descendants();
    }
  }

  #replaceNodes(items: readonly Item[]): void {
    const before = new Map(this.#nodes.map((node) => [node.item.id, node]));
    const after = new Map<string, ItemNode>();
    for (const item of items) {
      const clean = cleaned(item);
      const node = before.get(item.id) ?? new ItemNode(this, clean);
      node.item = clean;
      after.set(item.id, node);
    }
    this.#nodes = [...after.values()];
  }
}

/** A lone surrogate has no percent-encoded form; one row with it would take all its siblings from the screen. */
function keySegment(id: string): string {
  return [...id]
    .map((character) =>
      character.isWellFormed() ? encodeURIComponent(character) : `%u${character.charCodeAt(0).toString(16)}`,
    )
    .join('');
}

/** The one door for vendor text on its way to the screen; identifiers stay as they are, for requests. */
function cleaned(item: Item): Item {
  const { owner, remark } = item;
  return {
    ...item,
    name: displayText(item.name) || displayText(item.id) || '?',
    fields: item.fields.map(cleanedField),
    ...(owner !== undefined && { owner: displayText(owner) }),
    ...(remark !== undefined && { remark: displayText(remark) }),
  };
}

function cleanedField(field: Field): Field {
  const label = displayText(field.label);
  return 'text' in field ? { label, text: displayText(field.text, 2000) } : { label, at: field.at };
}
