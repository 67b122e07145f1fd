import { createHmac } from 'node:crypto';
import {
  day,
  decoded,
  header,
  hostileIds,
  hostileTexts,
  hour,
  isRecord,
  json,
  jsonObject,
  listen,
  minute,
  type RecordedRequest,
  type Reply,
  type SandboxOptions,
  type SandboxServer,
  sampleBytes,
  sampleSecret,
  Traffic,
  text,
} from './loopback.ts';

/**
 * A self-hosted Mage AI server (https://github.com/mage-ai/mage-ai). Paths in comments below are of its `mage_ai/`
 * folder. Its habits: errors are HTTP 200, tokens are listed in clear, and an exception leaves a 200 with a
 * traceback in it.
 *
 * Compared with release 0.9.80 on SQLite in November 2026, also with SQLAlchemy 1.4 as older releases have it:
 * headers, the JSON Web Token and its wrong `expires`, lists and their order, `show_all`, `_limit`, dates, revoking
 * by PUT, the refused DELETE, the list of providers and what reading it changes, crashes, the base path, permissions.
 * Not compared: other databases, a directory behind LDAP mode (from the source alone), providers that really
 * refresh, single sign-on, Mage Pro.
 */
export interface MageServer extends SandboxServer<MageState, MageCredentials> {
  /** What a user types: the origin and, where there is one, the base path. */
  readonly url: string;
}

export interface MageOptions extends SandboxOptions {
  /** Such as `/team/mage` (the server's `MAGE_BASE_PATH`): everything moves below it. */
  readonly basePath?: string;
  /** False for a server that checks no sign-in. */
  readonly requireUserAuthentication?: boolean;
  /** Dates as a server on SQLite writes them: without an offset. */
  readonly sqlite?: boolean;
  /** True for `REQUIRE_USER_PERMISSIONS=1` with its default roles: who is no owner may do next to nothing. */
  readonly requireUserPermissions?: boolean;
  /** Users are looked up in a directory, by `email` alone, whatever it holds. */
  readonly ldap?: boolean;
  /** As releases before 0.9.80 have it; details of a user can then be read. */
  readonly sqlAlchemy14?: boolean;
}

export interface MageCredentials {
  /** The public constant of every installation. */
  readonly apiKey: string;
  /** The raw session token; one of those it lists. */
  readonly token: string;
  /** The same token as `POST /api/sessions` would have handed it out. */
  readonly jwt: string;
  readonly email: string;
  readonly password: string;
}

export interface MageState {
  requireUserAuthentication: boolean;
  requireUserPermissions: boolean;
  ldap: boolean;
  sqlAlchemy14: boolean;
  datetimes: 'offset' | 'sqlite';
  projectUuid: string;
  users: MageUser[];
  tokens: MageToken[];
  /** Providers this server has client credentials for; the others are silently absent. */
  configuredProviders: string[];
}

export interface MageUser {
  id: number;
  email: string;
  username: string;
  password: string;
  first_name: string | null;
  last_name: string | null;
  avatar: string | null;
  /** An owner may pass any query parameter and read any user. */
  owner: boolean;
  project_access: number;
  roles: number | null;
  roles_display: string | null;
  roles_new: unknown[];
}

export interface MageToken {
  token: string;
  /** `null` for provider tokens stored without a user. */
  user_id: number | null;
  /** Epoch milliseconds; a fraction is kept to the microsecond. */
  expires: number;
  /** `web` for sessions; else the provider, and then the token cannot sign in here. */
  application: string;
  refresh_token: string | null;
  /** Whether the provider would still take that refresh token. */
  refreshAccepted: boolean;
}

/** settings/server.py */
const apiKey = 'zkWlN0PkIKSN0C11CfUHUj84OT5XOJ6tDZ6bDRO2';
const sessionLifetime = 2_592_000_000;

/** authentication/oauth/constants.py */
const validProviders = [
  'active_directory',
  'azure_devops',
  'bitbucket',
  'github',
  'gitlab',
  'ghe',
  'google',
  'okta',
  'oidc_generic',
];
const gitProviders = ['azure_devops', 'bitbucket', 'gitlab'];

