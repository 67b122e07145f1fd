import type { Disposable } from '../event.ts';
import type { Clock } from '../ports.ts';
import { WaitingLine } from './waitingLine.ts';

interface Holder {
  /** Epoch milliseconds. */
  readonly since: number;
}

/** Nobody is slow who has taken less, in milliseconds. */
const shortestPatienceMs = 100;
/** Slow is who takes so many times as long as half of those before. */
const slowness = 4;

/**
 * At most so many at once, but slow ones do not make the others wait for ever: who has had a turn for much longer
 * than the others took goes on without it, and the next one begins. Half as many as there are turns may go on like
 * that; with more of them, and as long as nobody knows how long it takes, they keep it for `longestPatienceMs`.
 */
export class FairTurns implements Disposable {
  readonly #limit: number;
  readonly #longestPatienceMs: number;
  readonly #clock: Clock;
  readonly #holders = new Set<Holder>();
  /** How long the last ones took, in milliseconds. */
  readonly #took: number[] = [];
  readonly #line = new WaitingLine();
  readonly #disposed = new AbortController();
  /** How many go on without a turn. */
  #overdue = 0;
  #isWatching = false;

  constructor(limit: number, longestPatienceMs: number, clock: Clock) {
    this.#limit = limit;
    this.#longestPatienceMs = longestPatienceMs;
    this.#clock = clock;
  }

  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    while (this.#holders.size >= this.#limit) {
      const turn = this.#line.wait(signal);
      void this.#watch().catch(() => undefined);
      await turn;
    }
    const holder: Holder = { since: this.#clock.now() };
    this.#holders.add(holder);
    try {
      return await work();
    } finally {
      this.#noteTime(this.#clock.now() - holder.since);
      if (!this.#end(holder)) {
        this.#overdue--;
      }
    }
  }

  dispose(): void {
    this.#disposed.abort();
  }

  get #patienceMs(): number {
    const middle = this.#took.toSorted((one, other) => one - other)[this.#took.length >> 1];
    return middle === undefined || this.#overdue * 2 >= this.#limit
      ? this.#longestPatienceMs
      : Math.min(Math.max(slowness * middle, shortestPatienceMs), this.#longestPatienceMs);
  }

  #noteTime(ms: number): void {
    this.#took.push(ms);
    if (this.#took.length > this.#limit) {
      this.#took.shift();
    }
  }

  /** Takes turns away as long as somebody waits for one. */
  async #watch(): Promise<void> {
    if (this.#isWatching) {
      return;
    }
    this.#isWatching = true;
    try {
      while (!this.#line.isEmpty) {
        const [oldest] = this.#holders;
        const left = (oldest?.since ?? 0) + this.#patienceMs - this.#clock.now();
        if (oldest && left <= 0) {
          this.#overdue++;
          this.#end(oldest);
        }
        // No longer than the shortest patience, because others that end meanwhile may make it that.
        await this.#clock.sleep(Math.min(Math.max(left, 0), shortestPatienceMs), this.#disposed.signal);
      }
    } finally {
      this.#isWatching = false;
    }
  }

  /** @returns false when its turn was taken away before */
  #end(holder: Holder): boolean {
    const had = this.#holders.delete(holder);
    if (had) {
      this.#line.callNext();
    }
    return had;
  }
}
