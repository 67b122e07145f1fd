import type { Disposable } from './event.ts';
import type { Clock } from './ports.ts';

/** Does a piece of work once for all requests that come within a moment. */
export class Coalescer implements Disposable {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #work: () => void;
  readonly #disposed = new AbortController();
  #isPending = false;

  constructor(clock: Clock, ms: number, work: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#work = work;
  }

  request(): void {
    if (!this.#isPending) {
      this.#isPending = true;
      // It rejects only when nobody wants the work any more.
      void this.#workLater().catch(() => undefined);
    }
  }

  dispose(): void {
    this.#disposed.abort();
  }

  async #workLater(): Promise<void> {
    await this.#clock.sleep(this.#ms, this.#disposed.signal);
    this.#isPending = false;
    this.#work();
  }
}