/** Only these implement the refresh grant (authentication/providers/); default lives from authentication/oauth/utils.py. */
const refreshedLifetimes: Readonly<Record<string, number>> = { bitbucket: hour, gitlab: 2 * hour };
const defaultProviderLifetime = 30 * day;

export async function startMage(options: MageOptions = {}): Promise<MageServer> {
  const now = options.now ?? Date.now;
  const basePath = (options.basePath ?? '').replace(/\/+$/, '');
  const state = sampleState(options, now());
  const traffic = new Traffic();
  const vendor = (request: RecordedRequest) => new MageCall(request, state, now(), basePath).answer();
  const listener = await listen(vendor, traffic, options);
  return {
    url: listener.origin + basePath,
    requests: traffic.requests,
    state,
    credentials: sampleCredentials(state),
    intercept: (interceptor) => traffic.intercept(interceptor),
    stop: listener.stop,
  };
}

/** An answer of the API other than success; reaches the client inside an HTTP 200 unless it asks for more. */
class MageError extends Error {
  readonly code: number;
  readonly type: string;

  constructor(code: number, type: string, message: string) {
    super(message);
    this.code = code;
    this.type = type;
  }
}

function unauthorizedAccess(message: string): MageError {
  return new MageError(403, 'unauthorized_access', message);
}

function recordInvalid(message: string): MageError {
  return new MageError(400, 'record_invalid', message);
}

function recordNotFound(message: string): MageError {
  return new MageError(404, 'record_not_found', message);
}

/** The Python code raised something it did not foresee; server/api/base.py tells all about it. */
class Crash extends Error {
  reply(): Reply {
    const trace = [
      'Traceback (most recent call last):',
      '  File "/usr/local/lib/python3.10/site-packages/mage_ai/api/views.py", line 111, in execute_operation',
      '    response = await base_operation.execute()',
      `TypeError: ${this.message}`,
    ];
    const message = trace.join('\n');
    const errors = trace.map((line) => `${line}\n`);
    return json(200, { error: { code: 500, errors, exception: this.message, message }, url_parameters: {} });
  }
}

type Action = 'list' | 'detail' | 'create' | 'update' | 'delete';

class MageCall {
  readonly #request: RecordedRequest;
  readonly #state: MageState;
  readonly #now: number;
  readonly #basePath: string;
  #user: MageUser | undefined;
  #token: MageToken | undefined;

  constructor(request: RecordedRequest, state: MageState, now: number, basePath: string) {
    this.#request = request;
    this.#state = state;
    this.#now = now;
    this.#basePath = basePath;
  }

