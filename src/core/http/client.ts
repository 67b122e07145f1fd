import { displayText } from '../model/displayText.ts';
import { TokenManagerError, throwIfCancelled, withNothingSent } from '../model/errors.ts';
import { KnownSecrets } from '../model/knownSecrets.ts';
import { Secret } from '../model/secret.ts';
import type { Clock, Logger, Transport, TransportLimits, TransportResponse } from '../ports.ts';
import { Turns } from '../yielding.ts';
import { Limiter } from './limiter.ts';
import { redirectTarget, refuseRedirect } from './redirects.ts';
import type { RequestIds } from './requestIds.ts';
import { retryAfter } from './retryAfter.ts';
import { ServerClocks } from './serverClock.ts';
import { type Repeat, Silences } from './silences.ts';

/** What an adapter speaks through: bound to one base URL, so that a credential cannot travel elsewhere. */
export interface HttpClient {
  readonly baseUrl: string;
  request(request: HttpRequest): Promise<HttpResponse>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /**
   * Path template below the base URL, such as `/users/{user}`. It is what the log shows; the values of
   * `params` are percent-encoded into it, each as exactly one path segment.
   */
  readonly route: string;
  readonly params?: Readonly<Record<string, string>>;
  /** A name with several values is there once for each. */
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string | Secret>>;
  readonly body?: HttpBody;
  readonly repeat: Repeat;
  /** Tells a busy answer (429, 502 to 504) that will not get better by waiting, such as a spent quota. */
  readonly isFinal?: (response: HttpResponse) => boolean;
  readonly signal: AbortSignal;
}

export interface HttpBody {
  readonly type: 'application/json' | 'application/x-www-form-urlencoded';
  readonly content: string | Secret;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Epoch milliseconds before which the server asked not to be called again. */
  readonly retryAt: number | undefined;
  /** Masks what was sent of late, and what looks like a credential, in the server's own words. Cuts what is too long. */
  redact(text: string): string;
}

export interface ConnectionHttpDeps {
  /** For the log line. */
  readonly adapterId: string;
  /** Asked for at each request: settings may change, and the network half is loaded late. */
  readonly transport: () => Promise<Transport>;
  readonly limits: () => TransportLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  /** From 0 up to 1, for the jitter. */
  readonly random: () => number;
  /** Told of each answer to what may have changed something. */
  readonly requestIds?: RequestIds;
}

const maxRepeats = 3;
const firstDelayMs = 500;
const longestWaitMs = 10_000;
const requestsInFlight = 8;
/** How far a request has come, its repeats included. */
interface Progress {
  wasSent: boolean;
}

/** All traffic of one connection: its origins, its concurrency and the waits its server asked for. */
export class ConnectionHttp {
  readonly #deps: ConnectionHttpDeps;
  readonly #origins: Set<string>;
  readonly #limiter = new Limiter(requestsInFlight);
  /** Answers that come together would be read in one piece. */
  readonly #turns = new Turns();
  /** What was sent of late: a service may quote it in its answer to something else. */
  readonly #known = new KnownSecrets();
  readonly #silences: Silences;
  /** What time it is at the other end. */
  readonly serverClock: ServerClocks;

  /** @param baseUrls the connection's own, as the user entered them */
  constructor(baseUrls: readonly string[], deps: ConnectionHttpDeps) {
    this.#deps = deps;
    this.#silences = new Silences(deps.clock);
    this.serverClock = new ServerClocks(deps.clock);
    this.#origins = new Set(baseUrls.map((url) => checkedBaseUrl(url).origin));
  }

  /** Whether {@link client} has clients for that address. */
  isAllowed(baseUrl: string): boolean {
    return this.#origins.has(checkedBaseUrl(baseUrl).origin);
  }

  /** Adds an address that the user agreed to. */
  allow(baseUrl: string): void {
    this.#origins.add(checkedBaseUrl(baseUrl).origin);
  }

