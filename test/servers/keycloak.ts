import { createHash } from 'node:crypto';
import {
  decoded,
  header,
  hostileIds,
  hostileTexts,
  json,
  jsonObject,
  listen,
  type RecordedRequest,
  type Reply,
  type SandboxOptions,
  type SandboxServer,
  sampleSecret,
  Traffic,
} from './loopback.ts';

/**
 * A realm's account API (`/realms/{realm}/account`), and as much of its authorization server as a pasted token needs.
 *
 * Compared in November 2026 with Keycloak 26.4.7: the answers, their status for each missing role, what is gone after a
 * consent was removed or a session was signed out, and that a session which is not there is signed out with 204 all the
 * same. Not compared: several devices at once, lightweight access tokens.
 */
export interface KeycloakServer extends SandboxServer<KeycloakState, KeycloakCredentials> {
  /** The issuer. */
  readonly url: string;
}

export interface KeycloakCredentials {
  readonly accessToken: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface KeycloakState {
  applications: KeycloakApplication[];
  devices: KeycloakDevice[];
  /** Those of the client `account` that the access token has; without one it is not for that client, either. */
  roles: string[];
  isTokenLive: boolean;
  /** Whether the server says of itself what Keycloak does. */
  isKeycloak: boolean;
  describesItself: boolean;
  binds: boolean;
  /** What it wants in a proof; none unless a test sets it. */
  nonce: string | undefined;
}

export interface KeycloakApplication {
  clientId: string;
  clientName?: string;
  userConsentRequired: boolean;
  inUse: boolean;
  offlineAccess: boolean;
  consent?: {
    grantedScopes: { id: string; name: string; displayText?: string }[];
    createdDate: number;
    lastUpdatedDate: number;
  };
}

export interface KeycloakDevice {
  os: string;
  osVersion: string;
  device: string;
  sessions: KeycloakSession[];
}

export interface KeycloakSession {
  id: string;
  ipAddress: string;
  started: number;
  lastAccess: number;
  expires: number;
  browser: string;
  current?: boolean;
  clients: { clientId: string; clientName?: string }[];
}

const realm = '/realms/shop';
const ownClient = 'token-manager';
const clientSecret = sampleSecret('keycloak token manager');
/** Its own roles are in the token, so that each start has a token of its own. */
const claims = (roles: readonly string[]) => ({
  iss: 'http://127.0.0.1/realms/shop',
  sub: '030c52ef-8815-4b5e-b998-a11e6911a671',
  azp: ownClient,
  preferred_username: 'robin',
  ...(roles.length > 0 && { aud: 'account', resource_access: { account: { roles } } }),
});

export function keycloakToken(roles: readonly string[]): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims(roles))}.${sampleSecret('keycloak signature')}`;
}

export interface KeycloakOptions {
  readonly roles?: readonly string[];
  /** False for one whose metadata cannot be had, so that its endpoints are entered by hand. */
  readonly describesItself?: boolean;
  /** Whether it binds the tokens that it hands out to a key of the client's, as it does where a client shows one. */
  readonly binds?: boolean;
}

export const allRoles = ['view-applications', 'manage-consent', 'view-profile', 'manage-account'];

export async function startKeycloak(options: SandboxOptions & KeycloakOptions = {}): Promise<KeycloakServer> {
  const {
    now = Date.now,
    hostile = false,
    roles = allRoles,
    describesItself = true,
    binds = false,
  } = options;
  const traffic = new Traffic();
  const state = { ...sampleState(now(), hostile, roles), describesItself, binds };
  const credentials = { accessToken: keycloakToken(roles), clientId: ownClient, clientSecret };
  const listener = await listen((request) => answer(request, state, credentials), traffic, options);
  return {
    url: `${listener.origin}${realm}`,
    requests: traffic.requests,
    state,
    credentials,
    intercept: (interceptor) => traffic.intercept(interceptor),
    stop: listener.stop,
  };
}

function answer(request: RecordedRequest, state: KeycloakState, credentials: KeycloakCredentials): Reply {
  const { path, origin, method } = request;
  const issuer = `${origin}${realm}`;
  if (path === `${realm}/.well-known/openid-configuration` && state.describesItself) {
    const protocol = `${issuer}/protocol/openid-connect`;
    return json(200, {
      issuer,
      token_endpoint: `${protocol}/token`,
      authorization_endpoint: `${protocol}/auth`,
      introspection_endpoint: `${protocol}/token/introspect`,
      revocation_endpoint: `${protocol}/revoke`,
      ...(state.binds && { dpop_signing_alg_values_supported: ['ES256'] }),
    });
  }
  if (path === realm && method === 'GET') {
    return state.isKeycloak
      ? json(200, { realm: 'shop', 'account-service': `${issuer}/account`, 'tokens-not-before': 0 })
      : json(404, { error: 'Not here' });
  }
  if (path.startsWith(`${realm}/protocol/openid-connect/`)) {
    return tokenAnswer(request, state, credentials);
  }
  return path.startsWith(`${realm}/account/`) ? accountAnswer(request, state, credentials) : notFound;
}

const notFound = json(404, { error: 'HTTP 404 Not Found' });
const forbidden = json(403, { error: 'HTTP 403 Forbidden' });

function tokenAnswer(
  { path, body }: RecordedRequest,
  state: KeycloakState,
  { accessToken }: KeycloakCredentials,
): Reply {
  const isIt = new URLSearchParams(body).get('token') === accessToken;
  if (path.endsWith('/introspect')) {
    return json(
      200,
      isIt && state.isTokenLive ? { active: true, ...claims(state.roles) } : { active: false },
    );
  }
  if (path.endsWith('/revoke')) {
    state.isTokenLive &&= !isIt;
    return { status: 200, body: '' };
  }
  const form = new URLSearchParams(body);
  const isOffline = state.applications.some(
    ({ clientId, offlineAccess }) => offlineAccess && form.get('refresh_token') === offlineToken(clientId),
  );
  return form.get('grant_type') === 'authorization_code' || isOffline
    ? json(200, { access_token: accessToken, token_type: state.binds ? 'DPoP' : 'Bearer', expires_in: 300 })
    : json(400, { error: 'invalid_grant', error_description: 'Session not active' });
}

/** What an application with offline access keeps, which works as long as that is there. */
export function offlineToken(clientId: string): string {
  return sampleSecret(`keycloak offline ${clientId}`);
}

function accountAnswer(
  request: RecordedRequest,
  state: KeycloakState,
  { accessToken }: KeycloakCredentials,
): Reply {
  const { headers, path, method } = request;
  const isFor = state.roles.length > 0;
  const isShown = state.binds
    ? headers.authorization === `DPoP ${accessToken}` && isProven(request, accessToken)
    : headers.authorization === `Bearer ${accessToken}`;
  if (!isShown || !state.isTokenLive || !isFor) {
    return json(401, { error: 'HTTP 401 Unauthorized' });
  }
  if (state.nonce !== undefined && proofIn(request).nonce !== state.nonce) {
    return json(401, { error: 'use_dpop_nonce' }, { 'DPoP-Nonce': state.nonce });
  }
  const route = path.slice(`${realm}/account`.length);
  const may = (role: string) => state.roles.includes('manage-account') || state.roles.includes(role);
  if (method === 'GET' && route === '/applications') {
    return may('view-applications') ? json(200, state.applications) : forbidden;
  }
  if (method === 'GET' && route === '/sessions/devices') {
    return may('view-profile') ? json(200, state.devices) : forbidden;
  }
  const [, client] = /^\/applications\/([^/]+)\/consent$/.exec(route) ?? [];
  if (method === 'DELETE' && client !== undefined) {
    return may('manage-consent') ? removeConsent(decoded(client), state) : forbidden;
  }
  const [, session] = /^\/sessions\/([^/]+)$/.exec(route) ?? [];
  if (method === 'DELETE' && session !== undefined) {
    return may('manage-account') ? signOut(decoded(session), state) : forbidden;
  }
  return notFound;
}

/** Whether a proof is for this very request and token (RFC 9449 section 4.3); its signature is not checked. */
function isProven(request: RecordedRequest, accessToken: string): boolean {
  const { htm, htu, ath } = proofIn(request);
  const hash = createHash('sha256').update(accessToken).digest('base64url');
  return htm === request.method && htu === `${request.origin}${request.path}` && ath === hash;
}

function proofIn(request: RecordedRequest): Record<string, unknown> {
  const [, payload = ''] = (header(request, 'dpop') ?? '').split('.');
  return jsonObject(Buffer.from(payload, 'base64url').toString('utf8')) ?? {};
}

/** Its consent, its offline access and, if there was a consent, its part in the sessions. */
function removeConsent(clientId: string | undefined, state: KeycloakState): Reply {
  const application = state.applications.find((one) => one.clientId === clientId);
  if (!application) {
    return json(404, { errorMessage: `No client with clientId: ${clientId} found.` });
  }
  if (application.consent) {
    delete application.consent;
    application.inUse = false;
    for (const { sessions } of state.devices) {
      for (const session of sessions) {
        session.clients = session.clients.filter((one) => one.clientId !== clientId);
      }
    }
  }
  application.offlineAccess = false;
  state.isTokenLive &&= clientId !== ownClient;
  return { status: 204 };
}

function signOut(id: string | undefined, state: KeycloakState): Reply {
  for (const device of state.devices) {
    state.isTokenLive &&= !device.sessions.some((session) => session.id === id && session.current);
    device.sessions = device.sessions.filter((session) => session.id !== id);
  }
  return { status: 204 };
}

function sampleState(now: number, hostile: boolean, roles: readonly string[]): KeycloakState {
  const consent = {
    grantedScopes: [
      // Where there is a text to show, the name names it.
      { id: 's1', name: 'profileScopeConsentText', displayText: 'User profile' },
      { id: 's2', name: 'orders:read' },
    ],
    createdDate: now - 90_000_000,
    lastUpdatedDate: now - 80_000_000,
  };
  const common = { userConsentRequired: true, inUse: false, offlineAccess: false };
  const second = Math.floor(now / 1000);
  const session = (id: string, ...clients: string[]): KeycloakSession => ({
    id,
    ipAddress: '192.0.2.7',
    started: second - 7200,
    lastAccess: second - 60,
    expires: second + 28_800,
    browser: 'Firefox/140.0',
    clients: clients.map((clientId) => ({ clientId })),
  });
  const traps = (make: (id: string, name: string) => KeycloakApplication) =>
    hostile
      ? [
          ...hostileTexts.map((text, index) => make(`trap-${index}`, text)),
          ...hostileIds.map((id) => make(id, id)),
        ]
      : [];
  return {
    roles: [...roles],
    isTokenLive: true,
    isKeycloak: true,
    describesItself: true,
    binds: false,
    nonce: undefined,
    applications: [
      { ...common, clientId: ownClient, clientName: 'Token Manager', offlineAccess: true, consent },
      {
        ...common,
        clientId: 'shop-desk',
        clientName: 'Shop desk',
        inUse: true,
        offlineAccess: true,
        consent: { ...consent },
      },
      { ...common, clientId: 'account-console', userConsentRequired: false, inUse: true },
      { ...common, clientId: 'backup', userConsentRequired: false, offlineAccess: true },
      ...traps((clientId, clientName) => ({ ...common, clientId, clientName, consent: { ...consent } })),
    ],
    devices: [
      {
        os: 'Linux',
        osVersion: 'Unknown',
        device: 'Other',
        sessions: [session('s-desk', 'shop-desk', 'account-console')],
      },
      {
        os: 'Other',
        osVersion: 'Unknown',
        device: 'Other',
        sessions: [{ ...session('s-script', 'shop-desk'), browser: 'Other/Unknown' }],
      },
    ],
  };
}
