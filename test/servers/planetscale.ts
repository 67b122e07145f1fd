import {
  day,
  decoded,
  header,
  hostileIds,
  hostileTexts,
  hour,
  json,
  listen,
  minute,
  type RecordedRequest,
  type Reply,
  type SandboxOptions,
  type SandboxServer,
  sampleSecret,
  Traffic,
} from './loopback.ts';

/**
 * PlanetScale's API (https://planetscale.com/docs/api/reference) and its OAuth server, which is another host.
 * `requests` holds both; `origin` tells them apart.
 */
export interface PlanetScaleServer extends SandboxServer<PlanetScaleState, PlanetScaleCredentials> {
  /** Ends in `/v1`. */
  readonly apiUrl: string;
  /** The origin of the OAuth server. */
  readonly oauthUrl: string;
}

export interface PlanetScaleOptions extends SandboxOptions {
  /** The OAuth server's port; `port` is the API's. */
  readonly oauthPort?: number;
  /** How many tokens the application “Grafana Dashboards” has been granted; 63 when left out. */
  readonly dashboardTokens?: number;
}

export interface PlanetScaleCredentials {
  readonly serviceTokenId: string;
  readonly serviceToken: string;
  /** The organisation that has applications. */
  readonly organization: string;
  /** The token whose refresh token the user has, and its application with the client's credentials. */
  readonly applicationId: string;
  readonly tokenId: string;
  readonly refreshToken: string;
  readonly accessToken: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface PlanetScaleState {
  serviceTokens: PlanetScaleServiceToken[];
  organizations: PlanetScaleOrganization[];
  applications: PlanetScaleApplication[];
  tokens: PlanetScaleToken[];
  /** `seed` has only what the vendor's page for this call documents: no type, page size or totals. */
  envelope: 'full' | 'seed';
  /** Whether a refreshed token is listed as before with a later expiry, or as a new row. Unknown. */
  refreshed: 'keepsId' | 'newId';
}

export interface PlanetScaleServiceToken {
  id: string;
  secret: string;
  /** Names of the organisations it reaches. */
  organizations: string[];
  /** Such as `read_oauth_tokens`; what needs a missing one answers 404. */
  accesses: string[];
}

export interface PlanetScaleOrganization {
  id: string;
  /** The slug in paths. */
  name: string;
  created_at: string;
  updated_at: string;
}

export interface PlanetScaleApplication {
  organization: string;
  clientSecret: string;
  /** As answered, but for the token count. */
  resource: PlanetScaleApplicationResource;
}

export interface PlanetScaleApplicationResource {
  id: string;
  client_id: string;
  name: string;
  redirect_uri: string;
  domain: string;
  avatar: string | null;
  dcr: boolean;
  created_at: string;
  updated_at: string;
  /** Separated by spaces in the vendor's specification, a list on its documentation page. */
  scopes: string | string[];
}

/** A grant: one row of the list, and the values that are not shown again. */
export interface PlanetScaleToken {
  applicationId: string;
  /** Separated by spaces. */
  scope: string;
  /** `null` once revoked; the row is then no longer listed. */
  accessToken: string | null;
  /** `null` once revoked or when there never was one. */
  refreshToken: string | null;
  resource: PlanetScaleTokenResource;
}

export interface PlanetScaleTokenResource {
  id: string;
  name: string | null;
  display_name: string;
  avatar_url: string;
  created_at: string;
  updated_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  actor_id: string | null;
  actor_display_name: string | null;
  actor_type: string | null;
  service_token_accesses?: PlanetScaleServiceTokenAccess[] | null;
  oauth_accesses_by_resource?: PlanetScaleOauthAccesses | null;
}

export interface PlanetScaleServiceTokenAccess {
  id: string;
  access: string;
  description: string;
  resource_name: string;
  resource_id: string;
  resource_type: string;
  resource: { id: string; name: string; created_at: string; updated_at: string; deleted_at: string | null };
}

export interface PlanetScaleOauthAccesses {
  database: {
    databases: { name: string; id: string; organization: string; url: string }[];
    accesses: PlanetScaleAccess[];
  };
  organization: { organizations: { name: string; id: string; url: string }[]; accesses: PlanetScaleAccess[] };
  branch: {
    branches: { name: string; id: string; database: string; organization: string; url: string }[];
    accesses: PlanetScaleAccess[];
  };
  user: { users: { name: string; id: string }[]; accesses: PlanetScaleAccess[] };
}

export interface PlanetScaleAccess {
  name: string;
  description: string;
}

/** https://planetscale.com/docs/api/reference/oauth/create-token, in seconds */
const accessTokenLifetime = 2_592_000;

export async function startPlanetScale(options: PlanetScaleOptions = {}): Promise<PlanetScaleServer> {
  const now = options.now ?? Date.now;
  const state = sampleState(now(), options);
  const traffic = new Traffic();
  const api = await listen((request) => answerApi(request, state), traffic, options);
  const oauth = await listen((request) => answerOauth(request, state, now()), traffic, {
    port: options.oauthPort ?? 0,
    now,
  }).catch(async (error: unknown) => {
    await api.stop();
    throw error;
  });
  return {
    apiUrl: `${api.origin}/v1`,
    oauthUrl: oauth.origin,
    requests: traffic.requests,
    state,
    credentials: sampleCredentials(state),
    intercept: (interceptor) => traffic.intercept(interceptor),
    stop: async () => {
      await Promise.all([api.stop(), oauth.stop()]);
    },
  };
}

/** Also what a service token without the needed access gets: https://planetscale.com/docs/api/reference/service-tokens */
const notFound = json(404, { code: 'not_found', message: 'Not Found' });

function answerApi(request: RecordedRequest, state: PlanetScaleState): Reply {
  const caller = serviceTokenOf(request, state);
  if (caller === undefined) {
    // An OAuth user's Bearer token opens other calls of the real API, none of those here.
    return json(401, { code: 'unauthorized', message: 'Unauthorized' });
  }
  const segments = request.path.split('/').slice(1).map(decoded);
  const [version, collection, organization, resource, applicationId, tokens, tokenId] = segments;
  if (version !== 'v1' || collection !== 'organizations' || segments.includes(undefined)) {
    return notFound;
  }
  if (organization === undefined) {
    return request.method === 'GET' ? organizationsPage(request, state, caller) : notFound;
  }
  if (
    resource !== 'oauth-applications' ||
    segments.length > 7 ||
    !caller.organizations.includes(organization)
  ) {
    return notFound;
  }
  if (tokens === undefined) {
    return answerApplications(request, state, caller, organization, applicationId);
  }
  const application = applicationsOf(state, organization).find(
    ({ resource: { id } }) => id === applicationId,
  );
  return application === undefined || tokens !== 'tokens'
    ? notFound
    : answerTokens(request, state, caller, application, tokenId);
}

/** `Authorization: <id>:<secret>`, without a scheme word. */
function serviceTokenOf(
  request: RecordedRequest,
  state: PlanetScaleState,
): PlanetScaleServiceToken | undefined {
  const value = header(request, 'authorization');
  return state.serviceTokens.find(({ id, secret }) => value === `${id}:${secret}`);
}

function organizationsPage(
  request: RecordedRequest,
  state: PlanetScaleState,
  caller: PlanetScaleServiceToken,
): Reply {
  const reachable = state.organizations.filter(({ name }) => caller.organizations.includes(name));
  return page(request, state, reachable, false);
}

function answerApplications(
  request: RecordedRequest,
  state: PlanetScaleState,
  caller: PlanetScaleServiceToken,
  organization: string,
  applicationId: string | undefined,
): Reply {
  if (request.method !== 'GET' || !caller.accesses.includes('read_oauth_applications')) {
    return notFound;
  }
  const applications = applicationsOf(state, organization).map(({ resource }) => ({
    ...resource,
    tokens: tokensOf(state, resource.id).length,
  }));
  if (applicationId === undefined) {
    return page(request, state, applications, false);
  }
  const application = applications.find(({ id }) => id === applicationId);
  return application === undefined ? notFound : json(200, application);
}

function answerTokens(
  request: RecordedRequest,
  state: PlanetScaleState,
  caller: PlanetScaleServiceToken,
  application: PlanetScaleApplication,
  tokenId: string | undefined,
): Reply {
  const needed = request.method === 'DELETE' ? 'delete_oauth_tokens' : 'read_oauth_tokens';
  const tokens = tokensOf(state, application.resource.id);
  const token = tokens.find(({ resource }) => resource.id === tokenId);
  if (!caller.accesses.includes(needed)) {
    return notFound;
  }
  if (request.method === 'GET' && tokenId === undefined) {
    const rows = tokens.map(({ resource }) => resource);
    return page(request, state, rows, true);
  }
  if (request.method === 'GET' && token !== undefined) {
    return json(200, token.resource);
  }
  if (request.method === 'DELETE' && token !== undefined) {
    // Whether the refresh token outlives this is unknown; here the whole grant goes.
    state.tokens.splice(state.tokens.indexOf(token), 1);
    return { status: 204 };
  }
  return notFound;
}

function applicationsOf(state: PlanetScaleState, organization: string): PlanetScaleApplication[] {
  return state.applications.filter((application) => application.organization === organization);
}

/** A grant whose access token was revoked has no row until its refresh token makes a new one. */
function tokensOf(state: PlanetScaleState, applicationId: string): PlanetScaleToken[] {
  return state.tokens.filter((token) => token.applicationId === applicationId && token.accessToken !== null);
}

/** Only the token lists have totals. */
function page(
  request: RecordedRequest,
  state: PlanetScaleState,
  rows: readonly unknown[],
  counted: boolean,
): Reply {
  const number = positive(request.query.get('page'), 1);
  const asked = positive(request.query.get('per_page'), 25);
  if (number === undefined || asked === undefined) {
    // What the service does with such a value is unknown; this is one of its documented codes.
    return json(400, { code: 'invalid_params', message: 'page and per_page must be positive integers' });
  }
  const size = Math.min(asked, 100);
  const pages = Math.ceil(rows.length / size);
  const next = number < pages ? number + 1 : null;
  const previous = number > 1 ? number - 1 : null;
  const urlOf = (to: number | null) =>
    to === null ? null : `${request.origin}${request.path}?page=${to}&per_page=${size}`;
  const full = state.envelope === 'full';
  return json(200, {
    ...(full && { type: 'list', per_page: size }),
    current_page: number,
    next_page: next,
    next_page_url: urlOf(next),
    prev_page: previous,
    prev_page_url: urlOf(previous),
    ...(full && counted && { total_count: rows.length, total_pages: pages }),
    data: rows.slice((number - 1) * size, number * size),
  });
}

function positive(value: string | null, otherwise: number): number | undefined {
  return value === null ? otherwise : /^[1-9]\d*$/.test(value) ? Number(value) : undefined;
}

function answerOauth(request: RecordedRequest, state: PlanetScaleState, now: number): Reply {
  switch (`${request.method} ${request.path}`) {
    case 'POST /oauth/token':
      return oauthForm(request, state, (form, application) => grant(form, application, state, now));
    case 'POST /oauth/revoke':
      return oauthForm(request, state, (form, application) => revoke(form, application, state));
    case 'GET /oauth/token/info':
      return tokenInfo(request, state, now);
    default:
      return notFound;
  }
}

/** Parses the form and authenticates the client, which the vendor documents as fields of the body only. */
function oauthForm(
  request: RecordedRequest,
  state: PlanetScaleState,
  proceed: (form: URLSearchParams, application: PlanetScaleApplication) => Reply,
): Reply {
  if (!header(request, 'content-type')?.startsWith('application/x-www-form-urlencoded')) {
    return oauthError(400, 'invalid_request', 'The body must be form-encoded');
  }
  const form = new URLSearchParams(request.body);
  const application = state.applications.find(
    ({ resource, clientSecret }) =>
      form.get('client_id') === resource.client_id && form.get('client_secret') === clientSecret,
  );
  return application === undefined
    ? oauthError(401, 'invalid_client', 'Client authentication failed')
    : proceed(form, application);
}

function grant(
  form: URLSearchParams,
  application: PlanetScaleApplication,
  state: PlanetScaleState,
  now: number,
): Reply {
  const value = form.get('refresh_token');
  switch (form.get('grant_type')) {
    case 'refresh_token':
      break;
    case 'authorization_code':
      return oauthError(400, 'invalid_grant', 'The authorization code is invalid');
    case null:
      return oauthError(400, 'invalid_request', 'grant_type is missing');
    default:
      return oauthError(400, 'unsupported_grant_type', 'This grant type is not supported');
  }
  if (value === null) {
    return oauthError(400, 'invalid_request', 'refresh_token is missing');
  }
  const token = grantsOf(state, application).find(({ refreshToken }) => refreshToken === value);
  if (token === undefined) {
    return oauthError(400, 'invalid_grant', 'The refresh token is invalid, expired or already used');
  }
  return json(200, refresh(token, state, now), { 'Cache-Control': 'no-store' });
}

/** Both values are replaced: the old refresh token has been used, the old access token is forgotten. */
function refresh(token: PlanetScaleToken, state: PlanetScaleState, now: number): unknown {
  const accessToken = `pscale_oauth_${sampleSecret(`${token.refreshToken} access`)}`;
  const refreshToken = `pscale_oauth_refresh_${sampleSecret(`${token.refreshToken} refresh`)}`;
  token.accessToken = accessToken;
  token.refreshToken = refreshToken;
  token.resource.expires_at = iso(now + accessTokenLifetime * 1000);
  token.resource.updated_at = iso(now);
  if (state.refreshed === 'newId') {
    token.resource.id = opaqueId(`${refreshToken} row`);
    token.resource.created_at = iso(now);
    token.resource.last_used_at = null;
  }
  const expires_in = accessTokenLifetime;
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in,
    refresh_token: refreshToken,
    scope: token.scope,
  };
}

