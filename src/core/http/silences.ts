import type { Clock } from '../ports.ts';

/**
 * Whether a lost or busy answer may be answered by asking again: `reads` may, `writes` may not, because
 * the server may have acted. `identical` is for services that promise one effect per identical body.
 */
export type Repeat = 'reads' | 'writes' | 'identical';

/** However long a wait a server asks for, asking again after this much of it is the user’s decision. */
const longestSilenceMs = { reads: 10 * 60_000, writes: 60_000 };

/** A wait that a server asked for. All in epoch milliseconds. */
interface Silence {
  /** Until when nothing is sent. */
  readonly until: number;
  /** When it wants to be asked again. */
  readonly retryAt: number;
  readonly status: number;
}

/**
 * The waits that servers asked for, by origin, for reads and writes apart: a list that was asked for too often must
 * not keep a token from being revoked.
 */
export class Silences {
  readonly #clock: Clock;
  readonly #silences = new Map<string, Silence>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Reads keep to every wait, writes to those that writes were asked for. */
  of({ origin }: URL, repeat: Repeat): Silence | undefined {
    const ofWrites = this.#silences.get(`${origin} writes`);
    const ofReads = repeat === 'writes' ? undefined : this.#silences.get(`${origin} reads`);
    return ofReads && ofReads.until > (ofWrites?.until ?? 0) ? ofReads : ofWrites;
  }

  note({ origin }: URL, repeat: Repeat, asked: Omit<Silence, 'until'>): void {
    const what = repeat === 'writes' ? 'writes' : 'reads';
    const until = Math.min(asked.retryAt, this.#clock.now() + longestSilenceMs[what]);
    const key = `${origin} ${what}`;
    if (until > (this.#silences.get(key)?.until ?? 0)) {
      this.#silences.set(key, { ...asked, until });
    }
  }
}
