import type { Activity } from '../activity/activity.ts';
import { certificateAuthorityKey } from '../adapter/reservedSettings.ts';
import { type Disposable, Emitter } from '../event.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Branch, ConnectionNode, ItemNode, Node } from '../inventory/tree.ts';
import { toResult } from '../model/errors.ts';
import type { Clock, Documents } from '../ports.ts';
import { Timer } from '../time/timer.ts';
import { rowHash } from './hash.ts';
import { ownRevocations } from './ownRevocations.ts';
import {
  type ChangeKind,
  type Compared,
  compare,
  type Difference,
  isFullyRead,
  type Place,
  placeHash,
  type Snapshot,
  type TakenSnapshot,
  takeSnapshot,
} from './snapshot.ts';
import { encodeSeen, parseSeen } from './snapshotFile.ts';

export interface ChangeTrackerDeps {
  readonly inventory: Pick<Inventory, 'roots' | 'onDidChange' | 'onDidAct'>;
  readonly activity: Pick<Activity, 'acts'>;
  readonly clock: Clock;
  readonly documents: Documents;
}

/** One change, for a list. */
export interface Change {
  readonly kind: ChangeKind;
  /** Empty where none is kept. */
  readonly name: string;
  readonly itemKind: Difference['itemKind'];
  /** The row; for one that has gone the row it was below. */
  readonly node: Node;
}

/** First reads come together; they are written together, too. */
const writeAfterMs = 2000;

/**
 * What has changed at the services since the user last looked. Each list that was read completely is compared
 * with what was kept of it; the first read of one is what later ones are compared with. A failed read, or one
 * of a part, changes nothing. Changes stay until they are marked as seen.
 */
export class ChangeTracker implements Disposable {
  readonly #deps: ChangeTrackerDeps;
  readonly #changed = new Emitter<readonly Node[]>();
  readonly #subscriptions: readonly Disposable[];
  readonly #differences = new Map<Branch, readonly Difference[]>();
  readonly #marks = new WeakMap<ItemNode, readonly ChangeKind[]>();
  readonly #judged = new WeakMap<Branch, number>();
  readonly #own = new WeakMap<Branch, Set<string>>();
  /** What is still to be written. */
  readonly #pending = new Map<Branch, Snapshot>();
  readonly #writing: Timer;
  #known: readonly ConnectionNode[];
  #work: Promise<unknown> = Promise.resolve();
  /** The rows whose marks have changed, and the connections they belong to. */
  readonly onDidChange = this.#changed.event;

  constructor(deps: ChangeTrackerDeps) {
    this.#deps = deps;
    this.#known = deps.inventory.roots;
    this.#writing = new Timer(deps.clock, () => this.#enqueue(() => this.#writePending()));
    this.#subscriptions = [
      deps.inventory.onDidChange((node) =>
        node ? this.#noteRead(openedBranch(node)) : this.#forgetRemoved(),
      ),
      deps.inventory.onDidAct((node) => this.#noteAct(node)),
    ];
  }

  /** What this row is marked with. */
  of(node: ItemNode): readonly ChangeKind[] {
    return this.#marks.get(node) ?? [];
  }

  /** How many changes there are at a connection. */
  count(root: ConnectionNode): number {
    let count = 0;
    for (const [branch, differences] of this.#differences) {
      count += branch.owner.root === root ? differences.length : 0;
    }
    return count;
  }

  /** Whether there is a change at any connection. */
  get hasAny(): boolean {
    return this.#differences.size > 0;
  }

  /** All changes, as far as they are still true: another window may have marked some as seen. */
  async list(): Promise<readonly Change[]> {
    await this.recheck();
    return [...this.#differences].flatMap(([branch, differences]) =>
      differences.map(({ kind, name, itemKind, place }) => ({
        kind,
        name: nodeAt(place)?.item.name ?? name,
        itemKind,
        node: nodeAt(place) ?? branch.owner,
      })),
    );
  }

  /** Compares again where there are changes. */
  async recheck(): Promise<void> {
    this.#dropDetached();
    await Promise.all(
      [...this.#differences.keys()].map((branch) => this.#enqueue(() => this.#judge(branch))),
    );
  }

  /** From now on everything is compared with how it is now. */
  async markSeen(): Promise<void> {
    await this.#enqueue(async () => {
      const branches = [...this.#differences.keys()];
      for (const branch of branches) {
        this.#keep(branch, await this.#takeSnapshot(branch));
      }
      await this.#writePending();
      for (const branch of branches) {
        this.#show(branch, []);
      }
    });
  }

  /** Everything that was read until now has been compared, and what is to be kept has been written. */
  async idle(): Promise<void> {
    await this.#enqueue(() => this.#writePending());
  }

  dispose(): void {
    this.#writing.dispose();
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    this.#changed.dispose();
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#work.then(work);
    this.#work = toResult(turn);
    return turn;
  }

  #noteRead(branch: Branch | undefined): void {
    if (branch && isFullyRead(branch) && this.#judged.get(branch) !== branch.loadedAt) {
      this.#judged.set(branch, branch.loadedAt ?? 0);
      void toResult(this.#enqueue(() => this.#judge(branch)));
    }
  }

