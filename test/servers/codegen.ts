import {
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
 * Codegen's API (https://docs.codegen.com/api-reference), a FastAPI service. The bodies of the two
 * `/v1/oauth/tokens` calls are not specified by the vendor: `statusBody` switches between the plausible ones.
 */
export interface CodegenServer extends SandboxServer<CodegenState, CodegenCredentials> {
  /** The origin; every path is under `/v1`. */
  readonly url: string;
}

export interface CodegenOptions extends SandboxOptions {
  /** Starts refusing after 60 standard requests in 30 seconds, as the real service does. Off by default. */
  readonly rateLimited?: boolean;
}

export interface CodegenCredentials {
  readonly token: string;
  /** The organisation with the most to see. */
  readonly organizationId: number;
}

export interface CodegenState {
  /** The only API token that is accepted; set another to play a revoked one. */
  token: string;
  user: CodegenUser;
  organizations: CodegenOrganization[];
  mcpProviders: CodegenMcpProvider[];
  /**
   * What the status call answers: names, objects (of inactive providers too), names in a wrapper object, or
   * whatever a test makes of the connected names.
   */
  statusBody: 'strings' | 'objects' | 'wrapped' | ((providers: readonly string[]) => unknown);
  /** The integrations call can be refused while the rest works. */
  integrationsStatus: 200 | 403 | 404;
}

export interface CodegenUser {
  id: number;
  github_user_id: string;
  github_username: string;
  email: string | null;
  avatar_url: string | null;
  full_name: string | null;
  role: 'ADMIN' | 'MANAGER' | 'MEMBER' | null;
  is_admin: boolean | null;
}

export interface CodegenOrganization {
  id: number;
  name: string;
  settings: { enable_pr_creation: boolean; enable_rules_detection: boolean };
  /** The user's tokens here. A provider may have several; it is connected while one of them is active. */
  tokens: CodegenToken[];
  integrations: CodegenIntegration[];
}

export interface CodegenToken {
  id: number;
  provider: string;
  active: boolean;
}

export interface CodegenIntegration {
  integration_type: string;
  active: boolean;
  token_id: number | null;
  installation_id: number | null;
  metadata: Record<string, unknown> | null;
}

export interface CodegenMcpProvider {
  id: number;
  name: string;
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  default_scopes: string[] | null;
  is_mcp: boolean;
  meta: Record<string, unknown> | null;
}

/** https://docs.codegen.com/api-reference/overview */
const rateLimit = { requests: 60, windowMs: 30_000 };

export async function startCodegen(options: CodegenOptions = {}): Promise<CodegenServer> {
  const traffic = new Traffic();
  const state = sampleState(options.hostile ?? false);
  const limiter = options.rateLimited ? new RateLimiter(options.now ?? Date.now) : undefined;
  const listener = await listen((request) => answer(request, state, limiter), traffic, options);
  return {
    url: listener.origin,
    requests: traffic.requests,
    state,
    credentials: { token: state.token, organizationId: shopId },
    intercept: (interceptor) => traffic.intercept(interceptor),
    stop: listener.stop,
  };
}

function answer(request: RecordedRequest, state: CodegenState, limiter: RateLimiter | undefined): Reply {
  const route = routeOf(request);
  if (route === undefined) {
    return json(404, { detail: 'Not Found' });
  }
  if (request.method !== route.method) {
    return json(405, { detail: 'Method Not Allowed' }, { Allow: route.method });
  }
  if (header(request, 'authorization') !== `Bearer ${state.token}`) {
    // That 401 exists and carries `detail` is known, its words are not; nor whether it comes before the 422.
    return json(401, { detail: 'Invalid or missing API token' });
  }
  // The two OAuth calls declare no 429.
  if (!request.path.startsWith('/v1/oauth/') && limiter?.exceeded()) {
    return json(429, { message: 'Rate limit exceeded. Please try again later.', status_code: 429 });
  }
  return route.answer(request, state);
}

interface Route {
  readonly method: string;
  answer(request: RecordedRequest, state: CodegenState): Reply;
}

const routes: Readonly<Record<string, Route>> = {
  '/v1/users/me': { method: 'GET', answer: (_request, state) => json(200, state.user) },
  '/v1/organizations': { method: 'GET', answer: organizations },
  '/v1/oauth/tokens/status': { method: 'GET', answer: status },
  '/v1/oauth/tokens/revoke': { method: 'POST', answer: revoke },
  '/v1/mcp-providers': { method: 'GET', answer: (_request, state) => json(200, state.mcpProviders) },
};

function routeOf({ path }: RecordedRequest): Route | undefined {
  const organizationId = /^\/v1\/organizations\/([^/]+)\/integrations$/.exec(path)?.[1];
  if (organizationId !== undefined) {
    return { method: 'GET', answer: (_request, state) => integrations(organizationId, state) };
  }
  return routes[path];
}

function organizations({ query }: RecordedRequest, state: CodegenState): Reply {
  const skip = integer('skip', query.get('skip') ?? '0', { minimum: 0 });
  const limit = integer('limit', query.get('limit') ?? '100', { minimum: 1, maximum: 100 });
  if (isProblem(skip) || isProblem(limit)) {
    return unprocessable(problemsOf(skip, limit));
  }
  const items = state.organizations
    .slice(skip, skip + limit)
    .map(({ id, name, settings }) => ({ id, name, settings }));
  const total = state.organizations.length;
  return json(200, {
    items,
    total,
    page: Math.floor(skip / limit) + 1,
    size: limit,
    pages: Math.ceil(total / limit),
  });
}

function integrations(organizationId: string, state: CodegenState): Reply {
  const id = integer('org_id', organizationId, {}, 'path');
  if (isProblem(id)) {
    return unprocessable([id]);
  }
  const organization = state.organizations.find((candidate) => candidate.id === id);
  if (organization === undefined || state.integrationsStatus === 403) {
    return forbidden();
  }
  if (state.integrationsStatus === 404) {
    // The vendor's other 404 bodies have this shape; this call declares none.
    return json(404, { message: 'Organization not found.', status_code: 404 });
  }
  return json(200, {
    organization_id: organization.id,
    organization_name: organization.name,
    integrations: organization.integrations,
    total_active_integrations: organization.integrations.filter(({ active }) => active).length,
  });
}

function status({ query }: RecordedRequest, state: CodegenState): Reply {
  const id = integer('org_id', query.get('org_id'));
  if (isProblem(id)) {
    return unprocessable([id]);
  }
  const organization = state.organizations.find((candidate) => candidate.id === id);
  return organization === undefined ? forbidden() : json(200, statusOf(organization, state.statusBody));
}

function statusOf({ tokens }: CodegenOrganization, body: CodegenState['statusBody']): unknown {
  const connected = namesOf(tokens.filter(({ active }) => active));
  switch (body) {
    case 'strings':
      return connected;
    case 'objects':
      return namesOf(tokens).map((provider) => ({ provider, active: connected.includes(provider) }));
    case 'wrapped':
      return { providers: connected };
    default:
      return body(connected);
  }
}

function namesOf(tokens: readonly CodegenToken[]): string[] {
  return [...new Set(tokens.map(({ provider }) => provider))];
}

/** Query parameters only: a body is not looked at. */
function revoke({ query }: RecordedRequest, state: CodegenState): Reply {
  const provider = query.get('provider') ?? missing('provider');
  const id = integer('org_id', query.get('org_id'));
  if (isProblem(provider) || isProblem(id)) {
    return unprocessable(problemsOf(provider, id));
  }
  const organization = state.organizations.find((candidate) => candidate.id === id);
  if (organization === undefined) {
    return forbidden();
  }
  const revoked = organization.tokens.filter((token) => token.provider === provider);
  for (const token of revoked) {
    token.active = false;
  }
  for (const integration of organization.integrations) {
    if (revoked.some((token) => token.id === integration.token_id)) {
      integration.active = false;
    }
  }
  // The reply is not specified, nor is what happens for a provider that is not connected: here both are fine.
  return json(200, { message: 'OAuth token revoked' });
}

function forbidden(): Reply {
  return json(403, { message: 'You do not have access to this organization.', status_code: 403 });
}

/** One entry of FastAPI's 422; `input` and `ctx` go beyond the documented three fields, as Pydantic 2 does. */
interface Problem {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: string | null;
  readonly ctx?: Readonly<Record<string, number>>;
}

function unprocessable(detail: readonly Problem[]): Reply {
  return json(422, { detail });
}

function missing(name: string, place = 'query'): Problem {
  return { type: 'missing', loc: [place, name], msg: 'Field required', input: null };
}

function integer(
  name: string,
  input: string | null,
  { minimum, maximum }: { minimum?: number; maximum?: number } = {},
  place = 'query',
): number | Problem {
  if (input === null) {
    return missing(name, place);
  }
  const loc = [place, name];
  if (!/^\s*[+-]?\d+\s*$/.test(input)) {
    const msg = 'Input should be a valid integer, unable to parse string as an integer';
    return { type: 'int_parsing', loc, msg, input };
  }
  const value = Number(input);
  if (minimum !== undefined && value < minimum) {
    const msg = `Input should be greater than or equal to ${minimum}`;
    return { type: 'greater_than_equal', loc, msg, input, ctx: { ge: minimum } };
  }
  if (maximum !== undefined && value > maximum) {
    const msg = `Input should be less than or equal to ${maximum}`;
    return { type: 'less_than_equal', loc, msg, input, ctx: { le: maximum } };
  }
  return value;
}

function isProblem(value: number | string | Problem): value is Problem {
  return typeof value === 'object';
}

function problemsOf(...values: readonly (number | string | Problem)[]): Problem[] {
  return values.filter(isProblem);
}

class RateLimiter {
  readonly #now: () => number;
  #arrivals: number[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  exceeded(): boolean {
    const now = this.#now();
    this.#arrivals = this.#arrivals.filter((arrival) => arrival > now - rateLimit.windowMs);
    if (this.#arrivals.length >= rateLimit.requests) {
      return true;
    }
    this.#arrivals.push(now);
    return false;
  }
}