  answer(): Reply {
    const traversal = traversalIn(this.#request);
    if (traversal !== undefined) {
      // Plain text, under the JSON content type that every handler starts with (server/api/base.py).
      return text(400, 'application/json', `Error: Invalid ${traversal} (path traversal detected)`);
    }
    const route = this.#route();
    const action = route && actionOf(this.#request.method, route.id);
    if (route === undefined) {
      return this.#page();
    }
    if (action === undefined) {
      return tornadoPage(405, 'Method Not Allowed');
    }
    const unauthenticated = this.#authenticate(route.resource);
    if (unauthenticated !== undefined) {
      return this.#rendered(unauthenticated, unauthenticated.code);
    }
    try {
      return json(200, this.#perform(route.resource, action, route.id));
    } catch (error) {
      if (error instanceof MageError) {
        return this.#rendered(error, this.#wantsHttpErrorCodes() ? error.code : 200);
      }
      if (error instanceof Crash) {
        return error.reply();
      }
      throw error;
    }
  }

  /** Paths of the web application are one page, which finds its own way; elsewhere it is the framework's own. */
  #page(): Reply {
    const path = this.#request.path.slice(this.#basePath.length);
    return this.#request.path.startsWith(this.#basePath) && webPages.test(path)
      ? text(200, 'text/html; charset=UTF-8', '<!DOCTYPE html><html><title>Mage</title></html>')
      : tornadoPage(404, 'Not Found');
  }

  #route(): { resource: Resource | undefined; id: string } | undefined {
    const prefix = `${this.#basePath}/api/`;
    if (!this.#request.path.startsWith(prefix)) {
      return undefined;
    }
    const [, name, id = ''] = /^(\w+)(?:\/(.+))?$/.exec(this.#request.path.slice(prefix.length)) ?? [];
    const pk = decoded(id);
    if (name === undefined || pk === undefined) {
      return undefined;
    }
    return { resource: resources.find((candidate) => candidate === name), id: pk };
  }

  /** api/middleware.py */
  #authenticate(resource: Resource | undefined): MageError | undefined {
    if (!this.#state.requireUserAuthentication || resource === 'status' || resource === 'statuses') {
      return undefined;
    }
    if (this.#apiKey() !== apiKey) {
      return new MageError(401, 'invalid_api_key', 'Invalid API key.');
    }
    const value = header(this.#request, 'oauth-token') || bearer(header(this.#request, 'authorization'));
    if (!value) {
      return undefined;
    }
    const token = this.#state.tokens.find(
      (candidate) => candidate.application === 'web' && candidate.token === value,
    );
    if (token === undefined) {
      return new MageError(401, 'invalid_oauth_token', 'Invalid OAuth token.');
    }
    if (token.expires <= this.#now) {
      return new MageError(401, 'expired_oauth_token', 'Expired OAuth token.');
    }
    this.#token = token;
    this.#user = this.#state.users.find((user) => user.id === token.user_id);
    return undefined;
  }

  /** From the header; else on POST from a JSON body, and from the query only when the body is not JSON. */
  #apiKey(): unknown {
    const { method, body, query } = this.#request;
    const inHeader = header(this.#request, 'x-api-key');
    const inBody = method === 'POST' ? jsonObject(body) : undefined;
    return inHeader || (inBody ? inBody.api_key : query.get('api_key'));
  }

  #wantsHttpErrorCodes(): boolean {
    return Boolean(this.#request.query.get('_http_error_codes'));
  }

  /** The body's `status` repeats the HTTP status only where the client asked for real ones (api/views.py). */
  #rendered({ code, message, type }: MageError, status: number): Reply {
    return json(status, {
      error: { code, message, type },
      status: this.#wantsHttpErrorCodes() ? code : 200,
    });
  }