  client(baseUrl: string): HttpClient {
    const base = checkedBaseUrl(baseUrl);
    if (!this.#origins.has(base.origin)) {
      throw new TokenManagerError('configuration', `${base.origin} is not an address of this connection`);
    }
    return {
      baseUrl: base.href,
      request: async (request) => {
        const progress: Progress = { wasSent: false };
        try {
          const response = await this.#limiter.run(request.signal, () =>
            this.#withRepeats(base, request, progress),
          );
          await this.#turns.take();
          return response;
        } catch (thrown) {
          throw withNothingSent(TokenManagerError.from(thrown), !progress.wasSent);
        }
      },
    };
  }

  async #withRepeats(base: URL, request: HttpRequest, progress: Progress): Promise<HttpResponse> {
    for (let attempt = 0; ; attempt++) {
      const isLast = request.repeat === 'writes' || attempt === maxRepeats;
      try {
        const response = await this.#once(base, request, progress);
        if (isLast || !isBusy(response.status) || request.isFinal?.(response)) {
          return response;
        }
        const wait = this.#delay(attempt, response.retryAt);
        if (wait > longestWaitMs) {
          return response;
        }
        await this.#deps.clock.sleep(wait, request.signal);
      } catch (thrown) {
        const error = TokenManagerError.from(thrown);
        if (isLast || error.kind !== 'network') {
          throw error;
        }
        await this.#deps.clock.sleep(this.#delay(attempt, undefined), request.signal);
      }
    }
  }

  /** Full jitter (a random part of an exponential step), but never less than what the server asked for. */
  #delay(attempt: number, retryAt: number | undefined): number {
    const asked = retryAt === undefined ? 0 : Math.max(0, retryAt - this.#deps.clock.now());
    return asked + this.#deps.random() * firstDelayMs * 2 ** attempt;
  }

  async #once(base: URL, request: HttpRequest, progress: Progress): Promise<HttpResponse> {
    await this.#keepSilence(base, request);
    this.#known.add(secretsOf(request));
    const redirected = { base, method: request.method, carriesSecret: secretsOf(request).length > 0 };
    let url = requestUrl(base, request);
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#exchange(url, request, progress);
      const target = redirectTarget(answer, url);
      if (target === undefined) {
        return this.#response(base, answer, request);
      }
      refuseRedirect(url, target, redirected, redirects);
      url = target;
    }
  }

  /** A read sits out a short wait; for a long one, and before a write, the caller is told when it ends. */
  async #keepSilence(base: URL, request: HttpRequest): Promise<void> {
    const { clock } = this.#deps;
    const silence = this.#silences.of(base, request.repeat);
    const left = (silence?.until ?? 0) - clock.now();
    if (!silence || left <= 0) {
      return;
    }
    const { until, retryAt, status } = silence;
    if (request.repeat === 'writes' || left > longestWaitMs) {
      const kind = status === 429 ? 'rateLimited' : 'server';
      throw new TokenManagerError(kind, '', { retryAt, status });
    }
    await clock.sleep(this.#delay(0, until), request.signal);
    await this.#keepSilence(base, request);
  }

  async #exchange(url: URL, request: HttpRequest, progress: Progress): Promise<TransportResponse> {
    const { clock, logger, adapterId, limits, transport, requestIds } = this.#deps;
    throwIfCancelled(request.signal);
    const headers = clearHeaders(request);
    const send = await transport();
    const started = clock.now();
    // Another extension may write anything into its routes.
    const route = displayText(this.#known.redact(request.route), 200);
    const line = (outcome: string | number) =>
      `${adapterId} ${request.method} ${route} ${outcome} ${clock.now() - started} ms`;
    try {
      const answer = await send.send({
        method: request.method,
        url,
        headers,
        limits: limits(),
        signal: request.signal,
        ...(request.body && { body: clear(request.body.content) }),
      });
      progress.wasSent = true;
      logger.info(line(answer.status));
      this.serverClock.observe(url.origin, request.repeat === 'reads', answer.headers, started);
      if (request.repeat !== 'reads') {
        requestIds?.note(answer.headers, secretsOf(request));
      }
      return answer;
    } catch (thrown) {
      const error = TokenManagerError.from(thrown);
      progress.wasSent ||= !error.nothingSent;
      logger.info(line(error.code ? `${error.kind} ${error.code}` : error.kind));
      throw error;
    }
  }

  #response(base: URL, answer: TransportResponse, request: HttpRequest): HttpResponse {
    if (answer.status === 407) {
      // No service answers this: it is a proxy that VS Code's own network stack went through.
      throw new TokenManagerError('proxy', '', { status: 407, code: 'proxy-authentication' });
    }
    const retryAt = retryAfter(answer.headers['retry-after'], this.#deps.clock.now(), answer.headers.date);
    const response: HttpResponse = { ...answer, retryAt, redact: (text) => this.#known.redact(text) };
    if (isBusy(answer.status) && retryAt !== undefined && !request.isFinal?.(response)) {
      this.#silences.note(base, request.repeat, { retryAt, status: answer.status });
    }
    return response;
  }
}

