import {
  day,
  decoded,
  header,
  hostileIds,
  hostileTexts,
  json,
  listen,
  type RecordedRequest,
  type Reply,
  type SandboxOptions,
  type SandboxServer,
  sampleSecret,
  Traffic,
} from './loopback.ts';

/**
 * The small made-up service of the sample extension. `GET /v1/me` tells whose key it is, `GET /v1/keys` lists keys
 * by pages (`limit`, `after`; expired ones with `expired=true`), `DELETE /v1/keys/{id}` revokes one.
 */
export interface TidewaterServer extends SandboxServer<TidewaterState, TidewaterCredentials> {
  readonly url: string;
}

export interface TidewaterCredentials {
  readonly key: string;
}

export interface TidewaterState {
  /** The only credential that is accepted. */
  key: string;
  user: { readonly id: string; readonly name: string };
  keys: TidewaterKey[];
}

export interface TidewaterKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Moments are in ISO 8601. */
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  /** Whether it is the one that asks; that one cannot revoke itself. */
  readonly current: boolean;
}

const pageSize = 20;

export async function startTidewater(options: SandboxOptions = {}): Promise<TidewaterServer> {
  const { now = Date.now, hostile = false } = options;
  const traffic = new Traffic();
  const state = sampleState(now(), hostile);
  const listener = await listen((request) => answer(request, state, now), traffic, options);
  return {
    url: listener.origin,
    requests: traffic.requests,
    state,
    credentials: { key: state.key },
    intercept: (interceptor) => traffic.intercept(interceptor),
    stop: listener.stop,
  };
}

function answer(request: RecordedRequest, state: TidewaterState, now: () => number): Reply {
  if (header(request, 'authorization') !== `Key ${state.key}`) {
    return json(401, { message: 'Unknown key' });
  }
  const route = `${request.method} ${request.path}`;
  if (route === 'GET /v1/me') {
    return json(200, state.user);
  }
  if (route === 'GET /v1/keys') {
    return list(request, state, now());
  }
  const id = /^DELETE \/v1\/keys\/([^/]+)$/.exec(route)?.[1];
  return id === undefined ? json(404, { message: 'No such route' }) : revoke(decoded(id), state);
}

function list({ query }: RecordedRequest, { keys }: TidewaterState, now: number): Reply {
  const all = query.get('expired') === 'true';
  const listed = keys.filter(({ expires_at: at }) => all || at === null || Date.parse(at) > now);
  const after = query.get('after');
  const start = after === null ? 0 : listed.findIndex(({ id }) => id === after) + 1;
  const page = listed.slice(start, start + pageSize);
  const hasMore = start + pageSize < listed.length;
  return json(200, { keys: page, next: hasMore ? page.at(-1)?.id : null, total: listed.length });
}

function revoke(id: string | undefined, state: TidewaterState): Reply {
  const left = state.keys.filter((key) => key.id !== id);
  if (state.keys.some((key) => key.id === id && key.current)) {
    return json(409, { message: 'A key cannot revoke itself' });
  }
  if (left.length === state.keys.length) {
    return json(404, { message: 'No such key' });
  }
  state.keys = left;
  return { status: 204 };
}

function sampleState(now: number, hostile: boolean): TidewaterState {
  const iso = (at: number) => new Date(at).toISOString();
  const names = ['Harbour dashboard', 'Tide tables', 'Ferry timetable', 'Buoy telemetry', 'Storm warnings'];
  const keys = Array.from({ length: 45 }, (_, index) => ({
    id: `key-${index + 1}`,
    name: `${names[index % names.length]} ${Math.floor(index / names.length) + 1}`,
    scopes: index % 3 === 0 ? ['read', 'write'] : ['read'],
    created_at: iso(now - (index + 10) * day),
    expires_at: index % 4 === 3 ? null : iso(now + (index - 2) * 5 * day),
    last_used_at: index % 5 === 4 ? null : iso(now - index * day),
    current: index === 3,
  }));
  const [sample] = keys;
  const traps = [...hostileTexts, ...hostileIds].flatMap((text, index) =>
    sample
      ? [
          {
            ...sample,
            current: false,
            id: hostileIds[index - hostileTexts.length] ?? `hostile-${index}`,
            name: text,
          },
        ]
      : [],
  );
  return {
    key: `twk_${sampleSecret('tidewater key')}`,
    user: { id: 'user-7', name: 'harbourmaster' },
    keys: hostile ? [...traps, ...keys] : keys,
  };
}
