/**
 * Bounds the phases of one exchange, one after another, and stops it when it is cancelled; nothing is left
 * running once it has ended. `AbortSignal.any` would cost more than all the rest of an exchange.
 */
export class PhaseDeadline {
  readonly #cancelled: AbortSignal;
  readonly #stop: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** Whether a phase took too long. */
  isOver = false;

  /** @param stop called when a phase takes too long, and when the exchange is cancelled, also if it already is */
  constructor(ms: number, cancelled: AbortSignal, stop: () => void) {
    this.#cancelled = cancelled;
    this.#stop = stop;
    if (cancelled.aborted) {
      stop();
    } else {
      cancelled.addEventListener('abort', stop, { once: true });
    }
    this.begin(ms);
  }

  /** Ends the phase before. */
  begin(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.isOver = true;
      this.#stop();
    }, ms);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#cancelled.removeEventListener('abort', this.#stop);
  }
}