/** RFC 7009: an unknown value is as good as revoked. Each value goes by itself. */
function revoke(form: URLSearchParams, application: PlanetScaleApplication, state: PlanetScaleState): Reply {
  const value = form.get('token');
  if (value === null) {
    return oauthError(400, 'invalid_request', 'token is missing');
  }
  for (const token of grantsOf(state, application)) {
    token.accessToken = token.accessToken === value ? null : token.accessToken;
    // Whether the access token dies with it is not documented; here it lives.
    token.refreshToken = token.refreshToken === value ? null : token.refreshToken;
  }
  return json(200, {});
}

function grantsOf(state: PlanetScaleState, { resource }: PlanetScaleApplication): PlanetScaleToken[] {
  return state.tokens.filter(({ applicationId }) => applicationId === resource.id);
}

function tokenInfo(request: RecordedRequest, state: PlanetScaleState, now: number): Reply {
  const [, value] = /^Bearer (.+)$/.exec(header(request, 'authorization') ?? '') ?? [];
  const token = state.tokens.find(({ accessToken }) => value !== undefined && accessToken === value);
  const { expires_at, created_at, actor_id } = token?.resource ?? {};
  if (token === undefined || (expires_at && Date.parse(expires_at) <= now)) {
    return json(200, { active: false });
  }
  const application = state.applications.find(({ resource }) => resource.id === token.applicationId);
  return json(200, {
    active: true,
    scope: token.scope,
    client_id: application?.resource.client_id,
    token_type: 'Bearer',
    exp: expires_at ? Math.floor(Date.parse(expires_at) / 1000) : undefined,
    iat: created_at ? Math.floor(Date.parse(created_at) / 1000) : undefined,
    sub: actor_id,
  });
}

