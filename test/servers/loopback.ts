import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * A host that does not exist. A label is longer than DNS allows, so that this is found out on this computer: a
 * slow resolver would make a time-out of it.
 */
export const noHost = `${'nowhere'.padEnd(64, 'e')}.invalid`;

/** Sandbox servers never listen anywhere else. */
const host = '127.0.0.1';

export interface SandboxOptions {
  /** 0, the default, lets the system choose one. */
  readonly port?: number;
  /** Epoch milliseconds; sample data, expiry checks and the `Date` header all follow it. */
  readonly now?: () => number;
  /** Adds rows whose names and ids try to break out of whatever shows or sends them. */
  readonly hostile?: boolean;
}

/** What every sandbox server has; the address is the vendor's own affair, since one of them has two hosts. */
export interface SandboxServer<State, Credentials> {
  /** Everything that arrived, oldest first. Empty it with `requests.length = 0`. */
  readonly requests: RecordedRequest[];
  /** What the service knows. Tests may change it; the next answer follows. */
  readonly state: State;
  /** What a user would type to connect to the sample account. */
  readonly credentials: Credentials;
  /** Puts a test between the socket and the vendor; the newest interceptor sees a request first. */
  intercept(interceptor: Interceptor): () => void;
  /** Resolves when the port is free and every connection is closed. */
  stop(): Promise<void>;
}

export interface RecordedRequest {
  /** Where it was sent, such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  readonly method: string;
  /** As sent: percent-escapes and dot segments untouched, the query left out. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** `undefined` until an answer is sent, and for good when none ever is. */
  status: number | undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Left out for 204; an empty answer that should look like one has `''`. */
  readonly body?: string | Buffer;
}

/** One request on its way to its answer, as an interceptor sees it. */
export interface Exchange {
  readonly request: RecordedRequest;
  /** Write to it, or reach the socket through it: `response.socket?.resetAndDestroy()`. */
  readonly response: ServerResponse;
  /**
   * What the vendor answers. The vendor has then acted, but nothing is sent: pass it on with `send`, change
   * it first, or drop the connection to play an answer that got lost.
   */
  answer(): Reply;
}

/** Returns true when it has dealt with the request itself, false to let it pass (after a delay, say). */
export type Interceptor = (exchange: Exchange) => boolean | Promise<boolean>;

/** A vendor's whole behaviour: everything it does to its state happens before this returns. */
export type Vendor = (request: RecordedRequest) => Reply;

/** The log and the interceptors of one vendor, shared by its hosts. */
export class Traffic {
  readonly requests: RecordedRequest[] = [];
  readonly #interceptors: Interceptor[] = [];

  intercept(interceptor: Interceptor): () => void {
    this.#interceptors.unshift(interceptor);
    return () => {
      const place = this.#interceptors.indexOf(interceptor);
      if (place >= 0) {
        this.#interceptors.splice(place, 1);
      }
    };
  }

  async dealtWith(exchange: Exchange): Promise<boolean> {
    for (const interceptor of [...this.#interceptors]) {
      if (await interceptor(exchange)) {
        return true;
      }
    }
    return false;
  }
}

export interface Listener {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Opens one loopback port for a vendor. @throws the system's error when the port is taken */
export async function listen(
  vendor: Vendor,
  traffic: Traffic,
  { port = 0, now = Date.now }: Pick<SandboxOptions, 'port' | 'now'>,
): Promise<Listener> {
  let origin = '';
  const server = createServer((incoming, response) => {
    // The vendor's clock, not this machine's: clients may judge their own clock by it.
    response.sendDate = false;
    response.setHeader('Date', new Date(now()).toUTCString());
    serve(incoming, response, origin, vendor, traffic).catch((error: unknown) => {
      response.destroy();
      // A broken interceptor or vendor is a bug in a test: let the test runner see it.
      throw error;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  origin = `http://${host}:${address !== null && typeof address === 'object' ? address.port : port}`;
  return {
    origin,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  origin: string,
  vendor: Vendor,
  traffic: Traffic,
): Promise<void> {
  const body = await bodyOf(incoming);
  if (body === undefined) {
    return;
  }
  const [path = '/', ...query] = (incoming.url ?? '/').split('?');
  const request: RecordedRequest = {
    origin,
    method: incoming.method ?? 'GET',
    path,
    query: new URLSearchParams(query.join('?')),
    headers: incoming.headers,
    body,
    status: undefined,
  };
  traffic.requests.push(request);
  recordStatus(response, request);
  if (!(await traffic.dealtWith({ request, response, answer: () => vendor(request) }))) {
    send(response, vendor(request));
  }
}

/** `undefined` when the client went away before it had sent everything. */
async function bodyOf(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) {
      chunks.push(Buffer.from(chunk));
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** However it is answered: the log has the status before the client can have read it. */
function recordStatus(response: ServerResponse, request: RecordedRequest): void {
  const { writeHead } = response;
  response.writeHead = (...head: unknown[]) => {
    const result: ServerResponse = Reflect.apply(writeHead, response, head);
    request.status = response.statusCode;
    return result;
  };
}

export function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) {
    return;
  }
  const length = reply.body === undefined ? {} : { 'Content-Length': Buffer.byteLength(reply.body) };
  response.writeHead(reply.status, { ...reply.headers, ...length });
  response.end(reply.body);
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

export function text(status: number, contentType: string, body: string): Reply {
  return { status, headers: { 'Content-Type': contentType }, body };
}

/** Percent-escapes undone; `undefined` when one is malformed. */
export function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The body as a JSON object; `undefined` when it is anything else. */
export function jsonObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A header's only value; a repeated one counts as missing. */
export function header(request: RecordedRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** 43 characters of base64url that look random and are the same on every start. */
export function sampleSecret(label: string): string {
  return sampleBytes(label).toString('base64url');
}

export function sampleUuid(label: string): string {
  const hex = sampleBytes(label).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function sampleBytes(label: string): Buffer {
  return createHash('sha256').update(`oauth-token-manager sandbox: ${label}`).digest();
}

/** Names no vendor should let through, and some do. */
export const hostileTexts: readonly string[] = [
  '<img src=x onerror=alert(1)>',
  '[x](command:workbench.action.quit)',
  '$(trash) **bold** `code` https://example.com',
  'right-to-left \u202Egnihton\u202C override',
  'zero\u200Bwidth, nul \u0000, escape \u001B[31m, line\r\nbreak',
  '🦄 family 👨‍👩‍👧‍👦',
  'lone surrogate \uD83D',
  'a/../b ?c=d#e%41&f+g',
  'long '.repeat(1000),
];

/**
 * Ids that must be escaped to reach the right object. `..` cannot be: URL parsers drop it as a path segment
 * even when it is escaped, so a client has to refuse it.
 */
export const hostileIds: readonly string[] = ['../../up', 'a/b?c#d%2Fe f', '%', ' ', 'ünï/cødé', '..'];
