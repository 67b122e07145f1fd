import { createECDH, createHash, createPublicKey, ECDH, type JsonWebKeyInput, verify } from 'node:crypto';
import {
  day,
  header,
  hostileIds,
  hostileTexts,
  hour,
  isRecord,
  json,
  jsonObject,
  listen,
  type RecordedRequest,
  type Reply,
  type SandboxOptions,
  type SandboxServer,
  sampleBytes,
  sampleSecret,
  sampleUuid,
  Traffic,
} from './loopback.ts';

/**
 * Turnkey's API (https://docs.turnkey.com/api-reference): POST only, every body stamped with an API key. The
 * vendor's own client talks to this server in test/contract/servers/turnkeySdk.test.ts.
 */
export interface TurnkeyServer extends SandboxServer<TurnkeyState, TurnkeyCredentials> {
  /** The origin; every path is under `/public/v1`. */
  readonly url: string;
}

export type TurnkeyOptions = SandboxOptions;

export interface TurnkeyCredentials {
  readonly organizationId: string;
  /** The user whom the key pair belongs to. */
  readonly userId: string;
  /** Compressed, in hex: 66 characters that begin with 02 or 03. */
  readonly publicKey: string;
  /** 64 characters of hex. */
  readonly privateKey: string;
}

export interface TurnkeyState {
  /** The parent first; the others name it. */
  organizations: TurnkeyOrganization[];
  /** What becomes of deleting a provider, by its id; COMPLETED where nothing is said. */
  outcomes: Map<string, TurnkeyOutcome>;
  activities: TurnkeyActivity[];
  /** How a parent's key is refused when it wants to change a sub-organisation. */
  subOrganizationDelete: 'forbidden' | 'mismatch';
}

export type TurnkeyOutcome =
  | { readonly status: 'COMPLETED' }
  /** `polls` reads of the activity still say so, the next one says COMPLETED. */
  | { readonly status: 'CREATED' | 'PENDING'; readonly polls: number }
  | { readonly status: 'CONSENSUS_NEEDED' | 'AUTHENTICATORS_NEEDED' | 'REJECTED' }
  | { readonly status: 'FAILED'; readonly message: string };

export interface TurnkeyOrganization {
  organizationId: string;
  organizationName: string;
  parentId: string | undefined;
  users: TurnkeyUser[];
}

/** As answered. */
export interface TurnkeyUser {
  userId: string;
  userName: string;
  userEmail?: string;
  userPhoneNumber?: string;
  authenticators: unknown[];
  apiKeys: TurnkeyApiKey[];
  userTags: string[];
  oauthProviders: TurnkeyProvider[];
  createdAt: TurnkeyTimestamp;
  updatedAt: TurnkeyTimestamp;
  mfaPolicies: unknown[];
}

export interface TurnkeyProvider {
  providerId: string;
  providerName: string;
  issuer: string;
  audience: string;
  subject: string;
  createdAt: TurnkeyTimestamp;
  updatedAt: TurnkeyTimestamp;
}

export interface TurnkeyApiKey {
  credential: { publicKey: string; type: string };
  apiKeyId: string;
  apiKeyName: string;
  createdAt: TurnkeyTimestamp;
  updatedAt: TurnkeyTimestamp;
  /** Digits, counted from `createdAt`. */
  expirationSeconds?: string;
}

/** Digits, both. */
export interface TurnkeyTimestamp {
  seconds: string;
  nanos: string;
}

export interface TurnkeyActivity {
  /** As answered. */
  resource: {
    id: string;
    organizationId: string;
    status: string;
    type: string;
    intent: { deleteOauthProvidersIntent: { userId: string; providerIds: string[] } };
    result: { deleteOauthProvidersResult?: { providerIds: string[] } };
    votes: unknown[];
    fingerprint: string;
    canApprove: boolean;
    canReject: boolean;
    createdAt: TurnkeyTimestamp;
    updatedAt: TurnkeyTimestamp;
    failure?: { code: number; message: string; details: unknown[] };
  };
  /** The submitted body: the same again is the same activity. */
  body: string;
  /** How many reads still find it unfinished. */
  pollsLeft: number;
}

const queryPath = '/public/v1/query/';
const submitPath = '/public/v1/submit/';
const deleteType = 'ACTIVITY_TYPE_DELETE_OAUTH_PROVIDERS';