function oauthError(status: number, error: string, error_description: string): Reply {
  return json(status, { error, error_description });
}

/** `2021-01-14T10:19:23.000Z` */
function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Twelve characters, as the vendor's ids have. */
function opaqueId(label: string): string {
  return sampleSecret(label)
    .replace(/[^a-z0-9]/gi, '')
    .toLowerCase()
    .slice(0, 12);
}

const shop = 'shopfront';
const labs = 'shopfront-labs';
const deployBot = 'Deploy Bot';
const dashboards = 'Grafana Dashboards';
const credentialRow = 'Release pipeline';

function sampleState(
  start: number,
  { hostile = false, dashboardTokens = 63 }: PlanetScaleOptions,
): PlanetScaleState {
  const bot = application(deployBot, start, [
    'read_databases',
    'write_deploy_requests',
    'read_branches',
    'read_user',
  ]);
  const many = application(dashboards, start, 'read_organization read_databases read_insights');
  const strange = hostile ? hostileIds.map((id, index) => hostileApplication(id, index, start)) : [];
  return {
    serviceTokens: [
      {
        id: opaqueId('service token'),
        secret: `pscale_tkn_${sampleSecret('planetscale service token')}`,
        organizations: [shop, labs],
        accesses: [
          'read_organization',
          'read_oauth_applications',
          'read_oauth_tokens',
          'delete_oauth_tokens',
          'read_service_tokens',
        ],
      },
    ],
    organizations: [organization(shop, start), organization(labs, start)],
    applications: [bot, many, application('Playground', start, 'read_user'), ...strange],
    tokens: [
      ...deployBotTokens(bot, start),
      ...Array.from({ length: dashboardTokens }, (_, index) => dashboardToken(many, index, start)),
      ...(hostile ? hostileTokens(bot, start) : []),
    ],
    envelope: 'full',
    refreshed: 'keepsId',
  };
}

