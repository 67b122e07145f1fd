import type { Disposable } from './event.ts';
import type { Clock } from './ports.ts';
import { WaitingLine } from './waitingLine.ts';

interface Holder {
  /** Epoch milliseconds. */
  readonly since: number;
}

/**
 * At most so many at once, but slow ones do not make the others wait for ever: who has had a turn for longer
 * than `patienceMs` goes on without it, and the next one begins.
 */
export class FairTurns implements Disposable {
  readonly #limit: number;
  readonly #patienceMs: number;
  readonly #clock: Clock;
  readonly #holders = new Set<Holder>();
  readonly #line = new WaitingLine();
  readonly #disposed = new AbortController();
  #isWatching = false;

  constructor(limit: number, patienceMs: number, clock: Clock) {
    this.#limit = limit;
    this.#patienceMs = patienceMs;
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
      this.#end(holder);
    }
  }

  dispose(): void {
    this.#disposed.abort();
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
          this.#end(oldest);
        }
        await this.#clock.sleep(Math.max(left, 0), this.#disposed.signal);
      }
    } finally {
      this.#isWatching = false;
    }
  }

  #end(holder: Holder): void {
    if (this.#holders.delete(holder)) {
      this.#line.callNext();
    }
  }
}
