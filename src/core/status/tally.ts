import type { Item } from '../model/item.ts';
import { expiringFrom, rowState } from '../model/state.ts';

/** How many rows want attention. */
export interface StateCounts {
  readonly expired: number;
  readonly expiring: number;
  readonly waiting: number;
}

/** Counts rows, and finds out until when the count holds as time goes on. */
export class StateCounter {
  readonly #now: number;
  readonly #soonMs: number;
  #expired = 0;
  #expiring = 0;
  #waiting = 0;
  /** Epoch milliseconds from which one of the rows is in another state by itself. */
  until = Number.POSITIVE_INFINITY;

  constructor(now: number, soonMs: number) {
    this.#now = now;
    this.#soonMs = soonMs;
  }

  get tally(): StateCounts {
    return { expired: this.#expired, expiring: this.#expiring, waiting: this.#waiting };
  }

  add(item: Item, isWaiting: boolean): void {
    const state = rowState(item, this.#now, this.#soonMs);
    this.#expired += Number(state === 'expired');
    this.#expiring += Number(state === 'expiring');
    this.#waiting += Number(isWaiting);
    if (item.lifetime.kind === 'expires' && (state === 'active' || state === 'expiring')) {
      const { at } = item.lifetime;
      this.until = Math.min(this.until, state === 'active' ? expiringFrom(item, at, this.#soonMs) : at);
    }
  }

  /** The rows that came with one that nobody has looked below yet. */
  addBelow({ children }: Item): void {
    for (const item of children.kind === 'inline' ? children.items : []) {
      this.add(item, false);
      this.addBelow(item);
    }
  }
}
