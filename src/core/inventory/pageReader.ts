import type { LaterPages, Page } from '../adapter/contract.ts';
import { minute } from '../model/time.ts';
import type { Clock } from '../ports.ts';

/** How many pages are asked for before they are needed; the connection bounds how many are on the wire. */
const pagesAhead = 12;

/**
 * Hands out pages one after another and asks for those that are known to follow ahead of time: on a real
 * network the number of requests in flight is nearly all of a listing's time.
 */
export class PageReader {
  readonly #ask: (cursor: string | undefined, signal: AbortSignal) => Promise<Page>;
  readonly #clock: Clock;
  /** That of the caller, and, once pages are asked for ahead of time, also the end of it all. */
  #signal: AbortSignal;
  #ahead: AbortController | undefined;
  readonly #asked = new Map<string, Promise<Page>>();
  /** When each of the last `perMinute` was asked for. */
  readonly #moments: number[] = [];
  #later: LaterPages = { count: 0, cursor: String };
  /** How many of the later ones have been, or will be, asked for. */
  #begun = 0;
  #wanted = 0;
  /** The end of the line in which those wait that would be too many for this minute. */
  #turn: Promise<void> = Promise.resolve();

  constructor(
    ask: (cursor: string | undefined, signal: AbortSignal) => Promise<Page>,
    clock: Clock,
    signal: AbortSignal,
  ) {
    this.#ask = ask;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** @param wanted how many more pages will be asked for at most */
  expect(later: LaterPages, wanted: number): void {
    this.#later = later;
    this.#wanted = Math.min(later.count, wanted);
    this.#ahead = new AbortController();
    this.#signal = AbortSignal.any([this.#signal, this.#ahead.signal]);
  }

  page(cursor: string | undefined): Promise<Page> {
    this.#askAhead();
    const asked = cursor === undefined ? undefined : this.#asked.get(cursor);
    if (cursor === undefined || !asked) {
      return this.#ask(cursor, this.#signal);
    }
    this.#asked.delete(cursor);
    this.#askAhead();
    return asked;
  }

  /** What was asked for and is not needed any more is cancelled. */
  end(): void {
    if (this.#asked.size > 0) {
      this.#ahead?.abort();
    }
  }

  #askAhead(): void {
    while (this.#asked.size < pagesAhead && this.#begun < this.#wanted) {
      const cursor = this.#later.cursor(this.#begun++);
      const page = this.#turnToAsk().then(() => this.#ask(cursor, this.#signal));
      // It counts when, and if, it is that page's turn.
      page.catch(() => undefined);
      this.#asked.set(cursor, page);
    }
  }

  #turnToAsk(): Promise<void> {
    const { perMinute } = this.#later;
    if (perMinute !== undefined) {
      this.#turn = this.#turn.then(() => this.#waitForTheMinute(Math.max(1, perMinute)));
    }
    return this.#turn;
  }

  async #waitForTheMinute(perMinute: number): Promise<void> {
    if (this.#moments.length >= perMinute) {
      const over = (this.#moments.shift() ?? 0) + minute;
      if (over > this.#clock.now()) {
        await this.#clock.sleep(over - this.#clock.now(), this.#signal);
      }
    }
    this.#moments.push(this.#clock.now());
  }
}