  #perform(resource: Resource | undefined, action: Action, id: string): unknown {
    switch (resource) {
      case undefined:
        throw new Crash("No module named 'mage_ai.api.resources'");
      case 'status':
      case 'statuses':
        this.#permitAction(action === 'list', action, 'statuses');
        return this.#statuses();
      case 'sessions':
        return this.#sessions(action);
      case 'oauth_access_tokens':
        return this.#accessTokens(action);
      case 'oauths':
        return this.#oauths(action, id);
      case 'users':
        return this.#users(action, id);
    }
  }

  #statuses(): unknown {
    return {
      statuses: [
        {
          is_instance_manager: false,
          repo_path: '/home/src/shopfront_pipelines',
          scheduler_status: 'running',
          instance_type: null,
          disable_pipeline_edit_access: false,
          max_print_output_lines: 1000,
          require_user_authentication: this.#state.requireUserAuthentication,
          require_user_permissions: this.#state.requireUserPermissions,
          project_type: 'standalone',
          project_uuid: this.#state.projectUuid,
        },
      ],
      metadata: {},
    };
  }

  /** api/policies/SessionPolicy.py, api/resources/SessionResource.py */
  #sessions(action: Action): unknown {
    this.#permitAction(action === 'create' || action === 'update', action, 'sessions');
    if (action === 'create') {
      if (this.#user && !this.#user.owner) {
        throw unauthorizedAccess('Public access for create only, invalid scope.');
      }
      return this.#signIn();
    }
    this.#requireUser(action);
    this.#permitRole(action, 'sessions');
    this.#permitFields(this.#payload('session'), [], action, 'sessions');
    this.#permitQuery([], action, 'sessions');
    // Whatever id the path has: the token that signed this request is the one that ends.
    if (this.#token === undefined || this.#user === undefined) {
      throw new Crash("'NoneType' object has no attribute 'expires'");
    }
    this.#token.expires = this.#now;
    return this.#session(this.#token, this.#user);
  }

  #signIn(): unknown {
    const payload = this.#payload('session');
    const fields = ['email', 'password', 'username', 'token', 'provider'];
    this.#permitFields(payload, fields, 'create', 'sessions');
    const { email, password, username, token, provider } = payload;
    if (token && provider) {
      throw recordNotFound('Could not get email from oauth provider.');
    }
    if (!(email || username) || !password) {
      throw recordNotFound('Email/username and password are required.');
    }
    const user = this.#state.users.find((candidate) => {
      if (this.#state.ldap) {
        return candidate.username === email;
      }
      return email ? candidate.email === email : candidate.username === username;
    });
    if (user === undefined || user.password !== password) {
      throw recordNotFound('Email/username and/or password invalid.');
    }
    const session = sessionToken(
      sampleSecret(`mage session ${this.#now} ${this.#state.tokens.length}`),
      user.id,
      this.#now + sessionLifetime,
    );
    this.#state.tokens.push(session);
    return this.#session(session, user);
  }

  #session(token: MageToken, user: MageUser): unknown {
    const { id, username, first_name, last_name, avatar, owner, project_access } = user;
    const { roles, roles_display, roles_new } = user;
    return {
      session: {
        expires: this.#datetime(token.expires),
        token: jwtOf(token, this.#state.datetimes),
        user: {
          id,
          username,
          first_name,
          last_name,
          avatar,
          owner,
          project_access,
          roles,
          roles_display,
          roles_new,
        },
      },
    };
  }

  /** api/policies/OauthAccessTokenPolicy.py, api/resources/OauthAccessTokenResource.py, DatabaseResource.py */
  #accessTokens(action: Action): unknown {
    this.#permitAction(action === 'list', action, 'oauth_access_tokens');
    this.#requireUser(action);
    this.#permitRole(action, 'oauth_access_tokens');
    this.#permitQuery(['show_all'], action, 'oauth_access_tokens');
    // Without user authentication there is no user whose id could be read.
    if (this.#user === undefined) {
      throw new Crash("'NoneType' object has no attribute 'id'");
    }
    const userId = this.#user.id;
    const limit = this.#count('_limit', 40);
    const offset = this.#count('_offset', 0);
    const showAll = this.#request.query.get('show_all') ?? '';
    // Any text asks for the expired ones too, even `0`; only `false` and nothing do not.
    const all = showAll !== '' && showAll !== 'false';
    const rows = this.#state.tokens
      .filter((token) => token.user_id === userId && (all || token.expires > this.#now))
      .sort((one, other) => other.expires - one.expires);
    return {
      oauth_access_tokens: rows.slice(offset, offset + limit).map(({ expires, token, user_id }) => ({
        expires: this.#datetime(expires),
        token,
        user_id,
      })),
      metadata: { count: rows.length, next: rows.length > offset + limit },
    };
  }

  /** Python's `int()`: text that is no number is an exception that is not caught, and so is a negative one in SQL. */
  #count(name: string, otherwise: number): number {
    const value = this.#request.query.get(name) ?? String(otherwise);
    if (!/^\s*\+?\d+\s*$/.test(value)) {
      throw new Crash(`invalid literal for int() with base 10: '${value}'`);
    }
    return Number(value);
  }

  /** api/policies/OauthPolicy.py, api/resources/OauthResource.py. The API key alone may read. */
  #oauths(action: Action, id: string): unknown {
    this.#permitRole(action, 'oauths');
    switch (action) {
      case 'list':
        this.#permitQuery(['redirect_uri', 'type'], action, 'oauths');
        return { oauths: this.#oauthList() };
      case 'detail':
        this.#knownProvider(id);
        this.#permitQuery(['redirect_uri'], action, 'oauths');
        return { oauth: this.#oauth(id) };
      case 'create':
        this.#requireUser(action);
        return { oauth: this.#storeProviderToken() };
      case 'update':
        return { oauth: this.#resetProvider(id) };
      case 'delete':
        return this.#permitAction(false, action, 'oauths');
    }
  }

  #oauthList(): unknown[] {
    const names = this.#request.query.get('type') === 'git' ? gitProviders : this.#providerNames();
    const rows: unknown[] = [];
    for (const provider of names) {
      // Reading this list refreshes: see the method. What raises on the way is left out without a word.
      if (this.#liveTokens(provider).length === 0 && this.#isListable(provider)) {
        this.#refresh(provider);
      }
      if (this.#liveTokens(provider).length > 0 || (this.#isListable(provider) && this.#redirectUri())) {
        rows.push(this.#oauth(provider));
      }
    }
    return rows;
  }

  /** `github` has no provider class, so without a live token it is missing from the list. */
  #isListable(provider: string): boolean {
    return provider !== 'github' && this.#state.configuredProviders.includes(provider);
  }

  /**
   * authentication/oauth/utils.py: up to five stored refresh tokens are tried until one works, and every row
   * that was tried is deleted, whether it worked or not. Where the provider cannot refresh, the try raises
   * and the row is lost all the same.
   */
  #refresh(provider: string): void {
    const lifetime = refreshedLifetimes[provider];
    for (const row of this.#providerTokens(provider)
      .filter(({ refresh_token }) => refresh_token !== null)
      .slice(0, 5)) {
      this.#state.tokens.splice(this.#state.tokens.indexOf(row), 1);
      if (row.refreshAccepted && lifetime !== undefined) {
        const token = sampleSecret(`${row.token} refreshed ${this.#now}`);
        this.#state.tokens.push({
          ...row,
          token,
          refresh_token: `${token}-refresh`,
          expires: this.#now + lifetime,
        });
        return;
      }
    }
  }

  #oauth(provider: string): unknown {
    const live = this.#liveTokens(provider).map(({ expires }) => expires);
    const authenticated = live.length > 0;
    return {
      provider,
      authenticated: authenticated || null,
      expires: authenticated ? this.#datetime(Math.max(...live)) : null,
      url: authenticated ? null : this.#authorizationUrl(provider),
      redirect_query_params: null,
    };
  }

  #authorizationUrl(provider: string): string | null {
    const redirectUri = this.#redirectUri();
    if (!redirectUri && provider === 'github') {
      throw new Crash("'NoneType' object has no attribute 'split'");
    }
    if (provider !== 'github' && !this.#state.configuredProviders.includes(provider)) {
      throw new Crash("'NoneType' object is not iterable");
    }
    const query = { provider, client_id: 'shopfront-mage', redirect_uri: redirectUri ?? '' };
    return `https://oauth.example/authorize?${new URLSearchParams(query)}`;
  }

  #redirectUri(): string | null {
    return this.#request.query.get('redirect_uri');
  }

  #storeProviderToken(): unknown {
    const payload = this.#payload('oauth');
    const fields = ['provider', 'token', 'refresh_token', 'expires_in'];
    this.#permitFields(payload, fields, 'create', 'oauths');
    const { provider, token, refresh_token, expires_in } = payload;
    if (typeof provider !== 'string' || !this.#isKnown(provider)) {
      throw recordInvalid('Invalid provider.');
    }
    if (typeof token !== 'string' || token === '') {
      throw recordInvalid('Invalid token.');
    }
    const seconds = Number(expires_in);
    const lifetime = seconds > 0 ? seconds * 1000 : (refreshedLifetimes[provider] ?? defaultProviderLifetime);
    this.#state.tokens.push({
      token,
      user_id: this.#user?.id ?? null,
      expires: this.#now + lifetime,
      application: provider,
      refresh_token: typeof refresh_token === 'string' ? refresh_token : null,
      refreshAccepted: true,
    });
    return this.#oauth(provider);
  }

  #resetProvider(id: string): unknown {
    this.#knownProvider(id);
    this.#requireUser('update');
    const payload = this.#payload('oauth');
    this.#permitFields(payload, ['action_type'], 'update', 'oauths');
    this.#permitQuery([], 'update', 'oauths');
    // Composed before the tokens are deleted, so that the reply may still say "authenticated".
    const reply = this.#oauth(id);
    if (payload.action_type === 'reset') {
      const doomed = this.#liveTokens(id);
      this.#state.tokens = this.#state.tokens.filter((token) => !doomed.includes(token));
    }
    return reply;
  }

  #knownProvider(id: string): void {
    if (!this.#isKnown(id)) {
      throw recordInvalid('Invalid provider.');
    }
  }

  #isKnown(provider: string): boolean {
    return this.#providerNames().includes(provider);
  }

  #providerNames(): string[] {
    return [...new Set([...validProviders, ...this.#state.configuredProviders])];
  }

  #providerTokens(provider: string): MageToken[] {
    const userId = this.#user?.id ?? null;
    return this.#state.tokens.filter((token) => token.application === provider && token.user_id === userId);
  }

  #liveTokens(provider: string): MageToken[] {
    return this.#providerTokens(provider).filter((token) => token.expires > this.#now);
  }

  /**
   * api/policies/UserPolicy.py: oneself, or anybody for an owner. In the form of a detail the answer holds the
   * caller's own token, which 0.9.80 crashes over; in that of a list it does not.
   */
  #users(action: Action, id: string): unknown {
    // Users can also be created and updated there; this sandbox has no need of it.
    this.#permitAction(action === 'detail', action, 'users');
    this.#requireUser(action);
    this.#permitRole(action, 'users');
    if (this.#user !== undefined && !this.#user.owner && String(this.#user.id) !== id) {
      throw unauthorizedAccess('Unauthorized operation detail on users, failed condition.');
    }
    this.#permitQuery([], action, 'users');
    const user = this.#state.users.find((candidate) => String(candidate.id) === id);
    if (user === undefined) {
      // The answer for an id that is not there is unknown.
      throw recordNotFound('Record not found.');
    }
    const { password: _, ...shown } = user;
    const since = this.#datetime(Date.UTC(2024, 1, 6, 4, 0, 0));
    const listed = { ...shown, created_at: since, updated_at: since };
    if (this.#request.query.get('_format') === 'list') {
      return { user: listed };
    }
    if (!this.#state.sqlAlchemy14) {
      throw new Crash("'Row' object does not support item assignment");
    }
    const token = this.#token && jwtOf(this.#token, this.#state.datetimes);
    return { user: { ...listed, permissions: [], token } };
  }

  /** What the default roles of editors and viewers lack where permissions are required. */
  #permitRole(action: Action, resource: string): void {
    if (this.#state.requireUserPermissions && !this.#isOwner()) {
      throw unauthorizedAccess(`Unauthorized operation ${action} on ${resource}, insufficient permissions.`);
    }
  }

  #isOwner(): boolean {
    return this.#user?.owner === true || !this.#state.requireUserAuthentication;
  }

  #permitAction(permitted: boolean, action: Action, resource: string): void {
    if (!permitted) {
      throw unauthorizedAccess(`The ${action} action is disabled for ${resource}.`);
    }
  }

  #requireUser(action: Action): void {
    if (this.#user === undefined && this.#state.requireUserAuthentication) {
      throw unauthorizedAccess(`Private access for ${action} only, invalid scope.`);
    }
  }

  #permitFields(
    payload: Record<string, unknown>,
    fields: readonly string[],
    action: Action,
    resource: string,
  ): void {
    const refused = Object.keys(payload).find((key) => !fields.includes(key));
    if (refused !== undefined && !this.#isOwner()) {
      throw unauthorizedAccess(`write of ${refused} on ${action} is disabled for ${resource}.`);
    }
  }

  /** Keys that begin with `_` are meta data; the API key may always be there. */
  #permitQuery(keys: readonly string[], action: Action, resource: string): void {
    for (const [key, value] of this.#request.query) {
      if (!this.#isOwner() && !key.startsWith('_') && key !== 'api_key' && !keys.includes(key)) {
        throw unauthorizedAccess(
          `Query parameter ${key} of value ['${value}'] is not permitted on ${action} operation for ${resource}.`,
        );
      }
    }
  }

  /** The resource's fields, which the body holds under its singular. A form is not read that way. */
  #payload(wrapper: string): Record<string, unknown> {
    const { body } = this.#request;
    if (
      body === '' ||
      header(this.#request, 'content-type')?.startsWith('application/x-www-form-urlencoded')
    ) {
      return {};
    }
    const object = jsonObject(body);
    if (object === undefined) {
      throw new Crash('Expecting value: line 1 column 1 (char 0)');
    }
    const payload = object[wrapper];
    return isRecord(payload) ? payload : {};
  }

  #datetime(milliseconds: number): string {
    return pythonDatetime(milliseconds, this.#state.datetimes);
  }
}