function organization(name: string, start: number): PlanetScaleOrganization {
  return {
    id: opaqueId(`organization ${name}`),
    name,
    created_at: iso(start - 900 * day),
    updated_at: iso(start - 30 * day),
  };
}

function application(name: string, start: number, scopes: string | string[]): PlanetScaleApplication {
  const domain = `https://${name.toLowerCase().replaceAll(' ', '-')}.shopfront.example`;
  return {
    organization: shop,
    clientSecret: `pscale_app_secret_${sampleSecret(`${name} client secret`)}`,
    resource: {
      id: opaqueId(`application ${name}`),
      client_id: `pscale_app_${sampleSecret(`${name} client`)}`,
      name,
      redirect_uri: `${domain}/auth/callback`,
      domain,
      avatar: null,
      dcr: false,
      created_at: iso(start - 400 * day),
      updated_at: iso(start - 20 * day),
      scopes,
    },
  };
}

function hostileApplication(id: string, index: number, start: number): PlanetScaleApplication {
  const name = hostileTexts[index] ?? id;
  const base = application(`hostile ${index}`, start, hostileTexts.join(' '));
  return { ...base, resource: { ...base.resource, id, name } };
}

/** One row for every state a token can be in. */
function deployBotTokens(app: PlanetScaleApplication, start: number): PlanetScaleToken[] {
  return [
    token(app, credentialRow, start, {
      expires_at: iso(start + 3 * day),
      last_used_at: iso(start - 20 * minute),
      oauth_accesses_by_resource: accesses(),
    }),
    token(app, 'Preview deployments', start, {
      expires_at: iso(start + 25 * day),
      last_used_at: iso(start - 2 * hour),
      oauth_accesses_by_resource: accesses(),
      service_token_accesses: [serviceTokenAccess(start)],
    }),
    token(app, 'Nightly migration', start, {
      expires_at: iso(start - 5 * day),
      last_used_at: iso(start - 6 * day),
      oauth_accesses_by_resource: accesses(),
    }),
    token(app, 'Schema linter', start, { expires_at: null, last_used_at: iso(start - day) }),
    token(app, 'Onboarding test', start, { expires_at: iso(start + 12 * day), last_used_at: null }),
    token(app, 'Long gone laptop', start, {
      name: null,
      expires_at: null,
      last_used_at: null,
      actor_id: null,
      actor_display_name: null,
      actor_type: null,
      service_token_accesses: null,
      oauth_accesses_by_resource: null,
    }),
  ];
}

