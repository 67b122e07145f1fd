import type { AdapterSession } from '../adapter/contract.ts';
import type { ConnectionChange } from '../connections/changes.ts';
import type { Connections } from '../connections/connections.ts';
import type { Sessions } from '../connections/sessions.ts';
import { type Disposable, Emitter } from '../event.ts';
import { Limiter } from '../http/limiter.ts';
import { TokenManagerError, throwIfCancelled } from '../model/errors.ts';
import type { Item, ItemAction } from '../model/item.ts';
import type { Clock } from '../ports.ts';
import { type HeldPages, type ReadPages, readNextPage, readPages } from './paging.ts';
import { type Branch, ConnectionNode, type ItemNode, type Node } from './tree.ts';

/** `undefined`: the connections themselves (added, removed, reordered). */
export type InventoryChange = Node | undefined;

export interface InventoryDeps {
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly includeExpired: () => boolean;
}

/** There may be 200 connections; so many lists are read at once; one that takes much longer than the others makes room. */
const readsAtOnce = 16;
const longestPatienceMs = 1000;

/**
 * Everything that has been read from the services. It emits the smallest thing that changed; nothing here knows
 * how it is shown, or what is done about it.
 */
export class Inventory implements Disposable {
  readonly #deps: InventoryDeps;
  readonly #changed = new Emitter<InventoryChange>();
  readonly #loads = new Map<Branch, Load>();
  readonly #loading = new Emitter<boolean>();
  readonly #acted = new Emitter<ItemNode>();
  readonly #read = new Emitter<Branch>();
  readonly #turns: Limiter;
  readonly #subscription: Disposable;
  #roots = new Map<string, ConnectionNode>();
  #rootList: readonly ConnectionNode[] = [];
  #settling: Promise<void> | undefined;
  readonly onDidChange = this.#changed.event;
  /** A list was read, and shows what the service answered. */
  readonly onDidRead = this.#read.event;
  /** Whether anything is being read. */
  readonly onDidChangeLoading = this.#loading.event;
  /** The user has acted on a row; fires before what is true now is shown. */
  readonly onDidAct = this.#acted.event;

  constructor(deps: InventoryDeps) {
    this.#deps = deps;
    this.#turns = new Limiter(readsAtOnce, { longestPatienceMs, clock: deps.clock });
    this.#syncRoots();
    this.#subscription = deps.connections.onDidChange((change) => this.#onConnectionChange(change));
  }

  get roots(): readonly ConnectionNode[] {
    return this.#rootList;
  }

  /** Every row that has been read so far, outermost first. */
  *items(): Generator<ItemNode> {
    for (const root of this.roots) {
      yield* root.branch.descendants();
    }
  }

