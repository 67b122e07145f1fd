import { Limiter } from '../../core/http/limiter.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { KnownSecrets } from '../../core/model/knownSecrets.ts';
import type { Clock } from '../../core/ports.ts';
import type { ThirdPartyErrors } from './errors.ts';

const callsAtOnce = 4;
/** Even a busy extension gets no longer for one call. */
const longestCallMs = 30 * 60_000;

/** What the extension is waiting for that is not its own fault: our network, our storage, the user. */
export class Activity {
  #clock: Clock;
  #underway = 0;
  #endedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#underway++;
    try {
      return await work();
    } finally {
      this.#underway--;
      this.#endedAt = this.#clock.now();
    }
  }

  /** For how long nothing has been under way, as seen since then. */
  idleSince(since: number): number {
    return this.#underway > 0 ? 0 : this.#clock.now() - Math.max(since, this.#endedAt);
  }
}

export interface CallDeps {
  readonly clock: Clock;
  /** How long the extension may be silent while it waits for nothing of ours, in milliseconds. */
  readonly patienceMs: () => number;
}

/**
 * The one way into the extension's code. Whatever happens there comes out as an answer that was copied or as an error
 * with a name, soon after the user stops it and within a time limit, and a few at a time.
 */
export class ThirdPartyCalls {
  readonly #deps: CallDeps;
  readonly #errors: ThirdPartyErrors;
  readonly #limiter = new Limiter(callsAtOnce);

  constructor(deps: CallDeps, errors: ThirdPartyErrors) {
    this.#deps = deps;
    this.#errors = errors;
  }

  /** @param copy checks the answer */
  run<T>(
    known: KnownSecrets,
    activity: Activity,
    signal: AbortSignal,
    call: (signal: AbortSignal) => unknown,
    copy: (answer: unknown) => T | Promise<T>,
  ): Promise<T> {
    return this.#limiter.run(signal, async () => {
      const controller = new AbortController();
      const over = new AbortController();
      const stop = () => controller.abort();
      signal.addEventListener('abort', stop, { once: true });
      try {
        const answer = await Promise.race([
          Promise.resolve(controller.signal).then(call),
          cancelled(signal, over.signal),
          this.#silence(activity, over.signal),
        ]);
        return await copy(answer);
      } catch (thrown) {
        // It may still be at it; what it makes of that is its own affair.
        controller.abort();
        throw this.#errors.from(thrown, known, signal.aborted);
      } finally {
        signal.removeEventListener('abort', stop);
        over.abort();
      }
    });
  }

  /** A call that answers at once, or never comes back: nothing can stop a loop in the process that is shared. */
  now<T>(known: KnownSecrets, call: () => unknown, copy: (answer: unknown) => T): T {
    try {
      return copy(call());
    } catch (thrown) {
      throw this.#errors.from(thrown, known, false);
    }
  }

  async #silence(activity: Activity, over: AbortSignal): Promise<never> {
    const { clock, patienceMs } = this.#deps;
    const began = clock.now();
    const patience = patienceMs();
    for (;;) {
      await clock.sleep(Math.max(1, patience - activity.idleSince(began)), over);
      if (activity.idleSince(began) >= patience || clock.now() - began >= longestCallMs) {
        throw this.#errors.silent();
      }
    }
  }
}

/** Rejects as soon as the user stops it: the extension need not listen. */
function cancelled(signal: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new TokenManagerError('cancelled')), {
      once: true,
      signal: over,
    });
  });
}