const webPages = /^\/(?:pipelines|pipeline-runs|triggers|overview|files|templates|settings|sign-in)(?:\/|$)/;

const resources = ['status', 'statuses', 'sessions', 'oauth_access_tokens', 'oauths', 'users'] as const;

type Resource = (typeof resources)[number];

function actionOf(method: string, id: string): Action | undefined {
  switch (method) {
    case 'GET':
      return id === '' ? 'list' : 'detail';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'DELETE':
      return 'delete';
    default:
      return undefined;
  }
}

/** What the server's own check would name: the path or a parameter, decoded once more than usual. */
function traversalIn({ path, query }: RecordedRequest): string | undefined {
  if ((decoded(path) ?? path).includes('../')) {
    return 'path';
  }
  for (const [key, value] of query) {
    if ((decoded(value) ?? value).includes('../')) {
      return `parameter value for '${key}'`;
    }
  }
  return undefined;
}

function bearer(authorization: string | undefined): string | undefined {
  return /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
}

function tornadoPage(status: number, reason: string): Reply {
  const page = `<html><title>${status}: ${reason}</title><body>${status}: ${reason}</body></html>`;
  return text(status, 'text/html; charset=UTF-8', page);
}

/** `str(datetime)`: microseconds are left out when there are none, the offset when the database has none. */
function pythonDatetime(milliseconds: number, datetimes: MageState['datetimes']): string {
  const microseconds = Math.round(milliseconds * 1000);
  const second = new Date(Math.floor(microseconds / 1_000_000) * 1000).toISOString().slice(0, 19);
  const rest = microseconds % 1_000_000;
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(6, '0')}`;
  return `${second.replace('T', ' ')}${fraction}${datetimes === 'sqlite' ? '' : '+00:00'}`;
}

/** authentication/oauth2.py. The key is the server's own; nothing outside can check it. */
function jwtOf({ token, expires }: MageToken, datetimes: MageState['datetimes']): string {
  // A naive datetime's `.timestamp()` reads it as local time; this server is two hours ahead of UTC.
  const seconds = (datetimes === 'sqlite' ? expires - 2 * hour : expires) / 1000;
  const parts = [
    { alg: 'HS256', typ: 'JWT' },
    { expires: seconds, token },
  ];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${createHmac('sha256', sampleBytes('mage jwt')).update(signed).digest('base64url')}`;
}