export async function startTurnkey(options: TurnkeyOptions = {}): Promise<TurnkeyServer> {
  const now = options.now ?? Date.now;
  const credentials = sampleCredentials();
  const state = sampleState(credentials, now(), options.hostile ?? false);
  const traffic = new Traffic();
  const listener = await listen((request) => answer(request, state, now()), traffic, options);
  return {
    url: listener.origin,
    requests: traffic.requests,
    state,
    credentials,
    intercept: (interceptor) => traffic.intercept(interceptor),
    stop: listener.stop,
  };
}

/** https://docs.turnkey.com/api-reference/overview/errors; which code goes with which message is partly inferred. */
class TurnkeyError extends Error {
  readonly reply: Reply;

  constructor(status: number, grpcCode: number, turnkeyErrorCode: string | undefined, message: string) {
    super(message);
    const detail = { '@type': 'type.googleapis.com/errors.v1.TurnkeyErrorDetail', turnkeyErrorCode };
    this.reply = json(status, { code: grpcCode, message, details: turnkeyErrorCode ? [detail] : [] });
  }
}

function invalid(message: string, code = 'REQUEST_INVALID'): TurnkeyError {
  return new TurnkeyError(400, 3, code, message);
}

function unauthenticated(code: string, message: string): TurnkeyError {
  return new TurnkeyError(401, 16, code, message);
}

/** Not every error has a code; that these have none is a guess. */
function notFound(message: string): TurnkeyError {
  return new TurnkeyError(404, 5, undefined, message);
}

function answer(request: RecordedRequest, state: TurnkeyState, now: number): Reply {
  try {
    const call = calls[request.path];
    if (call === undefined) {
      throw notFound('Not Found');
    }
    if (request.method !== 'POST') {
      throw new TurnkeyError(405, 12, undefined, 'Method Not Allowed');
    }
    const { body, organization, caller } = admitted(request, state, now);
    return json(200, call({ request, state, now, body, organization, caller }));
  } catch (error) {
    if (error instanceof TurnkeyError) {
      return error.reply;
    }
    throw error;
  }
}

interface Call {
  readonly request: RecordedRequest;
  readonly state: TurnkeyState;
  readonly now: number;
  readonly body: Record<string, unknown>;
  /** The one the body names. */
  readonly organization: TurnkeyOrganization;
  readonly caller: Caller;
}

interface Caller {
  readonly user: TurnkeyUser;
  /** The user's own: the one called, or its parent. */
  readonly organization: TurnkeyOrganization;
}

const calls: Readonly<Record<string, (call: Call) => unknown>> = {
  [`${queryPath}whoami`]: whoami,
  [`${queryPath}get_oauth_providers`]: getOauthProviders,
  [`${queryPath}list_users`]: ({ organization }) => ({ users: organization.users }),
  [`${queryPath}get_user`]: (call) => ({ user: userOf(call.organization, textOf(call.body, 'userId')) }),
  [`${queryPath}list_suborgs`]: listSubOrganizations,
  [`${queryPath}get_api_keys`]: getApiKeys,
  [`${queryPath}get_activity`]: getActivity,
  [`${submitPath}delete_oauth_providers`]: deleteOauthProviders,
};

/** Who is calling which organisation, once the stamp has been found good. @throws TurnkeyError otherwise */
function admitted(
  request: RecordedRequest,
  state: TurnkeyState,
  now: number,
): Pick<Call, 'body' | 'organization' | 'caller'> {
  const stampHeader = header(request, 'x-stamp');
  if (stampHeader === undefined) {
    throw unauthenticated('SIGNATURE_MISSING', 'no valid authentication signature found for request');
  }
  const body = jsonObject(request.body);
  if (body === undefined) {
    throw invalid('bad request body');
  }
  const organization = organizationOf(body, state);
  const stamp = stampOf(stampHeader);
  const caller = callerOf(stamp.publicKey, organization, state, now);
  if (!isSignedBy(stamp, request.body)) {
    throw unauthenticated('SIGNATURE_INVALID', 'could not verify api key signature');
  }
  return { body, organization, caller };
}

function organizationOf(body: Record<string, unknown>, state: TurnkeyState): TurnkeyOrganization {
  const id = body.organizationId;
  if (typeof id !== 'string' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) {
    throw invalid('malformed organization ID provided', 'INVALID_ORGANIZATION_ID');
  }
  const organization = state.organizations.find(({ organizationId }) => organizationId === id.toLowerCase());
  if (organization === undefined) {
    throw new TurnkeyError(404, 5, 'ORGANIZATION_NOT_FOUND', `organization not found organizationId=${id}`);
  }
  return organization;
}

