import type { Item } from '../model/item.ts';
import { expiringFrom, rowState } from '../model/state.ts';

interface Row {
  readonly item: Item;
  readonly pendingReference: string | undefined;
  readonly openedBranch: unknown;
}

/** How many rows want attention, and until when that holds as time goes on. */
export class StateCounts {
  expired = 0;
  expiring = 0;
  waiting = 0;
  readonly #from: number;
  readonly #soonMs: number;
  /** Epoch milliseconds from which one of the rows is in another state by itself. */
  #until = Number.POSITIVE_INFINITY;

  constructor(rows: readonly Row[], now: number, soonMs: number) {
    this.#from = now;
    this.#soonMs = soonMs;
    for (const { item, pendingReference, openedBranch } of rows) {
      this.#add(item, pendingReference !== undefined);
      if (!openedBranch && item.children.kind === 'inline' && item.children.isPassive !== true) {
        this.#addBelow(item);
      }
    }
  }

  holdsAt(now: number, soonMs: number): boolean {
    return soonMs === this.#soonMs && now >= this.#from && now < this.#until;
  }

  #add(item: Item, isWaiting: boolean): void {
    const state = rowState(item, this.#from, this.#soonMs);
    this.expired += Number(state === 'expired');
    this.expiring += Number(state === 'expiring');
    this.waiting += Number(isWaiting);
    if (item.lifetime.kind === 'expires' && (state === 'active' || state === 'expiring')) {
      const { at } = item.lifetime;
      this.#until = Math.min(this.#until, state === 'active' ? expiringFrom(item, at, this.#soonMs) : at);
    }
  }

  /** The rows that came with one that has no branch yet. */
  #addBelow({ children }: Item): void {
    for (const item of children.kind === 'inline' ? children.items : []) {
      this.#add(item, false);
      this.#addBelow(item);
    }
  }
}