  /**
   * Reads a branch that has never been read, or whose service asked for a wait that is over. Settles when it
   * has an answer or an error to show.
   */
  async open(branch: Branch): Promise<void> {
    this.#settling ??= this.#deps.connections.finishInterrupted().catch(() => undefined);
    if (!branch.isLoaded) {
      await this.#load(branch, 1);
    } else if (branch.isWaitOver(this.#deps.clock.now())) {
      await this.#load(branch, pagesOf(branch));
    }
  }

  /** Reads again whatever failed for a wait that its service asked for and that is over. */
  async resume(): Promise<void> {
    const branches = this.roots.flatMap(({ branch }) => [...branch.opened()]);
    const now = this.#deps.clock.now();
    await Promise.all(branches.filter((branch) => branch.isWaitOver(now)).map((branch) => this.open(branch)));
  }

  /**
   * Reads what is shown anew: the branch as many pages as it had, then what is open below it.
   * @param isDue which of these branches are read; what is below the others may be all the same
   */
  async refresh(branch: Branch, isDue: (branch: Branch) => boolean = () => true): Promise<void> {
    if (isDue(branch)) {
      await this.#load(branch, pagesOf(branch));
    }
    const below = branch
      .openedBelow()
      .filter((child) => child.isLoaded && !child.isInline && !child.isOnRequest);
    await Promise.all(below.map((child) => this.refresh(child, isDue)));
  }

  /**
   * Reads anew what an act on a row of this list may have changed: the list itself, unless it is read on request
   * only, and those beside it that have been read. A token may stand in two: under its provider and by itself.
   */
  async refreshWithBeside(branch: Branch): Promise<void> {
    const own = branch.isOnRequest ? [] : [branch];
    await Promise.all([...own, ...readBeside(branch)].map((one) => this.refresh(one)));
  }

  async refreshAll(): Promise<void> {
    await Promise.all(this.roots.map((root) => this.refresh(root.branch)));
  }

  /** Reads the branch of a row that is read only when asked for, because reading it may do more than read. */
  async request(branch: Branch): Promise<void> {
    await this.#load(branch, 1);
  }

  async loadMore(branch: Branch): Promise<void> {
    await this.#load(branch, branch.pages + 1);
  }

  /**
   * Reads every page of a list. From then on reading it again reads every page again. What goes wrong is told
   * by the branch, also that it was stopped.
   */
  async loadAll(branch: Branch, signal?: AbortSignal): Promise<void> {
    const done = this.#load(branch, Number.POSITIVE_INFINITY);
    const { controller } = this.#loads.get(branch) ?? {};
    const cancel = () => controller?.abort();
    signal?.addEventListener('abort', cancel, { once: true });
    await done;
    signal?.removeEventListener('abort', cancel);
  }

  /** An adapter has come or gone: its connections are opened anew, whatever they were at. */
  reopenConnections(adapterId: string): void {
    for (const root of this.roots) {
      if (root.connection.adapterId === adapterId) {
        this.#deps.sessions.close(root.connection.id);
        const running = this.#loads.get(root.branch);
        if (running || root.branch.isLoaded) {
          // With an adapter that is no more; what comes of it is not shown any more.
          this.#loads.delete(root.branch);
          running?.controller.abort();
          void this.refresh(root.branch);
        }
      }
    }
  }

  /** Stops every read under way; rows keep what they had. */
  cancel(): void {
    for (const load of this.#loads.values()) {
      load.controller.abort();
    }
  }

  /** The user has acted on a row, and what is true now is about to be shown. */
  noteAct(node: ItemNode): void {
    this.#acted.fire(node);
  }

  /** Shows rows as each was read by itself; `undefined` takes one away. */
  replace(branch: Branch, found: ReadonlyMap<ItemNode, Item | undefined>): void {
    for (const [node, item] of found) {
      branch.replace(node, item);
    }
    const [[node, item] = []] = found;
    this.#changed.fire(found.size === 1 && item ? node : branch.owner);
  }

  /** @param reference names the operation at the service that waits for another person's approval, as long as it does */
  showPending(node: ItemNode, reference: string | undefined): void {
    node.pendingReference = reference;
    this.#changed.fire(node);
  }

  /** @param action what is under way on the row; `undefined` when it is over */
  showActing(node: ItemNode, action: ItemAction | undefined): void {
    node.parent.setActing(node, action);
    this.#changed.fire(node);
  }

  dispose(): void {
    this.cancel();
    this.#turns.dispose();
    this.#subscription.dispose();
    this.#changed.dispose();
    this.#loading.dispose();
    this.#acted.dispose();
    this.#read.dispose();
  }

  #session(node: Node): Promise<AdapterSession> {
    return this.#deps.sessions.get(node.connection.id);
  }

