import type { Disposable } from '../event.ts';
import { TokenManagerError, throwIfCancelled } from '../model/errors.ts';
import type { Clock } from '../ports.ts';

/** What takes less, in milliseconds, is never slow. */
const shortestPatienceMs = 100;
/** Slow is what takes so many times as long as half of those before. */
const slowness = 4;

interface Turn {
  /** Epoch milliseconds. */
  readonly since: number;
}

export interface Fairness {
  readonly longestPatienceMs: number;
  readonly clock: Clock;
}

/**
 * At most so many at once; the others wait in order, and stop waiting when they are cancelled.
 *
 * With fairness, slow ones do not make the others wait for ever: what has had a turn for much longer than the others
 * took goes on without it, and the next one begins. Half as many as there are turns may go on like that; with more of
 * them, and as long as it is not known how long one takes, they keep it for `longestPatienceMs`.
 */
export class Limiter implements Disposable {
  readonly #limit: number;
  readonly #fairness: Fairness | undefined;
  readonly #turns = new Set<Turn>();
  readonly #waiting = new Set<() => void>();
  readonly #disposed = new AbortController();
  /** How long the last ones took, in milliseconds. */
  readonly #took: number[] = [];
  /** How many go on without a turn. */
  #overdue = 0;
  #isWatching = false;

  constructor(limit: number, fairness?: Fairness) {
    this.#limit = limit;
    this.#fairness = fairness;
  }

  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    throwIfCancelled(signal);
    const turn = this.#turns.size < this.#limit ? this.#begin() : await this.#wait(signal);
    try {
      return await work();
    } finally {
      this.#noteTime(turn);
      if (!this.#end(turn)) {
        this.#overdue--;
      }
    }
  }

  dispose(): void {
    this.#disposed.abort();
  }

  #begin(): Turn {
    const turn = { since: this.#fairness?.clock.now() ?? 0 };
    this.#turns.add(turn);
    return turn;
  }

  #wait(signal: AbortSignal): Promise<Turn> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', cancel);
        resolve(this.#begin());
      };
      const cancel = () => {
        this.#waiting.delete(begin);
        reject(new TokenManagerError('cancelled'));
      };
      this.#waiting.add(begin);
      signal.addEventListener('abort', cancel, { once: true });
      if (this.#fairness && !this.#isWatching) {
        this.#isWatching = true;
        void this.#watch(this.#fairness).catch(() => undefined);
      }
    });
  }

  /** Hands the turn to what waits longest. @returns false when the turn was taken away before */
  #end(turn: Turn): boolean {
    const had = this.#turns.delete(turn);
    const [next] = this.#waiting;
    if (had && next) {
      this.#waiting.delete(next);
      next();
    }
    return had;
  }

  #noteTime({ since }: Turn): void {
    if (this.#fairness) {
      this.#took.push(this.#fairness.clock.now() - since);
      if (this.#took.length > this.#limit) {
        this.#took.shift();
      }
    }
  }

  /** Takes turns away as long as something waits for one. */
  async #watch({ clock, longestPatienceMs }: Fairness): Promise<void> {
    try {
      while (this.#waiting.size > 0) {
        const [oldest] = this.#turns;
        const left = (oldest?.since ?? 0) + this.#patienceMs(longestPatienceMs) - clock.now();
        if (oldest && left <= 0) {
          this.#overdue++;
          this.#end(oldest);
        }
        // No longer than the shortest patience, because others that end meanwhile may make it that.
        await clock.sleep(Math.min(Math.max(left, 0), shortestPatienceMs), this.#disposed.signal);
      }
    } finally {
      this.#isWatching = false;
    }
  }

  #patienceMs(longest: number): number {
    const middle = this.#took.toSorted((one, other) => one - other)[this.#took.length >> 1];
    return middle === undefined || this.#overdue * 2 >= this.#limit
      ? longest
      : Math.min(Math.max(slowness * middle, shortestPatienceMs), longest);
  }
}
