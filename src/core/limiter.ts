import { TokenManagerError } from './errors.ts';

/** At most so many at once; the others wait in order, and stop waiting when they are cancelled. */
export class Limiter {
  readonly #limit: number;
  readonly #waiting = new Set<() => void>();
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

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new TokenManagerError('cancelled'));
      } else if (this.#running < this.#limit) {
        this.#running++;
        resolve();
      } else {
        const start = () => {
          signal.removeEventListener('abort', cancel);
          resolve();
        };
        const cancel = () => {
          this.#waiting.delete(start);
          reject(new TokenManagerError('cancelled'));
        };
        this.#waiting.add(start);
        signal.addEventListener('abort', cancel, { once: true });
      }
    });
  }

  /** Hands the place to whoever waits longest, or gives it back. */
  #passOn(): void {
    const [next] = this.#waiting;
    if (next) {
      this.#waiting.delete(next);
      next();
    } else {
      this.#running--;
    }
  }
}