function sessionToken(token: string, userId: number, expires: number): MageToken {
  return {
    token,
    user_id: userId,
    expires,
    application: 'web',
    refresh_token: null,
    refreshAccepted: false,
  };
}

const developerId = 2;

function sampleState(options: MageOptions, start: number): MageState {
  const hostile = options.hostile ?? false;
  return {
    requireUserAuthentication: options.requireUserAuthentication ?? true,
    requireUserPermissions: options.requireUserPermissions ?? false,
    ldap: options.ldap ?? false,
    sqlAlchemy14: options.sqlAlchemy14 ?? false,
    datetimes: options.sqlite ? 'sqlite' : 'offset',
    projectUuid: hostile ? hostileTexts.slice(0, 7).join(' ') : 'shopfront_pipelines',
    users: [
      user({ id: 1, email: 'ops@shopfront.example', username: 'ops', owner: true }),
      user({
        id: developerId,
        email: 'dev@shopfront.example',
        username: hostile ? hostileTexts.join(' ') : 'shopfront-dev',
      }),
    ],
    tokens: sampleTokens(start, hostile),
    configuredProviders: [
      'azure_devops',
      'bitbucket',
      'gitlab',
      'google',
      'okta',
      ...(hostile ? [...hostileTexts, ...hostileIds] : []),
    ],
  };
}

