import type { Clock } from '../ports.ts';

/** Less than this is the network's delay, or a clock that is right enough. */
const toleranceMs = 5 * 60_000;

/** What time it is at a service, going by the `Date` header of its answers (RFC 9110 section 6.6.1). */
export class ServerClock implements Clock {
  readonly #local: Clock;
  #offsetMs = 0;
  #isKnown = false;

  constructor(local: Clock) {
    this.#local = local;
  }

  /** Whether an answer has told the time. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** How many milliseconds the service is ahead of this computer; 0 as long as the two agree. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  now(): number {
    return this.#local.now() + this.#offsetMs;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#local.sleep(ms, signal);
  }

  /**
   * @param headers of an answer that has just come, names in lower case
   * @param sentAt when its request was sent, in epoch milliseconds by this computer
   */
  observe(headers: Readonly<Record<string, string>>, sentAt: number): void {
    const at = headers.date === undefined ? undefined : httpDate(headers.date);
    // A cache repeats the Date of the answer it keeps, and says so by an Age.
    if (at === undefined || Number(headers.age ?? 0) !== 0) {
      return;
    }
    this.#isKnown = true;
    const receivedAt = this.#local.now();
    // The service wrote it at some moment between the two, and cut off the milliseconds.
    const offset = at + 500 - (sentAt + receivedAt) / 2;
    // Half of it takes back what was said, so that a clock at the very edge is not called wrong in turns.
    const tolerated = this.#offsetMs === 0 ? toleranceMs : toleranceMs / 2;
    this.#offsetMs = Math.abs(offset) <= tolerated + (receivedAt - sentAt) / 2 ? 0 : Math.round(offset);
  }
}

/**
 * The clocks of a connection: it may speak to several addresses, each with a clock of its own. Its time is that of the
 * address that was last read from, for rows are judged by the clock that their moments were written by. What an
 * address says that a token was renewed or revoked at does not change it.
 */
export class ServerClocks implements Clock {
  readonly #local: Clock;
  readonly #byOrigin = new Map<string, ServerClock>();
  #current: ServerClock;

  constructor(local: Clock) {
    this.#local = local;
    this.#current = new ServerClock(local);
  }

  /** How many milliseconds the service is ahead of this computer; 0 as long as the two agree. */
  get offsetMs(): number {
    return this.#current.offsetMs;
  }

  now(): number {
    return this.#current.now();
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#local.sleep(ms, signal);
  }

  /** The same as {@link ServerClock.observe}. @param isRead whether the answer may have been one that rows come from */
  observe(origin: string, isRead: boolean, ...answer: Parameters<ServerClock['observe']>): void {
    const clock = this.#byOrigin.get(origin) ?? new ServerClock(this.#local);
    this.#byOrigin.set(origin, clock);
    clock.observe(...answer);
    if (clock.isKnown && (isRead || !this.#current.isKnown)) {
      this.#current = clock;
    }
  }
}

/** `Sun, 06 Nov 1994 08:49:37 GMT`, the only form that servers may write. */
export function httpDate(text: string): number | undefined {
  const at = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