interface Stamp {
  /** Compressed, lower-case hex. */
  readonly publicKey: string;
  readonly signature: Buffer;
}

/** https://docs.turnkey.com/api-reference/overview/stamps */
function stampOf(value: string): Stamp {
  const stamp = /^[\w-]+$/.test(value)
    ? jsonObject(Buffer.from(value, 'base64url').toString('utf8'))
    : undefined;
  const { publicKey, scheme, signature } = stamp ?? {};
  if (
    scheme !== 'SIGNATURE_SCHEME_TK_API_P256' ||
    typeof publicKey !== 'string' ||
    !/^0[23][0-9a-f]{64}$/i.test(publicKey) ||
    typeof signature !== 'string' ||
    !/^([0-9a-f]{2})+$/i.test(signature)
  ) {
    throw unauthenticated('SIGNATURE_INVALID', 'malformed activity stamp');
  }
  return { publicKey: publicKey.toLowerCase(), signature: Buffer.from(signature, 'hex') };
}

/** A parent's keys are good for its sub-organisations too. */
function callerOf(
  publicKey: string,
  organization: TurnkeyOrganization,
  state: TurnkeyState,
  now: number,
): Caller {
  const parent = state.organizations.find(({ organizationId }) => organizationId === organization.parentId);
  for (const candidate of parent === undefined ? [organization] : [organization, parent]) {
    for (const user of candidate.users) {
      const key = user.apiKeys.find(({ credential }) => credential.publicKey === publicKey);
      if (key !== undefined && hasExpired(key, now)) {
        throw unauthenticated('API_KEY_EXPIRED', `expired api key publicKey=${publicKey}`);
      }
      if (key !== undefined) {
        return { user, organization: candidate };
      }
    }
  }
  throw unauthenticated(
    'PUBLIC_KEY_NOT_FOUND',
    'could not find public key in organization or its parent organization ' +
      `organizationId=${organization.organizationId} publicKey=${publicKey}`,
  );
}

function hasExpired({ createdAt, expirationSeconds }: TurnkeyApiKey, now: number): boolean {
  return (
    expirationSeconds !== undefined && (Number(createdAt.seconds) + Number(expirationSeconds)) * 1000 <= now
  );
}

function isSignedBy({ publicKey, signature }: Stamp, body: string): boolean {
  try {
    const key = createPublicKey(publicJwk(publicKey));
    return verify('sha256', Buffer.from(body), { key, dsaEncoding: 'der' }, signature);
  } catch {
    // Not a point of the curve.
    return false;
  }
}

function publicJwk(compressed: string): JsonWebKeyInput {
  const point = ECDH.convertKey(compressed, 'prime256v1', 'hex', 'hex', 'uncompressed').toString();
  const coordinate = (start: number) =>
    Buffer.from(point.slice(start, start + 64), 'hex').toString('base64url');
  return { format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: coordinate(2), y: coordinate(66) } };
}

/** For a sub-organisation asked about with its parent's key the answer is unknown; here it is the key's owner. */
function whoami({ caller }: Call): unknown {
  const { organizationId, organizationName } = caller.organization;
  return { organizationId, organizationName, userId: caller.user.userId, username: caller.user.userName };
}

/** What comes back without a `userId` is unknown; here nothing does, so that nothing relies on it. */
function getOauthProviders({ body, organization }: Call): unknown {
  return { oauthProviders: userOf(organization, textOf(body, 'userId')).oauthProviders };
}

function getApiKeys({ body, organization }: Call): unknown {
  const users =
    body.userId === undefined ? organization.users : [userOf(organization, textOf(body, 'userId'))];
  return { apiKeys: users.flatMap(({ apiKeys }) => apiKeys) };
}

type Filter = (organization: TurnkeyOrganization, value: unknown) => boolean;