const shopId = 4127;

function sampleState(hostile: boolean): CodegenState {
  return {
    token: `sk-${sampleSecret('codegen token')}`,
    user: {
      id: 90210,
      github_user_id: '58301177',
      github_username: 'shopfront-dev',
      email: 'dev@shopfront.example',
      avatar_url: null,
      full_name: 'Shopfront Developer',
      role: 'ADMIN',
      is_admin: true,
    },
    organizations: [
      shop(hostile),
      organization(4388, 'Shopfront Labs', ['github', 'notion']),
      organization(5150, 'Weekend Projects', []),
    ],
    mcpProviders: [
      mcpProvider(11, 'linear', 'https://mcp.linear.app', ['read', 'write']),
      mcpProvider(12, 'sentry', 'https://mcp.sentry.dev', null),
    ],
    statusBody: 'strings',
    integrationsStatus: 200,
  };
}

function shop(hostile: boolean): CodegenOrganization {
  const names = ['github', 'slack', 'linear', 'figma', 'clickup'];
  const base = organization(shopId, 'Shopfront', [
    ...names,
    ...(hostile ? [...hostileTexts, ...hostileIds] : []),
  ]);
  return {
    ...base,
    tokens: [
      ...base.tokens,
      // Two tokens of one provider: revoking takes both. Jira was connected once.
      { id: 7900, provider: 'linear', active: true },
      { id: 7901, provider: 'jira', active: false },
    ],
    integrations: [
      integration('github', {
        installation_id: 31415926,
        metadata: { account: 'shopfront', repositories: 14 },
      }),
      integration('slack_user', { token_id: tokenId(base, 'slack'), metadata: { team: 'Shopfront' } }),
      integration('linear_user', { token_id: tokenId(base, 'linear') }),
      integration('linear_app', {
        installation_id: 2718,
        // The vendor's own command line hides this key: https://github.com/codegen-sh/codegen
        metadata: { workspace: 'shopfront', webhook_secret: sampleSecret('codegen webhook') },
      }),
      integration('figma_user', { token_id: tokenId(base, 'figma') }),
      integration('jira_user', { active: false, token_id: 7901 }),
      // Connected by key, so that the status call knows nothing of it.
      integration('circleci', { metadata: { project: 'gh/shopfront/web' } }),
    ],
  };
}

function organization(id: number, name: string, providers: readonly string[]): CodegenOrganization {
  const tokens = providers.map((provider, index) => ({ id: id * 10 + index, provider, active: true }));
  return {
    id,
    name,
    settings: { enable_pr_creation: true, enable_rules_detection: true },
    tokens,
    integrations: tokens.map((token) => integration(token.provider, { token_id: token.id })),
  };
}

function tokenId({ tokens }: CodegenOrganization, provider: string): number | null {
  return tokens.find((token) => token.provider === provider)?.id ?? null;
}

function integration(type: string, facts: Partial<CodegenIntegration>): CodegenIntegration {
  return {
    integration_type: type,
    active: true,
    token_id: null,
    installation_id: null,
    metadata: null,
    ...facts,
  };
}

function mcpProvider(
  id: number,
  name: string,
  issuer: string,
  default_scopes: string[] | null,
): CodegenMcpProvider {
  return {
    id,
    name,
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    default_scopes,
    is_mcp: true,
    meta: null,
  };
}
