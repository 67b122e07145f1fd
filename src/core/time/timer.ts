import type { Disposable } from '../event.ts';
import { toResult } from '../model/errors.ts';
import type { Clock } from '../ports.ts';

/**
 * No timer is trusted for longer: while a computer sleeps its timers stand still, and a clock may be set.
 * So this is also how late an alarm rings after a sleep, at most.
 */
const longestSleepMs = 60_000;

/** More than any busy moment of a process: the computer has slept, or its clock was set. */
const suspendedMs = 30_000;

export interface Tick {
  /** Whether much more time has passed than was waited for. */
  readonly resumedAfterSleep: boolean;
}

/** Calls once when a moment has come. There is one timer at most, and none when nothing is set. */
export class Timer implements Disposable {
  readonly #clock: Clock;
  readonly #ring: (ringing: Tick) => void;
  #waiting: AbortController | undefined;

  constructor(clock: Clock, ring: (ringing: Tick) => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  get isSet(): boolean {
    return this.#waiting !== undefined;
  }

  /**
   * Replaces what was set before.
   * @param at epoch milliseconds; one that has passed rings at once, `undefined` and infinity never
   */
  set(at: number | undefined): void {
    this.#waiting?.abort();
    this.#waiting = undefined;
    if (at !== undefined && Number.isFinite(at)) {
      const waiting = new AbortController();
      this.#waiting = waiting;
      void this.#ringAt(at, waiting);
    }
  }

  dispose(): void {
    this.set(undefined);
  }

  async #ringAt(at: number, waiting: AbortController): Promise<void> {
    let resumedAfterSleep = false;
    for (let now = this.#clock.now(); now < at; now = this.#clock.now()) {
      const wait = Math.min(at - now, longestSleepMs);
      await toResult(this.#clock.sleep(wait, waiting.signal));
      if (waiting.signal.aborted) {
        return;
      }
      resumedAfterSleep ||= this.#clock.now() - now > wait + suspendedMs;
    }
    // Rings after `set` has returned, also when the moment has passed already.
    await Promise.resolve();
    if (!waiting.signal.aborted) {
      this.#waiting = undefined;
      this.#ring({ resumedAfterSleep });
    }
  }
}
