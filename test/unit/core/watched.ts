import assert from 'node:assert/strict';
import { Emitter } from '../../../src/core/event.ts';
import { ConnectionNode, type ItemNode, type Node } from '../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../src/core/model/errors.ts';
import type { Item, Lifetime } from '../../../src/core/model/item.ts';
import type { Documents, Leases } from '../../../src/core/ports.ts';
import { StatusTracker } from '../../../src/core/status/status.ts';
import { ManualClock } from '../fakes.ts';
import { sampleItem } from '../sampleRows.ts';

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

export function token(id: string, change: Partial<Item> = {}): Item {
  return sampleItem({ id, actions: ['revoke'], ...change });
}

export function ends(at: number): { readonly lifetime: Lifetime } {
  return { lifetime: { kind: 'expires', at } };
}

/** What an inventory is to those who watch it, filled by hand. */
export class Watched {
  readonly #roots: ConnectionNode[] = [];
  readonly clock: ManualClock;
  readonly #changed = new Emitter<Node | undefined>();
  readonly #acted = new Emitter<ItemNode>();
  readonly onDidChange = this.#changed.event;
  readonly onDidAct = this.#acted.event;

  constructor(clock = new ManualClock()) {
    this.clock = clock;
  }

  get roots(): readonly ConnectionNode[] {
    return [...this.#roots];
  }

  connect(label = 'work', settings: Readonly<Record<string, string>> = {}): ConnectionNode {
    const account = { id: '1', name: 'me' };
    const names = { adapterId: 'example', serviceName: 'Example', label };
    const root = new ConnectionNode({ id: label, ...names, account, settings });
    this.#roots.push(root);
    this.#changed.fire(undefined);
    return root;
  }

  disconnect(root: ConnectionNode): void {
    this.#roots.splice(this.#roots.indexOf(root), 1);
    this.#changed.fire(undefined);
  }

  /** As if these had just been read below it; a moment passes, as it does with every read. */
  show(node: Node, items: readonly Item[], next?: string): void {
    this.clock.advance(1);
    node.branch.show({ items, pages: 1, ...(next !== undefined && { next }) }, this.clock.now());
    this.#changed.fire(node);
  }

  fail(node: Node, error = new TokenManagerError('network')): void {
    node.branch.fail(error);
    this.#changed.fire(node);
  }

  act(node: ItemNode): void {
    this.#acted.fire(node);
  }

  statusTracker(expiringWithinMs = () => 7 * day): StatusTracker {
    return new StatusTracker({ inventory: this, clock: this.clock, expiringWithinMs });
  }

  /** Lets time pass in small steps, as it does while a computer is awake. */
  async pass(ms: number, step = 10 * second): Promise<void> {
    for (let passed = 0; passed < ms; passed += step) {
      this.clock.advance(Math.min(step, ms - passed));
      await settle();
    }
  }

  /** What a clock shows after the computer slept. */
  async sleep(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settle();
  }
}

/** Until everything that waits for nothing but its turn has had it. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise(setImmediate);
  }
}

export function nodeOf(root: Node, id: string): ItemNode {
  const node = root.branch.nodes.find(({ item }) => item.id === id);
  assert(node, `there is no row ${id}`);
  return node;
}

/** Documents in memory, as JSON; several windows may share them. */
export class MemoryDocuments implements Documents {
  readonly files = new Map<string, string>();
  isBroken = false;
  writes = 0;

  async read(name: string): Promise<unknown> {
    this.#check();
    const text = this.files.get(name);
    return text === undefined ? undefined : JSON.parse(text);
  }

  async write(name: string, value: unknown): Promise<void> {
    this.#check();
    this.writes++;
    this.files.set(name, JSON.stringify(value));
  }

  async remove(name: string): Promise<void> {
    this.#check();
    for (const file of this.files.keys()) {
      if (file === name || file.startsWith(`${name}/`)) {
        this.files.delete(file);
      }
    }
  }

  #check(): void {
    if (this.isBroken) {
      throw new TokenManagerError('storage', '', { code: 'EIO' });
    }
  }
}

/** One at a time under a name, for everybody who shares it. */
export class MemoryLeases implements Leases {
  readonly #turns = new Map<string, Promise<unknown>>();

  hold<T>(name: string, _signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(name) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(name, turn);
    return turn;
  }
}
