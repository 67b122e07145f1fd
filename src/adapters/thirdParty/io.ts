import type { AdapterIo, Draft, FormIo, ServiceClock } from '../../core/adapter/contract.ts';
import { isReserved } from '../../core/adapter/reservedSettings.ts';
import type { HttpBody, HttpClient, HttpRequest, HttpResponse } from '../../core/http/client.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { KnownSecrets } from '../../core/model/knownSecrets.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Activity } from './calls.ts';
import { property } from './sanitize.ts';
import { secretOf } from './secretOf.ts';

/** What the extension's access to the outside depends on. */
export interface IoDeps {
  readonly known: KnownSecrets;
  readonly activity: Activity;
  /** @throws when the adapter has been taken back, or its session is closed */
  assertOpen(): void;
}

/**
 * What the extension may do: speak to the addresses of this form or connection, and keep this connection's credentials.
 * It ends when the adapter is taken back.
 */
export function guardedFormIo(io: FormIo, deps: IoDeps): FormIo {
  return Object.freeze({
    http: (baseUrl: string) => {
      deps.assertOpen();
      return guardedHttp(io.http(String(baseUrl)), deps);
    },
    clock: guardedClock(io.clock, deps),
  });
}

export function guardedAdapterIo(io: AdapterIo, deps: IoDeps): AdapterIo {
  const { known, activity, assertOpen } = deps;
  return Object.freeze({
    ...guardedFormIo(io, deps),
    readSecrets: async () => {
      assertOpen();
      const secrets = await activity.during(() => io.readSecrets());
      // Taken back while it was being read.
      assertOpen();
      known.add(Object.values(secrets));
      return Object.freeze({ ...secrets });
    },
    saveSecrets: async (changes: unknown, options: unknown) => {
      assertOpen();
      const checked = changesOf(changes);
      known.add(Object.values(checked).filter((secret) => secret !== undefined));
      const isIrreplaceable = property(options, 'isIrreplaceable') === true;
      await activity.during(() => io.saveSecrets(checked, { isIrreplaceable }));
    },
  });
}

function guardedClock(clock: ServiceClock, { activity }: IoDeps): ServiceClock {
  return Object.freeze({
    get offsetMs() {
      return clock.offsetMs ?? 0;
    },
    now: () => clock.now(),
    sleep: (ms: number, signal: AbortSignal) => activity.during(() => clock.sleep(ms, signal)),
  });
}

function guardedHttp(client: HttpClient, { activity, assertOpen }: IoDeps): HttpClient {
  return Object.freeze({
    baseUrl: client.baseUrl,
    request: async (request: unknown) => {
      assertOpen();
      const checked = requestOf(request);
      const response = await activity.during(() => client.request(checked));
      assertOpen();
      return responseOf(response);
    },
  });
}

function responseOf(response: HttpResponse): HttpResponse {
  const { status, headers, body, retryAt } = response;
  return Object.freeze({
    status,
    headers: Object.freeze({ ...headers }),
    body,
    retryAt,
    redact: (text: string) => response.redact(String(text)),
  });
}

const methods: readonly HttpRequest['method'][] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const repeats: readonly HttpRequest['repeat'][] = ['reads', 'writes', 'identical'];
const bodyTypes: readonly HttpBody['type'][] = ['application/json', 'application/x-www-form-urlencoded'];
/** These are the transport's own: with them one request could pretend to be another, or to be for another host. */
const transportHeaders = [
  'host',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** @throws the error of {@link invalidRequest} */
function requestOf(value: unknown): HttpRequest {
  const route = property(value, 'route');
  const signal = property(value, 'signal');
  const params = entriesOf(property(value, 'params'), 'params');
  const query = entriesOf(property(value, 'query'), 'query');
  const headers = entriesOf(property(value, 'headers'), 'headers');
  const body = property(value, 'body');
  const isFinal = property(value, 'isFinal');
  if (typeof route !== 'string' || !route.startsWith('/')) {
    throw invalidRequest('route');
  }
  if (!(signal instanceof AbortSignal)) {
    throw invalidRequest('signal');
  }
  return {
    method: oneOf(methods, property(value, 'method'), 'method'),
    route,
    params: Object.fromEntries(params.map(([name, text]) => [name, textOf(text, `params.${name}`)])),
    query: Object.fromEntries(query.map(([name, part]) => [name, queryPartOf(part, `query.${name}`)])),
    headers: Object.fromEntries(headers.map(([name, content]) => [name, headerOf(name, content)])),
    ...(body !== undefined && {
      body: {
        type: oneOf(bodyTypes, property(body, 'type'), 'body.type'),
        content: contentOf(property(body, 'content'), 'body.content'),
      },
    }),
    repeat: oneOf(repeats, property(value, 'repeat'), 'repeat'),
    ...(typeof isFinal === 'function' && {
      isFinal: (response) => Reflect.apply(isFinal, value, [responseOf(response)]) === true,
    }),
    signal,
  };
}

function changesOf(value: unknown): Readonly<Record<string, Secret | undefined>> {
  return Object.fromEntries(
    entriesOf(value, 'secrets').map(([name, given]) => {
      const secret = given === undefined ? undefined : secretOf(given);
      if (isReserved(name) || (given !== undefined && !secret)) {
        throw invalidRequest(`secrets.${name}`);
      }
      return [name, secret];
    }),
  );
}

function entriesOf(value: unknown, place: string): [string, unknown][] {
  if (value === undefined) {
    return [];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidRequest(place);
  }
  return Object.entries(value);
}

function headerOf(name: string, content: unknown): string | Secret {
  if (name !== name.toLowerCase() || transportHeaders.includes(name)) {
    throw invalidRequest(`headers.${name}`);
  }
  return contentOf(content, `headers.${name}`);
}

function contentOf(value: unknown, place: string): string | Secret {
  return typeof value === 'string' ? value : (secretOf(value) ?? fail(place));
}

function textOf(value: unknown, place: string): string {
  return typeof value === 'string' ? value : fail(place);
}

function queryPartOf(value: unknown, place: string): string | number | readonly string[] | undefined {
  if (Array.isArray(value)) {
    return value.map((one) => textOf(one, place));
  }
  return value === undefined || typeof value === 'string' || typeof value === 'number' ? value : fail(place);
}

function oneOf<T extends string>(names: readonly T[], value: unknown, place: string): T {
  return names.find((name) => name === value) ?? fail(place);
}

function fail(place: string): never {
  throw invalidRequest(place);
}

export function invalidRequest(place: string): TokenManagerError {
  return new TokenManagerError('internal', `request: ${place}`, { code: 'guest-request' });
}

/** What the extension is handed of a form or a connection; it may keep it, but not change it. */
export function handedOver({ settings, secrets }: Draft, known: KnownSecrets): Draft {
  known.add(Object.values(secrets));
  const copies = Object.entries(settings).map(([id, answer]) => [
    id,
    typeof answer === 'string' ? answer : Object.freeze([...answer]),
  ]);
  return Object.freeze({
    settings: Object.freeze(Object.fromEntries(copies)),
    secrets: Object.freeze({ ...secrets }),
  });
}

/** Whether it is at an origin that the user has entered. */
export function isAddressOf(io: FormIo, address: string): boolean {
  try {
    io.http(address);
    return true;
  } catch {
    return false;
  }
}