const filters: ReadonlyMap<unknown, Filter> = new Map<unknown, Filter>([
  ['NAME', ({ organizationName }, value) => organizationName === value],
  ['USERNAME', ({ users }, value) => users.some(({ userName }) => userName === value)],
  ['EMAIL', ({ users }, value) => users.some(({ userEmail }) => userEmail === value)],
  ['PHONE_NUMBER', ({ users }, value) => users.some(({ userPhoneNumber }) => userPhoneNumber === value)],
  [
    'PUBLIC_KEY',
    ({ users }, value) =>
      users.some(({ apiKeys }) => apiKeys.some(({ credential }) => credential.publicKey === value)),
  ],
  // The sample data has none of these.
  ['CREDENTIAL_ID', () => false],
  ['OIDC_TOKEN', () => false],
  ['WALLET_ACCOUNT_ADDRESS', () => false],
]);

/** Cursors are organisation ids; `limit` is a string. */
function listSubOrganizations({ body, organization, state }: Call): unknown {
  const filter = filters.get(body.filterType);
  if (body.filterType !== undefined && filter === undefined) {
    throw invalid('invalid filter type');
  }
  const children = state.organizations
    .filter(({ parentId }) => parentId === organization.organizationId)
    .filter((child) => filter === undefined || filter(child, body.filterValue))
    .map(({ organizationId }) => organizationId);
  return { organizationIds: paged(children, isRecord(body.paginationOptions) ? body.paginationOptions : {}) };
}

function paged(ids: readonly string[], options: Record<string, unknown>): string[] {
  const { limit = '10', before, after } = options;
  if (typeof limit !== 'string' || !/^([1-9]\d?|100)$/.test(limit)) {
    throw invalid('paginationOptions.limit must be a string from "1" to "100"');
  }
  const start = typeof after === 'string' ? ids.indexOf(after) + 1 : 0;
  const end = typeof before === 'string' ? ids.indexOf(before) : ids.length;
  return ids.slice(start, Math.min(end, start + Number(limit)));
}

function getActivity({ body, organization, state, now }: Call): unknown {
  const id = textOf(body, 'activityId');
  const activity = state.activities.find(
    ({ resource }) => resource.id === id && resource.organizationId === organization.organizationId,
  );
  if (activity === undefined) {
    throw notFound(`activity not found activityId=${id}`);
  }
  if (isRunning(activity) && activity.pollsLeft-- <= 0) {
    complete(activity, organization, now);
  }
  return { activity: activity.resource };
}

function isRunning({ resource }: TurnkeyActivity): boolean {
  return resource.status === 'ACTIVITY_STATUS_PENDING' || resource.status === 'ACTIVITY_STATUS_CREATED';
}

function deleteOauthProviders(call: Call): unknown {
  const { request, state, organization, caller } = call;
  if (caller.organization !== organization) {
    throw refusedForParent(organization, caller, state);
  }
  const intent = intentOf(call.body);
  const known = state.activities.find(({ body }) => body === request.body);
  const activity = known ?? submitted(call, intent);
  return { activity: activity.resource };
}

function refusedForParent(
  organization: TurnkeyOrganization,
  caller: Caller,
  state: TurnkeyState,
): TurnkeyError {
  return state.subOrganizationDelete === 'forbidden'
    ? new TurnkeyError(403, 7, 'REQUEST_NOT_AUTHORIZED', 'request not authorized')
    : invalid(
        `organization mismatch: request is targeting organization ("${organization.organizationId}"), ` +
          `but voters are in organization ("${caller.organization.organizationId}")`,
        'ORGANIZATION_MISMATCH',
      );
}

interface Intent {
  readonly userId: string;
  readonly providerIds: readonly string[];
}

function intentOf(body: Record<string, unknown>): Intent {
  if (body.type !== deleteType) {
    throw invalid(`type must be ${deleteType}`);
  }
  if (typeof body.timestampMs !== 'string' || !/^\d+$/.test(body.timestampMs)) {
    throw invalid('timestampMs must be a string of digits');
  }
  const parameters = isRecord(body.parameters) ? body.parameters : {};
  const { providerIds } = parameters;
  if (!Array.isArray(providerIds) || providerIds.length === 0) {
    throw invalid('providerIds must be a list of provider ids');
  }
  if (!providerIds.every((id): id is string => typeof id === 'string')) {
    throw invalid('providerIds must be a list of provider ids');
  }
  return { userId: textOf(parameters, 'userId'), providerIds };
}

