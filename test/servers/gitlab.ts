import {
  day,
  decoded,
  header,
  hostileIds,
  hostileTexts,
  isRecord,
  json,
  listen,
  type RecordedRequest,
  type Reply,
  type SandboxOptions,
  type SandboxServer,
  sampleSecret,
  Traffic,
} from './loopback.ts';

/** GitLab's personal access tokens: https://docs.gitlab.com/api/personal_access_tokens */
export interface GitLabServer extends SandboxServer<GitLabState, { readonly token: string }> {
  /** The origin; every path is under `/api/v4`. */
  readonly url: string;
}

export interface GitLabState {
  readonly user: { readonly id: number; readonly username: string };
  tokens: GitLabToken[];
}

export interface GitLabToken {
  /** A number at the vendor; texts play hostile ones. */
  id: number | string;
  name: string;
  description: string;
  revoked: boolean;
  created_at: string;
  scopes: string[];
  last_used_at: string | null;
  /** A plain date: the token is dead from its first moment in UTC. */
  expires_at: string | null;
  /** What the server never lists. */
  value: string;
  /** The token that took this one's place. */
  rotatedTo?: GitLabToken;
}

const largestPage = 100;

export async function startGitLab(options: SandboxOptions = {}): Promise<GitLabServer> {
  const { now = Date.now, hostile = false } = options;
  const traffic = new Traffic();
  const state = sampleState(now(), hostile);
  const listener = await listen((request) => answer(request, state, now), traffic, options);
  return {
    url: listener.origin,
    requests: traffic.requests,
    state,
    credentials: { token: ownOf(state).value },
    intercept: (interceptor) => traffic.intercept(interceptor),
    stop: listener.stop,
  };
}

function answer(request: RecordedRequest, state: GitLabState, now: () => number): Reply {
  const presented = header(request, 'private-token');
  const caller = state.tokens.find(({ value }) => value === presented);
  const [, collection, id, verb] =
    /^\/api\/v4\/(user|personal_access_tokens)(?:\/([^/]+))?(?:\/(rotate))?$/.exec(request.path) ?? [];
  if (collection === undefined) {
    return json(404, { error: '404 Not Found' });
  }
  if (verb === 'rotate') {
    revokeSuccessors(caller);
  }
  if (!caller || !isActive(caller, now())) {
    return json(401, { message: '401 Unauthorized' });
  }
  if (collection === 'user') {
    return json(200, { ...state.user, state: 'active' });
  }
  if (id === undefined) {
    return request.method === 'GET' ? listed(request, state, now()) : notAllowed();
  }
  const token =
    id === 'self' ? caller : state.tokens.find((candidate) => String(candidate.id) === decoded(id));
  if (!token) {
    return json(404, { message: '404 Not found' });
  }
  if (verb === 'rotate') {
    return request.method === 'POST' ? rotated(token, state, now(), request.body) : notAllowed();
  }
  if (request.method === 'DELETE') {
    token.revoked = true;
    return { status: 204 };
  }
  return request.method === 'GET' ? json(200, shown(token, state, now())) : notAllowed();
}

function listed({ query }: RecordedRequest, state: GitLabState, now: number): Reply {
  const size = Math.min(Number(query.get('per_page') ?? 20), largestPage);
  const page = Number(query.get('page') ?? 1);
  const wanted = state.tokens.filter((token) => {
    const wantedState = query.get('state');
    return wantedState === null || (wantedState === 'active') === isActive(token, now);
  });
  const rows = wanted.slice((page - 1) * size, page * size);
  const hasNext = page * size < wanted.length;
  return json(
    200,
    rows.map((token) => shown(token, state, now)),
    {
      'X-Page': String(page),
      'X-Per-Page': String(size),
      'X-Total': String(wanted.length),
      'X-Total-Pages': String(Math.ceil(wanted.length / size)),
      'X-Next-Page': hasNext ? String(page + 1) : '',
    },
  );
}

/**
 * Reuse detection, which looks at rotations only: https://docs.gitlab.com/api/personal_access_tokens/ and
 * https://gitlab.com/gitlab-org/gitlab/-/issues/524639
 */
function revokeSuccessors(used: GitLabToken | undefined): void {
  for (let successor = used?.rotatedTo; successor; successor = successor.rotatedTo) {
    successor.revoked = true;
  }
}

/** A week from now, where no `expires_at` is asked for. */
function rotated(token: GitLabToken, state: GitLabState, now: number, body: string): Reply {
  const asked: unknown = body === '' ? {} : JSON.parse(body);
  const expiresAt = isRecord(asked) ? asked.expires_at : undefined;
  if (token.revoked) {
    return json(401, { message: '401 Unauthorized' });
  }
  token.revoked = true;
  const successor: GitLabToken = {
    ...token,
    id: 1 + Math.max(...state.tokens.map(({ id }) => Number(id) || 0)),
    revoked: false,
    created_at: new Date(now).toISOString(),
    last_used_at: null,
    expires_at: typeof expiresAt === 'string' ? expiresAt : dateOf(now + 7 * day),
    value: `glpat-${sampleSecret(`rotated ${state.tokens.length}`)}`,
  };
  token.rotatedTo = successor;
  state.tokens.push(successor);
  return json(200, { ...shown(successor, state, now), token: successor.value });
}

function shown({ value: _, rotatedTo: __, ...token }: GitLabToken, { user }: GitLabState, now: number) {
  return { ...token, user_id: user.id, active: isActive({ ...token, value: '' }, now) };
}

function isActive({ revoked, expires_at }: GitLabToken, now: number): boolean {
  return !revoked && (expires_at === null || Date.parse(expires_at) > now);
}

function notAllowed(): Reply {
  return json(405, { error: '405 Not Allowed' });
}

function ownOf({ tokens }: GitLabState): GitLabToken {
  const [own] = tokens;
  if (!own) {
    throw new Error('there is no token to call with');
  }
  return own;
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function sampleState(now: number, hostile: boolean): GitLabState {
  const sample = (id: number | string, name: string, more: Partial<GitLabToken> = {}): GitLabToken => ({
    id,
    name,
    description: '',
    revoked: false,
    created_at: new Date(now - 40 * day).toISOString(),
    scopes: ['read_api'],
    last_used_at: new Date(now - 2 * day).toISOString(),
    expires_at: dateOf(now + 60 * day),
    value: `glpat-${sampleSecret(`gitlab ${id}`)}`,
    ...more,
  });
  const tokens = [
    sample(1, 'Editor', { scopes: ['api'], description: 'For the token list' }),
    sample(2, 'Release pipeline', { scopes: ['api', 'write_repository'], expires_at: dateOf(now + 3 * day) }),
    sample(3, 'Backup', { scopes: ['read_repository'], expires_at: null, last_used_at: null }),
    sample(4, 'Old laptop', { revoked: true }),
    sample(5, 'Conference demo', { expires_at: dateOf(now - 5 * day) }),
    ...Array.from({ length: 120 }, (_, index) => sample(100 + index, `Robot ${index + 1}`)),
    ...(hostile ? hostileTexts.map((name, index) => sample(500 + index, name, { scopes: [name] })) : []),
    ...(hostile ? hostileIds.map((id) => sample(id, `Id ${id}`)) : []),
  ];
  return { user: { id: 77, username: 'shopfront-dev' }, tokens };
}