  #noteAct(node: ItemNode): void {
    const { branch, ids } = readPlaceOf(node);
    const own = this.#own.get(branch) ?? new Set();
    this.#own.set(branch, own.add(placeHash(ids)));
  }

  async #judge(branch: Branch): Promise<void> {
    if (!isFullyRead(branch)) {
      return;
    }
    const kept = this.#pending.get(branch) ?? (await this.#read(branch));
    const looked = await this.#takeSnapshot(branch);
    if (!kept) {
      this.#keep(branch, looked);
      return;
    }
    const { differences, isOutdated } = await this.#compare(branch, kept, looked);
    if (differences.length === 0) {
      this.#own.delete(branch);
    }
    if (differences.length === 0 && isOutdated) {
      this.#keep(branch, looked);
    }
    this.#show(branch, differences);
  }

  /** The activity is read only where something has gone: what was revoked here, in any window, is no news. */
  async #compare(branch: Branch, kept: Snapshot, looked: TakenSnapshot): Promise<Compared> {
    const now = this.#serviceNow(branch);
    const own = this.#own.get(branch) ?? new Set();
    const compared = await compare(kept, looked, now, own);
    if (!compared.differences.some(({ kind }) => kind === 'gone')) {
      return compared;
    }
    const acts = await toResult(this.#deps.activity.acts());
    // A journal that cannot be read tells of nothing that was done here.
    const revoked = acts instanceof Error ? [] : ownRevocations(acts, branch, this.#deps.clock.now());
    return compare(kept, looked, now, new Set([...own, ...revoked]));
  }

  #takeSnapshot(branch: Branch): ReturnType<typeof takeSnapshot> {
    return takeSnapshot(branch, this.#serviceNow(branch));
  }

  #serviceNow({ owner: { root } }: Branch): number {
    return this.#deps.clock.now() + root.clockOffset;
  }

  #show(branch: Branch, differences: readonly Difference[]): void {
    const before = this.#differences.get(branch) ?? [];
    if (isSame(before, differences)) {
      return;
    }
    const touched = new Set<Node>([branch.owner.root]);
    for (const { place } of before) {
      const node = nodeAt(place);
      if (node) {
        this.#marks.delete(node);
        touched.add(node);
      }
    }
    for (const { place, kind } of differences) {
      const node = nodeAt(place);
      if (node) {
        this.#marks.set(node, [...this.of(node), kind]);
        touched.add(node);
      }
    }
    if (differences.length > 0) {
      this.#differences.set(branch, differences);
    } else {
      this.#differences.delete(branch);
    }
    this.#changed.fire([...touched]);
  }

  #keep(branch: Branch, { rows }: Snapshot): void {
    this.#pending.set(branch, { rows });
    if (!this.#writing.isSet) {
      this.#writing.set(this.#deps.clock.now() + writeAfterMs);
    }
  }

  /** Rejects where that cannot be known: then nothing is said about it. */
  async #read(branch: Branch): Promise<Snapshot | undefined> {
    const stored = await parseSeen(await this.#deps.documents.read(documentName(branch)));
    return stored?.scope === scopeOf(branch.owner.root) ? stored : undefined;
  }

  async #writePending(): Promise<void> {
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const [branch, { rows }] of pending) {
      const { root } = branch.owner;
      const document = await encodeSeen({ scope: scopeOf(root), rows });
      // A connection that was disconnected meanwhile leaves nothing behind.
      if (this.#deps.inventory.roots.includes(root)) {
        await toResult(this.#deps.documents.write(documentName(branch), document));
      }
    }
  }

  #forgetRemoved(): void {
    const { roots } = this.#deps.inventory;
    const removed = this.#known.filter((root) => !roots.includes(root));
    this.#known = roots;
    for (const root of removed) {
      void toResult(this.#enqueue(() => this.#deps.documents.remove(folderName(root))));
    }
    if (removed.length > 0) {
      this.#dropDetached();
    }
  }

  /** What is below a row that has gone is gone with it, and told by it. */
  #dropDetached(): void {
    for (const branch of this.#differences.keys()) {
      if (!isAttached(branch.owner, this.#deps.inventory.roots)) {
        this.#show(branch, []);
      }
    }
  }
}

function openedBranch(node: Node): Branch | undefined {
  return node.kind === 'item' ? node.openedBranch : node.branch;
}

/** One folder a connection, one document a list. */
function folderName({ connection }: ConnectionNode): string {
  return `seen/${rowHash(connection.id)}`;
}

function documentName({ owner }: Branch): string {
  return `${folderName(owner.root)}/${rowHash(owner.key)}`;
}

/** Another account, or another choice of what is listed, is no change at the service. */
function scopeOf({ connection: { account, settings } }: ConnectionNode): string {
  const { [certificateAuthorityKey]: _, ...others } = settings;
  return rowHash(JSON.stringify([account.id, Object.entries(others).sort()]));
}

/** The branch that a row was read with, and the ids from there down to it. */
function readPlaceOf(node: ItemNode): { readonly branch: Branch; readonly ids: readonly string[] } {
  const { owner } = node.parent;
  if (!node.parent.isInline || owner.kind === 'connection') {
    return { branch: node.parent, ids: [node.item.id] };
  }
  const { branch, ids } = readPlaceOf(owner);
  return { branch, ids: [...ids, node.item.id] };
}

function nodeAt(place: Place | undefined): ItemNode | undefined {
  let found = place?.node;
  for (const { id } of place?.below ?? []) {
    found = found?.branch.nodes.find(({ item }) => item.id === id);
  }
  return found;
}

/** Whether they say the same of the same rows, so that nothing needs to be shown anew. */
function isSame(one: readonly Difference[], other: readonly Difference[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ kind, hash, place }, index) => {
      const match = other[index];
      return match?.kind === kind && match.hash === hash && nodeAt(match.place) === nodeAt(place);
    })
  );
}

function isAttached(node: Node, roots: readonly ConnectionNode[]): boolean {
  return node.kind === 'connection'
    ? roots.includes(node)
    : node.parent.nodes.includes(node) && isAttached(node.parent.owner, roots);
}
