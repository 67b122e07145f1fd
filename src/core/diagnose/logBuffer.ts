import type { Logger } from '../ports.ts';

const most = 100;

/** Passes lines on and keeps the last of them, for the support report. */
export class LogBuffer implements Logger {
  readonly #next: Logger;
  readonly #now: () => number;
  readonly #lines: { readonly at: number; readonly message: string }[] = [];

  constructor(next: Logger, now: () => number) {
    this.#next = next;
    this.#now = now;
  }

  /** Oldest first. */
  get lines(): readonly { readonly at: number; readonly message: string }[] {
    return this.#lines;
  }

  trace(message: string): void {
    this.#next.trace(message);
  }

  debug(message: string): void {
    this.#next.debug(message);
  }

  info(message: string): void {
    this.#keep(message);
    this.#next.info(message);
  }

  warn(message: string): void {
    this.#keep(message);
    this.#next.warn(message);
  }

  error(message: string): void {
    this.#keep(message);
    this.#next.error(message);
  }

  #keep(message: string): void {
    this.#lines.push({ at: this.#now(), message });
    if (this.#lines.length > most) {
      this.#lines.shift();
    }
  }
}
