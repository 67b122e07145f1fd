/** Bounds the phases of one exchange, one after another; nothing is left running once it has ended. */
export class PhaseDeadline {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.begin(ms);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the phase before. */
  begin(ms: number): void {
    this.end();
    this.#timer = setTimeout(() => this.#controller.abort(), ms);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
