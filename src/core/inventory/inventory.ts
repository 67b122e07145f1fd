import {
  type ActKind,
  type ActRecorder,
  type ActResult,
  actError,
  actSubject,
  failedResult,
  unrecorded,
} from '../activity/activity.ts';
import type {
  AdapterSession,
  Draft,
  FormStep,
  Page,
  Reach,
  Revocation,
  RevokeOutcome,
} from '../adapter/contract.ts';
import type { ConnectionChange, Connections } from '../connections/connections.ts';
import type { Sessions } from '../connections/sessions.ts';
import { type Disposable, Emitter } from '../event.ts';
import { FairTurns } from '../http/fairTurns.ts';
import { displayText } from '../model/displayText.ts';
import { settled, TokenManagerError, throwIfCancelled } from '../model/errors.ts';
import type { Item, ItemAction } from '../model/item.ts';
import type { Clock } from '../ports.ts';
import { type RevokeFailure, type RevokeResult, revokeResult } from '../revoke/result.ts';
import { type ReadPages, readPages } from './paging.ts';
import { type Branch, ConnectionNode, type ItemNode, keySegment, type Node } from './tree.ts';

/** What is true after a renewal. */
export type RenewResult =
  | { readonly kind: 'renewed'; readonly item: Item }
  /** The service renewed it and lists it no longer under its old identifier. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'unverified'; readonly error: TokenManagerError };

/** `undefined`: the connections themselves (added, removed, reordered). */
export type InventoryChange = Node | undefined;

export interface InventoryDeps {
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly includeExpired: () => boolean;
  /** Where acts are written down; left out, nowhere. */
  readonly activity?: ActRecorder;
}

/** A list so long that a row is not searched for beyond this many pages after a revoke. */
const maxPagesSearched = 200;
/** So many rows of one list are looked at by themselves when the list alone does not settle what became of them. */
const mostReadAlone = 20;

/** There may be 200 connections; so many lists are read at once; whoever takes much longer than the others makes room. */
const readsAtOnce = 16;
const longestPatienceMs = 1000;

/**
 * Everything that has been read from the services, and the acts on it. It emits the smallest thing that
 * changed; nothing here knows how it is shown.
 */
export class Inventory implements Disposable {
  readonly #deps: InventoryDeps;
  readonly #changed = new Emitter<InventoryChange>();
  readonly #loads = new Map<Branch, Load>();
  readonly #loading = new Emitter<boolean>();
  readonly #acted = new Emitter<ItemNode>();
  readonly #renewals = new Map<string, Promise<RenewResult>>();
  readonly #turns: FairTurns;
  readonly #subscription: Disposable;
  #roots = new Map<string, ConnectionNode>();
  #settling: Promise<void> | undefined;
  readonly onDidChange = this.#changed.event;
  /** Whether anything is being read. */
  readonly onDidChangeLoading = this.#loading.event;
  /** The user has acted on a row; fires before what is true now is shown. */
  readonly onDidAct = this.#acted.event;

  constructor(deps: InventoryDeps) {
    this.#deps = deps;
    this.#turns = new FairTurns(readsAtOnce, longestPatienceMs, deps.clock);
    this.#syncRoots();
    this.#subscription = deps.connections.onDidChange((change) => this.#onConnectionChange(change));
  }

