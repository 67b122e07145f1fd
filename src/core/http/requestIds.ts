import { AsyncLocalStorage } from 'node:async_hooks';
import { KnownSecrets } from '../model/knownSecrets.ts';
import type { Secret } from '../model/secret.ts';

/** Under which names services tell how they call a request; what their support asks for. */
const headerNames = [
  'x-request-id',
  'request-id',
  'x-github-request-id',
  'x-amzn-requestid',
  'x-correlation-id',
  'cf-ray',
];

/** What one act sent, as far as the service named it. */
export interface RequestScope {
  /** That of the last answer to something that may have acted. */
  requestId?: string;
}

/**
 * What services call the requests that acts send. An adapter may send with any signal, through any library and
 * another extension's code: whatever it sends while it does the act counts.
 */
export class RequestIds {
  readonly #scopes = new AsyncLocalStorage<RequestScope>();
  #running = 0;

  /** Runs an act, whose requests are noted in the scope. */
  async during<T>(scope: RequestScope, act: () => Promise<T>): Promise<T> {
    this.#running++;
    try {
      return await this.#scopes.run(scope, act);
    } finally {
      this.#running--;
      if (this.#running === 0) {
        // In the Node of VS Code 1.105, promises of the whole process are slower as long as it is enabled.
        this.#scopes.disable();
      }
    }
  }

  /** @param carried what the request carried; a service that sends it back gets no place in any journal */
  note(headers: Readonly<Record<string, string>>, carried: Iterable<Secret>): void {
    const scope = this.#scopes.getStore();
    const id = headerNames.map((name) => headers[name]).find((value) => value !== undefined);
    const isWord = id !== undefined && /^[\w.:/+=-]{1,100}$/.test(id);
    if (scope && isWord && new KnownSecrets(carried).redact(id) === id) {
      scope.requestId = id;
    }
  }
}