function submitted(call: Call, intent: Intent): TurnkeyActivity {
  const { request, state, organization, now } = call;
  const user = userOf(organization, intent.userId);
  const outcome = outcomeOf(intent, user, state);
  const activity: TurnkeyActivity = {
    resource: {
      id: sampleUuid(`activity ${state.activities.length} ${request.body}`),
      organizationId: organization.organizationId,
      status: `ACTIVITY_STATUS_${outcome.status}`,
      type: deleteType,
      intent: {
        deleteOauthProvidersIntent: { userId: intent.userId, providerIds: [...intent.providerIds] },
      },
      result: {},
      votes: [],
      fingerprint: `sha256:${createHash('sha256').update(request.body).digest('hex')}`,
      canApprove: outcome.status === 'CONSENSUS_NEEDED',
      canReject: outcome.status === 'CONSENSUS_NEEDED',
      createdAt: timestamp(now),
      updatedAt: timestamp(now),
      ...(outcome.status === 'FAILED' && { failure: { code: 9, message: outcome.message, details: [] } }),
    },
    body: request.body,
    pollsLeft: 'polls' in outcome ? outcome.polls : 0,
  };
  state.activities.push(activity);
  if (outcome.status === 'COMPLETED') {
    complete(activity, organization, now);
  }
  return activity;
}

/** The first provider with something to say decides for all. */
function outcomeOf({ providerIds }: Intent, user: TurnkeyUser, state: TurnkeyState): TurnkeyOutcome {
  if (!providerIds.every((id) => user.oauthProviders.some(({ providerId }) => providerId === id))) {
    // How the service says that a provider is not there (any more) is unknown.
    return { status: 'FAILED', message: 'oauth provider not found' };
  }
  const outcomes = providerIds.map((id) => state.outcomes.get(id));
  return outcomes.find((outcome) => outcome !== undefined) ?? { status: 'COMPLETED' };
}

/** Whether the service would refuse to take a user's last provider is unknown; here it does not. */
function complete({ resource }: TurnkeyActivity, organization: TurnkeyOrganization, now: number): void {
  const { userId, providerIds } = resource.intent.deleteOauthProvidersIntent;
  const user = organization.users.find((candidate) => candidate.userId === userId);
  if (user !== undefined) {
    user.oauthProviders = user.oauthProviders.filter(({ providerId }) => !providerIds.includes(providerId));
  }
  resource.status = 'ACTIVITY_STATUS_COMPLETED';
  resource.result = { deleteOauthProvidersResult: { providerIds } };
  resource.updatedAt = timestamp(now);
}

function userOf({ users }: TurnkeyOrganization, userId: string): TurnkeyUser {
  const user = users.find((candidate) => candidate.userId === userId);
  if (user === undefined) {
    throw notFound(`user not found userId=${userId}`);
  }
  return user;
}

function textOf(object: Record<string, unknown>, name: string): string {
  const value = object[name];
  if (typeof value !== 'string' || value === '') {
    throw invalid(`${name} must be a string`);
  }
  return value;
}

function timestamp(milliseconds: number): TurnkeyTimestamp {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds: String(seconds), nanos: String((milliseconds - seconds * 1000) * 1_000_000) };
}

/** The same on every start, so that a connection made to the sandbox outlives it. */
function sampleCredentials(): TurnkeyCredentials {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(sampleBytes('turnkey api key'));
  return {
    organizationId: sampleUuid('organization shopfront'),
    userId: sampleUuid(`user ${admin}`),
    publicKey: pair.getPublicKey('hex', 'compressed'),
    privateKey: pair.getPrivateKey('hex').padStart(64, '0'),
  };
}

const admin = 'platform-admin';
const google = 'https://accounts.google.com';
const apple = 'https://appleid.apple.com';

function sampleState(credentials: TurnkeyCredentials, start: number, hostile: boolean): TurnkeyState {
  const parentId = credentials.organizationId;
  return {
    organizations: [
      {
        organizationId: parentId,
        organizationName: 'Shopfront',
        parentId: undefined,
        users: [
          adminUser(credentials, start),
          user('ci-robot', start, [['GitHub Actions', 'https://token.actions.githubusercontent.com', 90]]),
          user('support-desk', start, [
            ['Google', google, 200],
            ['Apple', apple, 30],
          ]),
          user('auditor', start, []),
          ...(hostile ? hostileUsers(start) : []),
        ],
      },
      // More than one page of 10.
      ...Array.from({ length: 12 }, (_, index) => subOrganization(index + 1, parentId, start)),
    ],
    outcomes: new Map<string, TurnkeyOutcome>([
      [providerId(admin, 'Apple'), { status: 'PENDING', polls: 2 }],
      [providerId(admin, 'Okta Workforce'), { status: 'CONSENSUS_NEEDED' }],
      [providerId(admin, 'GitLab CI'), { status: 'REJECTED' }],
      [
        providerId(admin, 'Auth0 staging'),
        { status: 'FAILED', message: 'policy engine is not available for this resource' },
      ],
    ]),
    activities: [],
    subOrganizationDelete: 'forbidden',
  };
}