  get roots(): readonly ConnectionNode[] {
    return [...this.#roots.values()];
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
    this.#settling ??= this.#deps.connections.settle().catch(() => undefined);
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
    const below = branch.openedBelow.filter(
      (child) => child.isLoaded && !child.isInline && !child.isOnRequest,
    );
    await Promise.all(below.map((child) => this.refresh(child, isDue)));
  }

  async refreshAll(): Promise<void> {
    await Promise.all(this.roots.map((root) => this.refresh(root.branch)));
  }

  /** Reads the branch of a row that is read only when asked for, because reading it may do more than read. */
  async request(branch: Branch): Promise<void> {
    const unhurried = new AbortController().signal;
    await this.#recorded(
      'loadOnRequest',
      branch.owner,
      unhurried,
      () => this.#load(branch, 1),
      () => (branch.error ? failedResult(branch.error) : { kind: 'done' }),
    );
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

  /** The row with this key, as far as it has been read. */
  find(key: string): Node | undefined {
    const [first, ...segments] = key.split('/');
    let node: Node | undefined = this.roots.find((root) => root.key === first);
    for (const segment of segments) {
      node = node?.branch.nodes.find(({ item }) => keySegment(item.id) === segment);
    }
    return node;
  }

  /** An adapter has come or gone: its connections are opened anew, whatever they were at. */
  readapt(adapterId: string): void {
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

  /**
   * @param together the rows of the same list that are revoked in the same act, itself included; left out, it alone
   * @throws `unsupported` when this row cannot be revoked
   */
  async reach(node: ItemNode, together?: readonly Item[]): Promise<Reach> {
    const revocation = this.#need(node, 'revoke', (await this.#session(node)).revocation);
    return revocation.reach(node.path, together);
  }

  /**
   * Revokes at the service, then reads again. A lost reply is no failure yet: the service may have acted,
   * so what is true is read first.
   * @throws what the service or the network said, when the row is demonstrably still there
   */
  async revoke(node: ItemNode, signal: AbortSignal): Promise<RevokeResult> {
    const sent = await this.sendRevoke(node, signal);
    const result = await this.#verifyRevoke(sent);
    await sent.end(result);
    if (result.kind === 'failed' || result.kind === 'unknown') {
      throw result.error;
    }
    return result;
  }

  /**
   * The request of {@link revoke} alone, for those who revoke many and read again once for all of them.
   * Whoever finds out what became of it ends it.
   */
  async sendRevoke(node: ItemNode, signal: AbortSignal): Promise<SentRevoke> {
    const { activity = unrecorded, sessions, clock } = this.#deps;
    const own = AbortSignal.any([signal]);
    const act = activity.begin(actSubject('revoke', node));
    const end = (result: ActResult) => act.end(result, sessions.requestIds.of(own));
    const revocation = await settled(this.#revocation(node));
    if (revocation instanceof TokenManagerError) {
      await end(failedResult(revocation));
      throw revocation;
    }
    const at = clock.now() + sessions.clockOffset(node.connection.id);
    const before = node.item;
    let isBegun = false;
    const answer = await settled(
      this.#alone(node, signal, () => {
        isBegun = true;
        return revocation.revoke(node.path, own);
      }),
    );
    if (!isBegun) {
      await end({ kind: 'cancelled' });
    }
    return { node, before, at, isBegun, answer, end: (result) => end(actResult(result)) };
  }

  async #revocation(node: ItemNode): Promise<Revocation> {
    return this.#need(node, 'revoke', (await this.#session(node)).revocation);
  }

