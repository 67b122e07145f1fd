import { TokenManagerError } from '../model/errors.ts';

/** Those who wait for a turn, in order; who is cancelled leaves it. */
export class WaitingLine {
  readonly #waiting = new Set<() => void>();

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Resolves when it is one's turn; rejects with `cancelled`. */
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new TokenManagerError('cancelled'));
        return;
      }
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
    });
  }

  /** Lets the one who has waited longest begin. @returns false when nobody waits */
  callNext(): boolean {
    const [next] = this.#waiting;
    if (!next) {
      return false;
    }
    this.#waiting.delete(next);
    next();
    return true;
  }
}
