/**
 * Bounds the phases of one exchange, one after another, and ends it when it is cancelled; nothing is left
 * running once it has ended. `AbortSignal.any` would cost more than all the rest of an exchange.
 */
export class PhaseDeadline {
  readonly #controller = new AbortController();
  readonly #cancelled: AbortSignal;
  readonly #abort = () => this.#controller.abort();
  #timer: NodeJS.Timeout | undefined;
  /** Whether a phase took too long. */
  isOver = false;

  constructor(ms: number, cancelled: AbortSignal) {
    this.#cancelled = cancelled;
    if (cancelled.aborted) {
      this.#abort();
    } else {
      cancelled.addEventListener('abort', this.#abort, { once: true });
    }
    this.begin(ms);
  }

  /** Aborted when a phase takes too long, and when the exchange is cancelled. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the phase before. */
  begin(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.isOver = true;
      this.#abort();
    }, ms);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#cancelled.removeEventListener('abort', this.#abort);
  }
}
