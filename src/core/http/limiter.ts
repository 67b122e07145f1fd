import { throwIfCancelled } from '../model/errors.ts';
import { WaitingLine } from './waitingLine.ts';

/** At most so many at once; the others wait in order, and stop waiting when they are cancelled. */
export class Limiter {
  readonly #limit: number;
  readonly #line = new WaitingLine();
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#turn(signal);
    try {
      return await work();
    } finally {
      this.#passOn();
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    if (this.#running < this.#limit) {
      this.#running++;
    } else {
      await this.#line.wait(signal);
    }
  }

  /** Hands the place to whoever waits longest, or gives it back. */
  #passOn(): void {
    if (!this.#line.callNext()) {
      this.#running--;
    }
  }
}