function user(facts: Pick<MageUser, 'id' | 'email' | 'username'> & Partial<MageUser>): MageUser {
  return {
    password: sampleSecret(`mage password ${facts.id}`).slice(0, 16),
    first_name: 'Shopfront',
    last_name: facts.id === developerId ? 'Developer' : 'Operations',
    avatar: null,
    owner: false,
    project_access: 4,
    roles: 2,
    roles_display: 'Editor',
    roles_new: [],
    ...facts,
  };
}

function sampleTokens(start: number, hostile: boolean): MageToken[] {
  const session = (label: string, expires: number) =>
    sessionToken(sampleSecret(`mage ${label}`), developerId, expires);
  const provider = (name: string, expires: number, facts: Partial<MageToken> = {}) => ({
    ...session(`${name} token`, expires),
    application: name,
    ...facts,
  });
  const refreshable = { refresh_token: sampleSecret('mage refresh'), refreshAccepted: true };
  const wholeSecond = Math.floor(start / 1000) * 1000;
  return [
    session(credentialLabel, start + 12 * day + 0.25),
    session('laptop', start + 40 * minute),
    session('notebook', start + 20 * hour),
    session('ci', start + 3 * day + hour),
    // A whole second: no fraction is written.
    session('tablet', wholeSecond + 6 * day),
    session('yesterday', start - day),
    session('last week', start - 7 * day - 0.5),
    // Logged in again and again by a pipeline: enough for a second page of 40.
    ...Array.from({ length: 40 }, (_, index) =>
      session(`pipeline ${index}`, start + 14 * day + index * 7 * hour),
    ),
    provider('github', start + 30 * day),
    provider('gitlab', start + 2 * hour, refreshable),
    provider('bitbucket', start - 2 * day, { ...refreshable, refresh_token: sampleSecret('mage bitbucket') }),
    // Azure DevOps cannot refresh: reading the provider list loses this row.
    provider('azure_devops', start - 3 * day, { refresh_token: sampleSecret('mage azure') }),
    ...documentedTokens(),
    sessionToken(sampleSecret('mage ops'), 1, start + 9 * day),
    ...(hostile ? [sessionToken('a/../b ?c=d#e%41&f+g <img src=x>', developerId, start + day)] : []),
  ];
}

