import type { Clock, Leases } from '../ports.ts';

/** Longer than any write takes while nothing is broken; what is to be deleted does not wait for a broken one. */
const deletionWaitsMs = 5000;

/** Changes of one connection's credentials, one after another and one window after another. */
export class CredentialTurns {
  readonly #leases: Leases;
  readonly #clock: Clock;
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(leases: Leases, clock: Clock) {
    this.#leases = leases;
    this.#clock = clock;
  }

  take<T>(id: string, work: () => Promise<T>, signal = new AbortController().signal): Promise<T> {
    const before = this.#last.get(id) ?? Promise.resolve();
    const leased = () => this.#leases.hold(`credentials/${id}`, signal, work);
    const turn = before.then(leased, leased);
    this.#last.set(id, turn);
    return turn;
  }

  /**
   * The same for what deletes: when its turn does not come, it deletes all the same. A write that ends later finds
   * that its connection is gone, and takes back what it wrote.
   */
  async takeToDelete(id: string, work: () => Promise<void>): Promise<void> {
    const over = new AbortController();
    let begun: Promise<void> | undefined;
    const once = () => {
      begun ??= work();
      return begun;
    };
    try {
      await Promise.race([
        this.take(id, once, over.signal),
        this.#clock.sleep(deletionWaitsMs, over.signal).then(once),
      ]);
    } finally {
      over.abort();
    }
  }
}