function adminUser({ publicKey }: TurnkeyCredentials, start: number): TurnkeyUser {
  return {
    ...user(admin, start, [
      ['Google', google, 340],
      ['Apple', apple, 120],
      ['Okta Workforce', 'https://shopfront.okta.example', 88],
      ['GitLab CI', 'https://gitlab.com', 45],
      ['Auth0 staging', 'https://shopfront-staging.auth0.example/', 9],
    ]),
    apiKeys: [
      apiKey('OAuth Token Manager', publicKey, 'CREDENTIAL_TYPE_API_KEY_P256', start - 100 * day),
      sessionKey('Dashboard session', 'CREDENTIAL_TYPE_READ_WRITE_SESSION_KEY_P256', start),
      sessionKey('Google login', 'CREDENTIAL_TYPE_OAUTH_KEY_P256', start),
    ],
  };
}

function subOrganization(number: number, parentId: string, start: number): TurnkeyOrganization {
  const name = `Checkout customer ${String(number).padStart(2, '0')}`;
  return {
    organizationId: sampleUuid(`organization ${name}`),
    organizationName: name,
    parentId,
    users: [user(name, start, [number % 2 === 0 ? ['Google', google, number] : ['Apple', apple, number]])],
  };
}

function hostileUsers(start: number): TurnkeyUser[] {
  const named = hostileTexts.map((text, index) => ({
    ...user(`hostile ${index}`, start, [[text, text, index]]),
    userName: text,
  }));
  const withIds = hostileIds.map((id, index) => {
    const base = user(`hostile id ${index}`, start, [['Google', google, index]]);
    return {
      ...base,
      userId: id,
      oauthProviders: base.oauthProviders.map((row) => ({ ...row, providerId: id })),
    };
  });
  return [...named, ...withIds];
}

/** Name, issuer, and how many days ago it was linked. */
type Link = readonly [name: string, issuer: string, daysAgo: number];

function user(userName: string, start: number, links: readonly Link[]): TurnkeyUser {
  return {
    userId: sampleUuid(`user ${userName}`),
    userName,
    userEmail: `${userName.toLowerCase().replaceAll(' ', '-')}@shopfront.example`,
    authenticators: [],
    apiKeys: [],
    userTags: [],
    oauthProviders: links.map((link) => provider(userName, link, start)),
    createdAt: timestamp(start - 400 * day),
    updatedAt: timestamp(start - 5 * day),
    mfaPolicies: [],
  };
}

function provider(userName: string, [name, issuer, daysAgo]: Link, start: number): TurnkeyProvider {
  return {
    providerId: providerId(userName, name),
    providerName: name,
    issuer,
    audience: `${sampleSecret(`audience ${issuer}`).slice(0, 12)}.apps.shopfront.example`,
    subject: BigInt(`0x${sampleBytes(`subject ${userName} ${name}`).toString('hex', 0, 8)}`).toString(),
    createdAt: timestamp(start - daysAgo * day),
    updatedAt: timestamp(start - Math.floor(daysAgo / 2) * day),
  };
}

function providerId(userName: string, name: string): string {
  return sampleUuid(`provider ${userName} ${name}`);
}

function apiKey(name: string, publicKey: string, type: string, createdAt: number): TurnkeyApiKey {
  return {
    credential: { publicKey, type },
    apiKeyId: sampleUuid(`api key ${name}`),
    apiKeyName: name,
    createdAt: timestamp(createdAt),
    updatedAt: timestamp(createdAt),
  };
}

/** Its private half is not known: these are only to be looked at. */
function sessionKey(name: string, type: string, start: number): TurnkeyApiKey {
  const publicKey = `02${sampleBytes(`session key ${name}`).toString('hex')}`;
  return { ...apiKey(name, publicKey, type, start - hour), expirationSeconds: String((6 * hour) / 1000) };
}