  /** What the answer alone says; `undefined` where only reading again can tell. */
  #settledByAnswer({ node, answer }: SentRevoke): RevokeResult | RevokeFailure | undefined {
    if (answer instanceof TokenManagerError) {
      return answer.traits.mayHaveActed ? undefined : { kind: 'failed', error: answer };
    }
    if ('reference' in answer) {
      this.#showPending(node, answer.reference);
      return answer;
    }
    return undefined;
  }

  async #verifyRevoke(sent: SentRevoke): Promise<RevokeResult | RevokeFailure> {
    const { node, answer, before, at } = sent;
    const settledAlready = this.#settledByAnswer(sent);
    if (settledAlready) {
      if (settledAlready.kind !== 'failed') {
        await this.#tellOtherWindows(node);
      }
      return settledAlready;
    }
    const found = await settled(this.#find(await this.#session(node), node));
    await this.#showAfterAct(node, found);
    await this.#tellOtherWindows(node);
    return revokeResult(answer, found, before, at);
  }

  /** Reads each list again that these rows stand in, once, and says what is true of each row. */
  async verifyRevokes(
    sent: readonly SentRevoke[],
  ): Promise<ReadonlyMap<ItemNode, RevokeResult | RevokeFailure>> {
    const results = new Map<ItemNode, RevokeResult | RevokeFailure>();
    const open: SentRevoke[] = [];
    for (const one of sent) {
      const result = this.#settledByAnswer(one);
      if (result) {
        results.set(one.node, result);
      } else {
        open.push(one);
      }
    }
    for (const { node } of open) {
      this.#acted.fire(node);
    }
    const lists = [...Map.groupBy(open, ({ node }) => node.parent)];
    await Promise.all(
      lists.map(async ([branch, those]) => {
        const found = await this.#findAll(
          branch,
          those.map(({ node }) => node),
        );
        for (const { node, answer, before, at } of those) {
          results.set(node, revokeResult(answer, found.get(node), before, at));
        }
      }),
    );
    await Promise.all(
      sent.map(({ node, end }) => {
        const result = results.get(node);
        return result && end(result);
      }),
    );
    const connections = new Map(sent.map(({ node }) => [node.connection.id, node]));
    await Promise.all([...connections.values()].map((node) => this.#tellOtherWindows(node)));
    return results;
  }

  /** One renewal a row at a time, in all windows; a second caller gets the first one's result. */
  renew(node: ItemNode, signal: AbortSignal): Promise<RenewResult> {
    const running = this.#renewals.get(node.key);
    if (running) {
      return running;
    }
    const renewal = this.#recorded('renew', node, signal, (own) => this.#renew(node, own), actResult).finally(
      () => this.#renewals.delete(node.key),
    );
    this.#renewals.set(node.key, renewal);
    return renewal;
  }

  async attachmentForm(node: ItemNode): Promise<readonly FormStep[]> {
    return this.#need(node, 'attach', (await this.#session(node)).attachment).form(node.path);
  }

  attach(node: ItemNode, entered: Draft, signal: AbortSignal): Promise<void> {
    return this.#recorded('attach', node, signal, (own) => this.#attach(node, entered, own));
  }

  detach(node: ItemNode): Promise<void> {
    const unhurried = new AbortController().signal;
    return this.#recorded('detach', node, unhurried, () => this.#detach(node));
  }

  async #attach(node: ItemNode, entered: Draft, signal: AbortSignal): Promise<void> {
    await this.#need(node, 'attach', (await this.#session(node)).attachment).attach(
      node.path,
      entered,
      signal,
    );
    await this.refresh(node.parent);
    await this.#tellOtherWindows(node);
  }

  async #detach(node: ItemNode): Promise<void> {
    await this.#need(node, 'detach', (await this.#session(node)).attachment).detach(node.path);
    await this.refresh(node.parent);
    await this.#tellOtherWindows(node);
  }

  async webPage(connectionId: string): Promise<string | undefined> {
    return (await this.#deps.sessions.get(connectionId)).webPage;
  }

  dispose(): void {
    this.cancel();
    this.#turns.dispose();
    this.#subscription.dispose();
    this.#changed.dispose();
    this.#loading.dispose();
    this.#acted.dispose();
  }

  /** @param act is given a signal of its own, by which its requests are known */
  #recorded<T>(
    kind: ActKind,
    node: Node,
    signal: AbortSignal,
    act: (own: AbortSignal) => Promise<T>,
    resultOf?: (value: T) => ActResult,
  ): Promise<T> {
    const own = AbortSignal.any([signal]);
    const { activity = unrecorded, sessions } = this.#deps;
    return activity.record(
      actSubject(kind, node),
      () => act(own),
      resultOf,
      () => sessions.requestIds.of(own),
    );
  }

  #session(node: Node): Promise<AdapterSession> {
    return this.#deps.sessions.get(node.connection.id);
  }

  #need<T>(node: ItemNode, action: ItemAction, capability: T | undefined): T {
    if (!capability || !node.item.actions.includes(action)) {
      throw new TokenManagerError('unsupported', '', { code: action });
    }
    return capability;
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
    return done;
  }

  async #readPages(branch: Branch, pages: number, includeExpired: boolean, signal: AbortSignal) {
    const session = await this.#session(branch.owner);
    if (branch.owner.kind === 'connection') {
      branch.owner.webPage = session.webPage;
      branch.owner.canRenew = session.renew !== undefined;
    }
    const isWhole = pages === Number.POSITIVE_INFINITY;
    const options = { includeExpired, ...(isWhole && { all: true }) };
    const read = await readPages(session, branch.path, pages, options, this.#deps.clock, signal);
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
      branch.fail(error);
    }
    this.#noteClock(branch.owner.root);
    this.#changed.fire(branch.owner);
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

  /** The row as the service has it now. Not cancellable: after a write, knowing is worth the wait. */
  async #find(session: AdapterSession, node: ItemNode): Promise<Item | undefined> {
    const signal = new AbortController().signal;
    if (session.read) {
      return session.read(node.path, signal);
    }
    const cursors = new Set<string>();
    let cursor: string | undefined;
    for (let page = 0; page < maxPagesSearched; page++) {
      const read: Page = await session.list(node.parent.path, cursor, { includeExpired: false }, signal);
      const found = read.items.find((item) => item.id === node.item.id);
      if (found || read.next === undefined) {
        return found;
      }
      if (cursors.has(read.next)) {
        break;
      }
      cursors.add(read.next);
      cursor = read.next;
    }
    throw new TokenManagerError('protocol', '', { code: 'endless-list' });
  }

  async #renew(node: ItemNode, signal: AbortSignal): Promise<RenewResult> {
    // Taken before waiting for the other windows, so that it still knows what was there before they renewed.
    const session = await this.#session(node);
    const renew = this.#need(node, 'renew', session.renew?.bind(session));
    try {
      await this.#alone(node, signal, () => renew(node.path, signal));
    } catch (thrown) {
      // What has to be done now, such as signing in again, shows on the rows.
      await this.#showAfterAct(node, TokenManagerError.from(thrown));
      throw thrown;
    }
    const found = await settled(this.#find(session, node));
    await this.#showAfterAct(node, found);
    await this.#tellOtherWindows(node);
    if (found instanceof TokenManagerError) {
      return { kind: 'unverified', error: found };
    }
    return found ? { kind: 'renewed', item: found } : { kind: 'replaced' };
  }

  /** An act on a row, while no other window acts on the same one. */
  #alone<T>(node: ItemNode, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    return this.#deps.connections.exclusively(`act/${node.key}`, signal, act);
  }

  /** The act is done and shown; that other windows learn of it later than they could is no failure of it. */
  async #tellOtherWindows({ connection }: ItemNode): Promise<void> {
    await this.#deps.connections.touch(connection.id).catch(() => undefined);
  }

  /** Shows what is true after an act: by reading the list again, or by what was read of this one row. */
  async #showAfterAct(node: ItemNode, found: Item | undefined | TokenManagerError): Promise<void> {
    this.#acted.fire(node);
    if (!node.parent.isOnRequest) {
      await this.refresh(node.parent);
    } else if (!(found instanceof TokenManagerError)) {
      node.parent.replace(node, found);
      this.#changed.fire(found ? node : node.parent.owner);
    }
  }

  #showPending(node: ItemNode, reference: string): void {
    node.pendingReference = reference;
    this.#changed.fire(node);
  }

  /** The rows of one list as the service has them now, by reading it once; it then shows what was read. */
  async #findAll(
    branch: Branch,
    nodes: readonly ItemNode[],
  ): Promise<ReadonlyMap<ItemNode, Item | undefined | TokenManagerError>> {
    const session = await settled(this.#session(branch.owner));
    if (session instanceof TokenManagerError) {
      return new Map(nodes.map((node) => [node, session]));
    }
    if (branch.isOnRequest) {
      return this.#findEach(session, branch, nodes);
    }
    const signal = new AbortController().signal;
    const options = { includeExpired: false, all: true };
    const { clock } = this.#deps;
    const list = await settled(
      readPages(session, branch.path, Number.POSITIVE_INFINITY, options, clock, signal),
    );
    const found = await this.#settleDoubts(session, nodes, list);
    await this.refresh(branch);
    return found;
  }

  async #findEach(
    session: AdapterSession,
    branch: Branch,
    nodes: readonly ItemNode[],
  ): Promise<ReadonlyMap<ItemNode, Item | undefined | TokenManagerError>> {
    const found = new Map<ItemNode, Item | undefined | TokenManagerError>();
    for (const node of nodes) {
      const item = await settled(this.#find(session, node));
      found.set(node, item);
      if (!(item instanceof TokenManagerError)) {
        branch.replace(node, item);
      }
    }
    this.#changed.fire(branch.owner);
    return found;
  }

  /**
   * A list that has problems proves no absence, and one may name a row for longer than it lives: such rows are
   * looked at by themselves, where the service can and they are few.
   */
  async #settleDoubts(
    session: AdapterSession,
    nodes: readonly ItemNode[],
    list: ReadPages | TokenManagerError,
  ): Promise<ReadonlyMap<ItemNode, Item | undefined | TokenManagerError>> {
    if (list instanceof TokenManagerError) {
      return new Map(nodes.map((node) => [node, list]));
    }
    const listed = new Map(list.items.map((item) => [item.id, item]));
    const [problem] = list.problems ?? [];
    const absent = problem && TokenManagerError.from(problem);
    const found = new Map(nodes.map((node) => [node, listed.get(node.item.id) ?? absent]));
    const doubtful = nodes.filter((node) => found.get(node) !== undefined);
    if (session.read && doubtful.length <= mostReadAlone) {
      for (const node of doubtful) {
        found.set(node, await settled(this.#find(session, node)));
      }
    }
    return found;
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
  }
}

/** A request to revoke and what came back; nothing has been read again yet. */
export interface SentRevoke {
  readonly node: ItemNode;
  /** The row as it was before. */
  readonly before: Item;
  /** The service's time before, in epoch milliseconds. */
  readonly at: number;
  /** False when it was stopped before anything could have been sent. */
  readonly isBegun: boolean;
  readonly answer: RevokeOutcome | TokenManagerError;
  /** Writes down what became of it; never rejects. */
  end(result: RevokeResult | RevokeFailure): Promise<void>;
}

function actResult(result: RevokeResult | RevokeFailure | RenewResult): ActResult {
  switch (result.kind) {
    case 'waitingForApproval':
    case 'stillRunning':
      return { kind: result.kind, reference: displayText(result.reference, 100) };
    case 'unverified':
    case 'unknown':
      return { kind: result.kind, ...actError(result.error) };
    case 'failed':
      return failedResult(result.error);
    case 'renewed':
      return { kind: 'done' };
    default:
      return { kind: result.kind };
  }
}

/** How many pages are read to show a branch anew. */
function pagesOf(branch: Branch): number {
  return branch.isWhole ? Number.POSITIVE_INFINITY : Math.max(1, branch.pages);
}

interface Load {
  readonly pages: number;
  readonly includeExpired: boolean;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}
