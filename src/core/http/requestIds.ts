import { KnownSecrets } from '../model/knownSecrets.ts';
import type { Secret } from '../model/secret.ts';

/** Under which names services tell how they call a request; what their support asks for. */
const headerNames = ['x-request-id', 'request-id', 'x-amzn-requestid', 'x-correlation-id', 'cf-ray'];

/**
 * What services call the requests that acts sent, by the signal the act gave along. Kept as long as the
 * signal is.
 */
export class RequestIds {
  readonly #bySignal = new WeakMap<AbortSignal, string>();

  /** @param carried what the request carried; a service that sends it back gets no place in any journal */
  note(signal: AbortSignal, headers: Readonly<Record<string, string>>, carried: Iterable<Secret>): void {
    const id = headerNames.map((name) => headers[name]).find((value) => value !== undefined);
    if (id !== undefined && /^[\w.:/+=-]{1,100}$/.test(id) && new KnownSecrets(carried).redact(id) === id) {
      this.#bySignal.set(signal, id);
    }
  }

  /** That of the last answer, where there was one. */
  of(signal: AbortSignal): string | undefined {
    return this.#bySignal.get(signal);
  }
}
