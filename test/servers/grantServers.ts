import {
  decoded,
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
 * The lists of grants of Ory Hydra's administration, Okta and authentik, each beside as much of an authorization server
 * as a pasted token needs.
 *
 * Hydra was compared with 2.3.0 in November 2026. Okta follows its OpenAPI description 2026.05.1, authentik its OpenAPI
 * description; neither was compared with a real one. Pages hold two rows, so that there is more than one.
 */
export interface GrantSandbox extends SandboxServer<GrantState, GrantCredentials> {
  /** The issuer. */
  readonly url: string;
  /** What the form is answered with besides the endpoints. */
  readonly answers: Readonly<Record<string, string>>;
  readonly origins: readonly string[];
}

export interface GrantCredentials {
  readonly accessToken: string;
  readonly clientSecret: string;
  readonly administration: string;
}

export interface GrantState {
  grants: SampleGrant[];
  /** What the access token may; the scopes of each kind are in its setup. */
  scopes: string[];
  isTokenLive: boolean;
  isOfThisKind: boolean;
}

export interface SampleGrant {
  readonly id: string;
  readonly name: string;
}

interface Kind {
  readonly issuerPath: string;
  /** What the paths of the endpoints begin with. */
  readonly endpoints: string;
  readonly scopes: readonly string[];
  readonly ids: readonly string[];
  /** Whether the API has an address of its own, and takes another credential than the user's. */
  readonly isApart: boolean;
  probe?(request: RecordedRequest): Reply | undefined;
  answer(request: RecordedRequest, state: GrantState): Reply;
  refusal(status: number, words: string): Reply;
}

const size = 2;
export const ownClient = 'token-manager';
const subject = 'robin';

export const grantServers = {
  hydra: {
    issuerPath: '',
    endpoints: '/oauth2',
    scopes: [],
    ids: [ownClient, 'shop-desk', 'shop-desk', 'backup'],
    isApart: true,
    refusal: (status, words) => json(status, { error: 'request_denied', error_description: words }),
    answer: ({ method, path, query, origin }, state) => {
      if (path !== '/admin/oauth2/auth/sessions/consent' || query.get('subject') !== subject) {
        return json(path === '/admin/oauth2/auth/sessions/consent' ? 200 : 404, []);
      }
      if (method === 'DELETE') {
        const client = query.get('client');
        if (!client) {
          return json(400, { error: 'invalid_request', error_description: 'Neither client nor all.' });
        }
        return end(state, client);
      }
      const token = Number(query.get('page_token') ?? 0);
      const next = `<${origin}${path}?page_size=${size}&page_token=${token + 1}&subject=${subject}>; rel="next"`;
      const isLast = (token + 1) * size >= state.grants.length;
      return json(
        200,
        page(state, token).map(({ id, name }) => ({
          grant_scope: ['openid', 'orders:read'],
          grant_access_token_audience: [],
          handled_at: '2026-11-28T05:00:00.123456Z',
          remember: false,
          remember_for: 0,
          consent_request: { subject, client: { client_id: id, client_name: name } },
        })),
        isLast ? {} : { Link: next },
      );
    },
  },
  okta: {
    issuerPath: '',
    endpoints: '/oauth2/v1',
    scopes: ['openid', 'okta.users.read', 'okta.users.manage'],
    ids: [ownClient, 'shop-desk', 'backup'],
    isApart: false,
    refusal: (status, words) => json(status, { errorCode: 'E0000006', errorSummary: words }),
    probe: ({ path }) =>
      path === '/.well-known/okta-organization' ? json(200, { id: '00o1', pipeline: 'idx' }) : undefined,
    answer: ({ method, path, query, origin }, state) => {
      const may = (scope: string) => state.scopes.includes(scope);
      const refused = json(403, { errorCode: 'E0000006', errorSummary: 'You may not do this' });
      if (path === `/api/v1/users/${subject}/clients`) {
        const after = Number(query.get('after') ?? 0);
        const next = `<${origin}${path}?after=${after + 1}&limit=${size}>; rel="next"`;
        const rows = page(state, after).map(({ id, name }) => ({ client_id: id, client_name: name }));
        const isLast = (after + 1) * size >= state.grants.length;
        return may('okta.users.read') ? json(200, rows, isLast ? {} : { Link: next }) : refused;
      }
      const [, client, what] = /\/clients\/([^/]+)\/(tokens|grants)$/.exec(path) ?? [];
      if (method !== 'DELETE' || client === undefined) {
        return json(404, { errorCode: 'E0000007', errorSummary: 'Not found' });
      }
      if (!may('okta.users.manage')) {
        return refused;
      }
      return what === 'grants' ? end(state, decoded(client)) : { status: 204 };
    },
  },
  authentik: {
    issuerPath: '/application/o/shop/',
    endpoints: '/application/o',
    scopes: ['openid', 'goauthentik.io/api'],
    ids: ['1', '2', '3'],
    isApart: false,
    refusal: (status, words) => json(status, { detail: words }),
    probe: ({ path }) =>
      path === '/api/v3/root/config/'
        ? json(200, { capabilities: ['can_save_media'], error_reporting: { enabled: false } })
        : undefined,
    answer: ({ method, path, query }, state) => {
      if (!state.scopes.includes('goauthentik.io/api')) {
        return json(403, { detail: 'Authentication credentials were not provided.' });
      }
      const [, kind, id] = /^\/api\/v3\/oauth2\/(refresh|access)_tokens\/(?:([^/]+)\/)?$/.exec(path) ?? [];
      if (kind === undefined) {
        return json(404, { detail: 'Not found.' });
      }
      if (id !== undefined) {
        return method === 'DELETE' && kind === 'refresh' ? end(state, decoded(id)) : json(404, {});
      }
      const current = Number(query.get('page') ?? 1);
      const all = kind === 'refresh' ? state : { ...state, grants: [] };
      const isLast = current * size >= all.grants.length;
      return json(200, {
        pagination: { next: isLast ? 0 : current + 1, previous: current - 1, current },
        results: page(all, current - 1).map(({ id: pk, name }) => ({
          pk: Number(pk),
          provider: {
            pk: 7,
            name,
            client_id: `client-${pk}`,
            client_secret: sampleSecret('authentik provider'),
          },
          user: { pk: 5, username: subject },
          is_expired: false,
          expires: '2036-11-28T05:00:00Z',
          scope: ['openid', 'orders:read'],
          id_token: sampleSecret('authentik id token'),
          revoked: false,
        })),
      });
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type GrantServerName = keyof typeof grantServers;

const clientSecret = sampleSecret('grants token manager');
const administration = sampleSecret('grants administration');

function claims(scopes: readonly string[]) {
  return { sub: subject, client_id: ownClient, scope: scopes.join(' ') };
}

export async function startGrantServer(
  name: GrantServerName,
  options: SandboxOptions & {
    readonly scopes?: readonly string[];
    /** At one address, also where the API has one of its own. */
    readonly isTogether?: boolean;
  } = {},
): Promise<GrantSandbox> {
  const kind: Kind = grantServers[name];
  const { scopes = kind.scopes, hostile = false, isTogether = false } = options;
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const accessToken = `${part({ alg: 'RS256' })}.${part(claims(scopes))}.${sampleSecret('grants signature')}`;
  const credentials = { accessToken, clientSecret, administration };
  const traps =
    hostile && name !== 'authentik'
      ? [
          ...hostileTexts.map((text, index) => ({ id: `trap-${index}`, name: text })),
          ...hostileIds.map((id) => ({ id, name: id })),
        ]
      : hostile
        ? hostileTexts.map((text, index) => ({ id: String(100 + index), name: text }))
        : [];
  const state: GrantState = {
    grants: [...kind.ids.map((id) => ({ id, name: `The ${id}` })), ...traps],
    scopes: [...scopes],
    isTokenLive: true,
    isOfThisKind: true,
  };
  const traffic = new Traffic();
  const api = (request: RecordedRequest): Reply => {
    const wanted = kind.isApart ? administration : accessToken;
    return request.headers.authorization === `Bearer ${wanted}` && (kind.isApart || state.isTokenLive)
      ? kind.answer(request, state)
      : kind.refusal(401, 'Who are you?');
  };
  const server = await listen(
    (request) =>
      tokenAnswer(request, kind, state, credentials) ??
      (state.isOfThisKind ? kind.probe?.(request) : undefined) ??
      ((kind.isApart && !isTogether) || !state.isOfThisKind ? json(404, {}) : api(request)),
    traffic,
    options,
  );
  const apart =
    kind.isApart && !isTogether ? await listen(api, traffic, { now: options.now ?? Date.now }) : undefined;
  const url = `${server.origin}${kind.issuerPath}`;
  return {
    url,
    answers: {
      issuer: url,
      method: 'paste',
      client: 'own',
      clientId: ownClient,
      clientAuth: 'client_secret_basic',
      clientSecret,
      accessToken,
      refreshToken: '',
      tokenEndpoint: `${server.origin}${kind.endpoints}/token`,
      authorizationEndpoint: `${server.origin}${kind.endpoints}/auth`,
      deviceEndpoint: '',
      revocationEndpoint: `${server.origin}${kind.endpoints}/revoke`,
      introspectionEndpoint: `${server.origin}${kind.endpoints}/introspect`,
      ...(kind.isApart && {
        administration: apart?.origin ?? server.origin,
        administrationCredential: administration,
      }),
    },
    origins: [server.origin, ...(apart ? [apart.origin] : [])],
    requests: traffic.requests,
    state,
    credentials,
    intercept: (interceptor) => traffic.intercept(interceptor),
    stop: async () => {
      await server.stop();
      await apart?.stop();
    },
  };
}

function tokenAnswer(
  { path, body }: RecordedRequest,
  { endpoints }: Kind,
  state: GrantState,
  { accessToken }: GrantCredentials,
): Reply | undefined {
  const isIt = new URLSearchParams(body).get('token') === accessToken;
  switch (path) {
    case `${endpoints}/introspect`:
      return json(
        200,
        isIt && state.isTokenLive ? { active: true, ...claims(state.scopes) } : { active: false },
      );
    case `${endpoints}/revoke`:
      state.isTokenLive &&= !isIt;
      return { status: 200, body: '' };
    case `${endpoints}/token`:
      return json(400, { error: 'invalid_grant' });
    default:
      return undefined;
  }
}

function page({ grants }: GrantState, index: number): readonly SampleGrant[] {
  return grants.slice(index * size, (index + 1) * size);
}

function end(state: GrantState, id: string | undefined): Reply {
  const before = state.grants.length;
  state.grants = state.grants.filter((grant) => grant.id !== id);
  return state.grants.length < before ? { status: 204 } : json(404, { detail: 'Not found.' });
}