function dashboardToken(app: PlanetScaleApplication, index: number, start: number): PlanetScaleToken {
  const name = `Grafana team ${String(index + 1).padStart(2, '0')}`;
  return token(app, name, start, {
    // One in nine has run out.
    expires_at: iso(index % 9 === 8 ? start - (index + 1) * hour : start + (2 + (index % 27)) * day),
    last_used_at: index % 4 === 3 ? null : iso(start - (index + 1) * 3 * hour),
    oauth_accesses_by_resource: accesses(),
  });
}

function hostileTokens(app: PlanetScaleApplication, start: number): PlanetScaleToken[] {
  return [
    ...hostileTexts.map((name, index) => token(app, name, start, { id: `hostile-text-${index}` })),
    ...hostileIds.map((id, index) => token(app, `hostile id ${index}`, start, { id })),
  ];
}

function token(
  app: PlanetScaleApplication,
  name: string,
  start: number,
  facts: Partial<PlanetScaleTokenResource> = {},
): PlanetScaleToken {
  const label = `${app.resource.id} ${name}`;
  return {
    applicationId: app.resource.id,
    scope: 'read_databases write_deploy_requests',
    accessToken: `pscale_oauth_${sampleSecret(`${label} access`)}`,
    refreshToken: `pscale_oauth_refresh_${sampleSecret(`${label} refresh`)}`,
    resource: {
      id: opaqueId(label),
      name,
      display_name: name,
      avatar_url: 'https://avatars.shopfront.example/robot.png',
      created_at: iso(start - 90 * day),
      updated_at: iso(start - 10 * day),
      expires_at: iso(start + 20 * day),
      last_used_at: iso(start - 3 * day),
      actor_id: opaqueId('actor'),
      actor_display_name: 'shopfront-dev',
      actor_type: 'User',
      ...facts,
    },
  };
}

