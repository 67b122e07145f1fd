import type { Disposable } from '../../core/event.ts';
import type { Clock } from '../../core/ports.ts';

/**
 * VS Code draws a change at once, and then gathers whatever it is told of until it has heard nothing for 200 ms:
 * what answers one after the other would be drawn after the last of them. A little more, because it measures by a
 * timer of its own.
 */
const gatheringMs = 210;
/** What is drawn waits so long, at most, for an answer that is nearly there: that cannot be seen. */
const patienceMs = 100;

/** When VS Code is told of changes, so that it draws each as early as it can. */
export class Pace implements Disposable {
  readonly #clock: Clock;
  readonly #disposed = new AbortController();
  #toldAt = Number.NEGATIVE_INFINITY;
  #pending: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** VS Code has been told of a change. */
  note(): void {
    this.#toldAt = this.#clock.now();
  }

  /** Once for all that changes until VS Code draws at once what it is told, at least for all of this turn. */
  soon(tell: () => void): void {
    if (!this.#pending) {
      const pending = new AbortController();
      this.#pending = pending;
      const signal = AbortSignal.any([pending.signal, this.#disposed.signal]);
      void this.#tellLater(tell, signal).catch(() => undefined);
    }
  }

  /** Everything has been told. */
  cancel(): void {
    this.#pending?.abort();
    this.#pending = undefined;
  }

  /**
   * Waits for rows that would otherwise be gathered: until they are there, or as long as what has just been told
   * may wait to be drawn. Only as long as that in all, however many ask.
   */
  async inTime(reading: Promise<void>): Promise<void> {
    const left = this.#left(patienceMs);
    if (left > 0) {
      const over = new AbortController();
      const signal = AbortSignal.any([over.signal, this.#disposed.signal]);
      await Promise.race([reading, this.#clock.sleep(left, signal).catch(() => undefined)]);
      over.abort();
    }
  }

  dispose(): void {
    this.#disposed.abort();
  }

  async #tellLater(tell: () => void, signal: AbortSignal): Promise<void> {
    const left = this.#left(gatheringMs);
    await (left > 0 ? this.#clock.sleep(left, signal) : new Promise(setImmediate));
    if (!signal.aborted) {
      this.#pending = undefined;
      tell();
    }
  }

  /** How much is left of that time since VS Code was told last, also when the clock was set back meanwhile. */
  #left(ms: number): number {
    return Math.min(this.#toldAt + ms - this.#clock.now(), ms);
  }
}
