import type { Disposable } from '../event.ts';
import type { Branch, ConnectionNode } from '../inventory/tree.ts';
import { toResult } from '../model/errors.ts';
import type { Clock } from '../ports.ts';
import type { Survey } from '../status/expiryIndex.ts';
import type { StatusTracker } from '../status/status.ts';
import { type Tick, Timer } from '../time/timer.ts';

export interface AutoRefreshDeps {
  readonly clock: Clock;
  /** From 0 to 1; spreads what would otherwise come at the same moment. */
  readonly random: () => number;
  /** 0 for never. */
  readonly intervalMs: () => number;
  readonly statusTracker: Pick<StatusTracker, 'surveys' | 'onDidRead'>;
  /** Reads what has been read before, except branches that are not due. */
  readonly refresh: (branch: Branch, isDue: (branch: Branch) => boolean) => Promise<void>;
}

/** After a sleep the network is back a little later than the clock. */
const networkIsBackMs = 10_000;

/** Longer lists are read less often, so that no connection costs more requests an interval than this. */
const pagesAnInterval = 20;

const mostBackoff = 8;
const mostAtOnce = 4;

/**
 * Reads again by itself what has been read and can be seen. Whatever reads a connection, be it the user, puts
 * its next turn off by an interval. What a service lists only on request is not read: that may change something.
 */
export class AutoRefresh implements Disposable {
  readonly #deps: AutoRefreshDeps;
  readonly #timer: Timer;
  readonly #subscription: Disposable;
  readonly #turns = new WeakMap<ConnectionNode, Turn>();
  readonly #running = new Set<ConnectionNode>();
  #isActive = false;
  /** Nothing is read before, in epoch milliseconds. */
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(deps: AutoRefreshDeps) {
    this.#deps = deps;
    this.#timer = new Timer(deps.clock, (ringing) => this.#ring(ringing));
    this.#subscription = deps.statusTracker.onDidRead(() => this.replan());
  }

  /** @param isActive whether the view is visible and the window focused */
  setActive(isActive: boolean): void {
    this.#isActive = isActive;
    this.replan();
  }

  /** Also when the interval has changed. */
  replan(): void {
    this.#timer.set(this.#isActive ? this.#nextTurn() : undefined);
  }

  dispose(): void {
    this.#isActive = false;
    this.#timer.dispose();
    this.#subscription.dispose();
  }

  #nextTurn(): number | undefined {
    if (this.#running.size >= mostAtOnce) {
      return undefined;
    }
    return Math.max(Math.min(...this.#free().map((surveyed) => this.#dueAt(surveyed))), this.#notBefore);
  }

  #ring({ resumedAfterSleep }: Tick): void {
    const now = this.#deps.clock.now();
    if (resumedAfterSleep) {
      this.#notBefore = now + networkIsBackMs;
    }
    const free = now < this.#notBefore ? [] : this.#free();
    const due = free.filter((surveyed) => this.#dueAt(surveyed) <= now);
    for (const { root } of due.slice(0, mostAtOnce - this.#running.size)) {
      void this.#refresh(root);
    }
    this.replan();
  }

  #free(): Survey[] {
    return this.#deps.statusTracker.surveys().filter(({ root }) => !this.#running.has(root));
  }

  async #refresh(root: ConnectionNode): Promise<void> {
    this.#running.add(root);
    await toResult(this.#deps.refresh(root.branch, (branch) => this.#mayRead(branch)));
    this.#running.delete(root);
    const turns = this.#turns.get(root);
    const failures = root.branch.error ? (turns?.failures ?? 0) + 1 : 0;
    this.#turns.set(root, { at: this.#deps.clock.now(), failures, spread: this.#spread() });
    this.replan();
  }

  /** When it is this connection's turn, in epoch milliseconds; infinity for never. */
  #dueAt({ root, pages }: Survey): number {
    const { branch } = root;
    const interval = this.#deps.intervalMs();
    // What does not pass waits for the user: a refused credential is not tried again.
    if (interval <= 0 || !branch.isLoaded || branch.error?.traits.mayPass === false) {
      return Number.POSITIVE_INFINITY;
    }
    // One that could not be read at all waits from when that was found.
    const at = branch.loadedAt ?? this.#deps.clock.now();
    const turn = this.#turns.get(root) ?? { at, failures: 0, spread: this.#spread() };
    this.#turns.set(root, turn);
    const failures = branch.error ? turn.failures : 0;
    const factor = Math.min(2 ** failures, mostBackoff) * Math.max(1, pages / pagesAnInterval);
    const last = Math.max(turn.at, branch.loadedAt ?? 0);
    return Math.max(last + interval * factor * turn.spread, branch.error?.retryAt ?? 0);
  }

  #mayRead({ error }: Branch): boolean {
    return (error?.retryAt ?? 0) <= this.#deps.clock.now();
  }

  #spread(): number {
    return 0.9 + 0.2 * this.#deps.random();
  }
}

interface Turn {
  /** When the last one of ours ended, in epoch milliseconds. */
  readonly at: number;
  /** How many of them in a row ended in an error. */
  readonly failures: number;
  /** What the interval is multiplied with. */
  readonly spread: number;
}