function serviceTokenAccess(start: number): PlanetScaleServiceTokenAccess {
  return {
    id: opaqueId('access'),
    access: 'connect_branch',
    description: 'Create or delete passwords of a branch',
    resource_name: 'orders',
    resource_id: opaqueId('database orders'),
    resource_type: 'Database',
    resource: {
      id: opaqueId('database orders'),
      name: 'orders',
      created_at: iso(start - 300 * day),
      updated_at: iso(start - 2 * day),
      deleted_at: null,
    },
  };
}

function accesses(): PlanetScaleOauthAccesses {
  const page = `https://app.planetscale.com/${shop}`;
  const database = (name: string) => ({
    name,
    id: opaqueId(`database ${name}`),
    organization: shop,
    url: `${page}/${name}`,
  });
  return {
    database: {
      databases: [database('orders'), database('catalog')],
      accesses: [
        { name: 'read_databases', description: 'Read database information' },
        { name: 'write_deploy_requests', description: 'Create and edit deploy requests' },
      ],
    },
    organization: {
      organizations: [{ name: shop, id: opaqueId(`organization ${shop}`), url: page }],
      accesses: [{ name: 'read_organization', description: 'Read organization information' }],
    },
    branch: {
      branches: [
        {
          name: 'main',
          id: opaqueId('branch main'),
          database: 'orders',
          organization: shop,
          url: `${page}/orders/main`,
        },
      ],
      accesses: [{ name: 'read_branches', description: 'Read branch information' }],
    },
    user: {
      users: [{ name: 'shopfront-dev', id: opaqueId('actor') }],
      accesses: [{ name: 'read_user', description: 'Read user information' }],
    },
  };
}

function sampleCredentials(state: PlanetScaleState): PlanetScaleCredentials {
  const serviceToken = state.serviceTokens[0];
  const owner = state.applications.find(({ resource }) => resource.name === deployBot);
  const row = state.tokens.find(({ resource }) => resource.name === credentialRow);
  if (!serviceToken || !owner || !row?.refreshToken || !row.accessToken) {
    throw new Error('the sample data has no sample account');
  }
  return {
    serviceTokenId: serviceToken.id,
    serviceToken: serviceToken.secret,
    organization: shop,
    applicationId: owner.resource.id,
    tokenId: row.resource.id,
    refreshToken: row.refreshToken,
    accessToken: row.accessToken,
    clientId: owner.resource.client_id,
    clientSecret: owner.clientSecret,
  };
}