  #load(branch: Branch, pages: number): Promise<void> {
    const includeExpired = this.#deps.includeExpired();
    const running = this.#loads.get(branch);
    if (running && running.pages >= pages && running.includeExpired === includeExpired) {
      return running.done;
    }
    running?.controller.abort();
    const controller = new AbortController();
    const { signal } = controller;
    const read = () => this.#readPages(branch, pages, includeExpired, signal);
    const done = this.#show(branch, signal, this.#turns.run(signal, read)).finally(() => {
      if (this.#loads.get(branch)?.controller === controller) {
        this.#loads.delete(branch);
        this.#loading.fire(this.#loads.size > 0);
      }
    });
    this.#loads.set(branch, { pages, includeExpired, controller, done });
    this.#loading.fire(true);
    if (branch.error) {
      branch.retried = branch.error;
      this.#changed.fire(branch.owner);
    }
    return done;
  }

  async #readPages(branch: Branch, pages: number, includeExpired: boolean, signal: AbortSignal) {
    const session = await this.#session(branch.owner);
    if (branch.owner.kind === 'connection') {
      branch.owner.icon = this.#deps.sessions.icon(branch.owner.connection.id);
      branch.owner.webPage = session.webPage;
      branch.owner.canRenew = session.renew !== undefined;
      branch.owner.handsOver = session.handOvers !== undefined;
      branch.owner.holds = session.heldTokens && ((path) => session.heldTokens?.has(path) ?? false);
    }
    const isWhole = pages === Number.POSITIVE_INFINITY;
    const options = { includeExpired, ...(isWhole && { all: true }) };
    const held = heldPages(branch, pages);
    const { clock } = this.#deps;
    const read = held
      ? await readNextPage(session, branch.path(), held, options, clock, signal)
      : await readPages(session, branch.path(), pages, options, clock, signal);
    throwIfCancelled(signal);
    return { ...read, isWhole };
  }

  async #show(
    branch: Branch,
    signal: AbortSignal,
    reading: Promise<ReadPages & { readonly isWhole: boolean }>,
  ): Promise<void> {
    try {
      branch.show(await reading, this.#deps.clock.now());
    } catch (thrown) {
      const error = TokenManagerError.from(thrown);
      if (signal.aborted && this.#loads.get(branch)?.controller.signal !== signal) {
        return; // Overtaken by a newer load, which will say what there is to say.
      }
      branch.fail(error, this.#deps.clock.now());
    }
    this.#noteClock(branch.owner.root);
    this.#changed.fire(branch.owner);
    if (!branch.error) {
      this.#read.fire(branch);
    }
  }

  /** Every row of a connection is judged by the service's clock, so that all are shown anew. */
  #noteClock(root: ConnectionNode): void {
    const offset = this.#deps.sessions.clockOffset(root.connection.id);
    // It wavers by the time that answers take; so little changes no row.
    if (Math.abs(offset - root.clockOffset) > 60_000) {
      root.clockOffset = offset;
      this.#changed.fire(root);
    }
  }

  #onConnectionChange(change: ConnectionChange): void {
    if (change.kind === 'reconnected' || change.kind === 'removed') {
      this.#deps.sessions.close(change.id);
    }
    this.#syncRoots();
    const root = this.#roots.get(change.id);
    if (change.kind === 'reconnected' && root?.branch.isLoaded) {
      void this.refresh(root.branch);
    }
    const isAboutOneRow = change.kind === 'relabelled' || change.kind === 'keptOtherwise';
    this.#changed.fire(isAboutOneRow ? root : undefined);
  }

  #syncRoots(): void {
    const roots = new Map<string, ConnectionNode>();
    for (const connection of this.#deps.connections.all()) {
      const root = this.#roots.get(connection.id) ?? new ConnectionNode(connection);
      root.connection = connection;
      root.isForSessionOnly = this.#deps.connections.isForSessionOnly(connection.id);
      roots.set(connection.id, root);
    }
    this.#roots = roots;
    this.#rootList = [...roots.values()];
  }
}

/** The other lists of the same row or connection that have a heading of their own, as far as they can be read again. */
function readBeside(branch: Branch): Branch[] {
  const { owner } = branch;
  return isSection(owner)
    ? owner.parent
        .openedBelow()
        .filter(
          (other) =>
            other !== branch &&
            isSection(other.owner) &&
            other.isLoaded &&
            !other.isInline &&
            !other.isOnRequest,
        )
    : [];
}

function isSection(node: Node): node is ItemNode {
  return node.kind === 'item' && node.item.kind === 'section';
}

/** How many pages are read to show a branch anew. */
function pagesOf(branch: Branch): number {
  return branch.isWhole ? Number.POSITIVE_INFINITY : Math.max(1, branch.pages);
}

/** What one page more can be added to. */
function heldPages({ pages, end, nodes, problems }: Branch, wanted: number): HeldPages | undefined {
  return end && wanted === pages + 1
    ? { pages, end, items: nodes.map(({ item }) => item), problems }
    : undefined;
}

interface Load {
  readonly pages: number;
  readonly includeExpired: boolean;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}
