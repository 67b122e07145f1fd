import type { Clock } from '../ports.ts';

/** Less than this is the network's delay, or a clock that is right enough. */
const toleranceMs = 5 * 60_000;

/** What time it is at a service, going by the `Date` header of its answers (RFC 9110 section 6.6.1). */
export class ServerClock implements Clock {
  readonly #local: Clock;
  #offsetMs = 0;

  constructor(local: Clock) {
    this.#local = local;
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
    const receivedAt = this.#local.now();
    // The service wrote it at some moment between the two, and cut off the milliseconds.
    const offset = at + 500 - (sentAt + receivedAt) / 2;
    // Half of it takes back what was said, so that a clock at the very edge is not called wrong in turns.
    const tolerated = this.#offsetMs === 0 ? toleranceMs : toleranceMs / 2;
    this.#offsetMs = Math.abs(offset) <= tolerated + (receivedAt - sentAt) / 2 ? 0 : Math.round(offset);
  }
}

/** `Sun, 06 Nov 1994 08:49:37 GMT`, the only form that servers may write. */
export function httpDate(text: string): number | undefined {
  const at = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