const credentialLabel = 'sample connection';

/** The sample answer of https://docs.mage.ai (Read OAuth tokens), value by value. */
function documentedTokens(): MageToken[] {
  const session = (second: string, microseconds: number, token: string) =>
    sessionToken(token, developerId, Date.parse(second) + microseconds / 1000);
  return [
    session('2023-08-18T23:41:52Z', 480598, 'JS3Umh826UoZzbuGQUsj36PSBwruVCzQYlRFf3KmJWA'),
    session('2023-08-18T23:41:51Z', 418942, 'bScSh2uTtnjMlfOjMqyytvbXj1HHQ-CJJt17qIzaP9g'),
    session('2023-08-11T18:37:52Z', 832016, 'ZBVozeqrPgnF-CoaUHEzMW1BbDJS2o66EJ6T2XOk2xE'),
    session('2023-08-07T20:34:40Z', 608736, 'dAq4jS5XaPrntFMIcQMNaXpKEUyi2ajAsgqAWXFw1fI'),
    session('2023-08-04T20:28:16Z', 966716, 'tQYy-W363hpWK7JRHur8gOFb-3BFe6Tp9afWDGtrQh4'),
    session('2023-08-01T01:24:37Z', 132478, 'dUSVnZc_8JirhcB1QHXqyFTIUFwwpoWLdHT4I8Fuxmc'),
    session('2023-08-01T01:24:36Z', 96940, 'Uv2C4YklZaKtEPFigzGblFZ8fCx33598ZvZ3JJCyDiw'),
  ];
}

function sampleCredentials(state: MageState): MageCredentials {
  const token = sampleSecret(`mage ${credentialLabel}`);
  const row = state.tokens.find((candidate) => candidate.token === token);
  const developer = state.users.find(({ id }) => id === developerId);
  if (row === undefined || developer === undefined) {
    throw new Error('the sample data has no sample account');
  }
  return {
    apiKey,
    token,
    jwt: jwtOf(row, state.datetimes),
    email: developer.email,
    password: developer.password,
  };
}