/** `https:` anywhere, `http:` on loopback only; the path prefix stays, query and fragment may not be there. */
export function checkedBaseUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new TokenManagerError('configuration', '', { code: 'not-a-url' });
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new TokenManagerError('configuration', '', { code: 'plain-http' });
  }
  if (url.username || url.password) {
    throw new TokenManagerError('configuration', '', { code: 'credentials-in-url' });
  }
  if (url.search || url.hash) {
    throw new TokenManagerError('configuration', '', { code: 'query-in-url' });
  }
  return url;
}

/** @param hostname as `URL.hostname` has it, IPv6 addresses in brackets */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function isBusy(status: number): boolean {
  return status === 429 || (status >= 502 && status <= 504);
}

/** Fills the template and joins it to the base path. @throws `configuration` for a segment URLs cannot hold */
export function requestUrl(base: URL, request: Pick<HttpRequest, 'route' | 'params' | 'query'>): URL {
  const path = request.route.replace(/\{(\w+)\}/g, (_, name: string) => segment(request.params?.[name]));
  const url = new URL(base);
  url.pathname = base.pathname.replace(/\/$/, '') + path;
  for (const [name, value] of Object.entries(request.query ?? {})) {
    for (const one of value === undefined ? [] : [value].flat()) {
      url.searchParams.append(name, wellFormed(String(one)));
    }
  }
  return url;
}

function segment(value: string | undefined): string {
  // `.` and `..` are resolved away by every URL parser, also when percent-encoded, and would hit another object.
  if (value === undefined || value === '' || value === '.' || value === '..') {
    throw unusableIdentifier();
  }
  return encodeURIComponent(wellFormed(value));
}

/** A lone surrogate has no UTF-8 form; URLs would silently carry another character. */
function wellFormed(value: string): string {
  if (!value.isWellFormed()) {
    throw unusableIdentifier();
  }
  return value;
}

function unusableIdentifier(): TokenManagerError {
  return new TokenManagerError('configuration', '', { code: 'unusable-identifier' });
}

function clearHeaders(request: HttpRequest): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (request.body) {
    headers['content-type'] = request.body.type;
  }
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    headers[name] = fieldValue(clear(value));
  }
  return headers;
}

/**
 * What a header can hold (RFC 9110 section 5.5). An HTTP library refuses the rest, too, but quotes it, which may be
 * a credential.
 */
function fieldValue(value: string): string {
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
    throw new TokenManagerError('configuration', '', { code: 'unusable-credential' });
  }
  return value;
}

function clear(value: string | Secret): string {
  return value instanceof Secret ? value.reveal() : value;
}

/** The credentials that a request carries. */
export function secretsOf(request: HttpRequest): Secret[] {
  return [...Object.values(request.headers ?? {}), request.body?.content].filter(
    (value) => value instanceof Secret,
  );
}
