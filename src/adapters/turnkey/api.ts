import type { HttpClient, HttpRequest, HttpResponse } from '../../core/http/client.ts';
import { displayText } from '../../core/model/displayText.ts';
import type { ErrorKind, TokenManagerError } from '../../core/model/errors.ts';
import type { Localize } from '../../core/ports.ts';
import { Slices } from '../../core/yielding.ts';
import { isSuccess, parsed, refused } from '../support/answers.ts';
import { errorBody, type ParsedResponse } from '../support/errorBody.ts';
import { momentOrNone, unixSecondsText } from '../support/instants.ts';
import { lazy } from '../support/lazy.ts';
import { jsonValue, type ReadRows, RestClient, readRows } from '../support/restClient.ts';
import * as z from '../support/schema.ts';
import { type P256KeyPair, P256Signer } from './stamp.ts';

/** The most the service gives at once; the rows are bare ids. */
export const subOrganizationsPerPage = 100;

/** Both parts are strings of digits; the nanoseconds are of no use here. */
const timestamp = lazy(() =>
  momentOrNone(
    z.pipe(
      z.object({ seconds: unixSecondsText() }),
      z.transform(({ seconds }) => seconds),
    ),
  ),
);

const whoamiSchema = lazy(() =>
  z.object({
    organizationId: z.filled(),
    organizationName: z.string(),
    userId: z.filled(),
    username: z.string(),
  }),
);

const oauthProviderSchema = lazy(() =>
  z.object({
    providerId: z.filled(),
    providerName: z.orNone(z.string()),
    issuer: z.orNone(z.string()),
    audience: z.orNone(z.string()),
    subject: z.orNone(z.string()),
    createdAt: timestamp(),
    updatedAt: timestamp(),
  }),
);
export type OauthProvider = z.infer<ReturnType<typeof oauthProviderSchema>>;

const userSchema = lazy(() =>
  z.object({
    userId: z.filled(),
    userName: z.orNone(z.string()),
    userEmail: z.orNone(z.string()),
    userPhoneNumber: z.orNone(z.string()),
    userTags: z.orNone(z.array(z.string())),
    authenticators: z.orNone(z.array(z.unknown())),
    apiKeys: z.orNone(z.array(z.unknown())),
    oauthProviders: z.array(z.unknown()),
    createdAt: timestamp(),
    updatedAt: timestamp(),
  }),
);
/** A user with the links that could be read. */
export type User = Omit<z.infer<ReturnType<typeof userSchema>>, 'oauthProviders'> & {
  readonly oauthProviders: readonly OauthProvider[];
};

const usersSchema = lazy(() => z.object({ users: z.array(z.unknown()) }));
const oauthProvidersSchema = lazy(() => z.object({ oauthProviders: z.array(z.unknown()) }));
const organizationIdsSchema = lazy(() => z.object({ organizationIds: z.array(z.filled()) }));

const activitySchema = lazy(() =>
  z.object({
    activity: z.object({
      id: z.filled(),
      status: z.enum([
        'ACTIVITY_STATUS_CREATED',
        'ACTIVITY_STATUS_PENDING',
        'ACTIVITY_STATUS_COMPLETED',
        'ACTIVITY_STATUS_FAILED',
        'ACTIVITY_STATUS_REJECTED',
        'ACTIVITY_STATUS_CONSENSUS_NEEDED',
        'ACTIVITY_STATUS_AUTHENTICATORS_NEEDED',
      ]),
      failure: z.nullish(z.object({ message: z.nullish(z.string()) })),
    }),
  }),
);

export interface Activity {
  readonly id: string;
  readonly status: z.infer<ReturnType<typeof activitySchema>>['activity']['status'];
  /** The service's own words for why it failed; may be empty. */
  readonly reason: string;
}

/** One login link: what Turnkey calls an OAuth provider of a user. */
export interface LinkPlace {
  readonly organizationId: string;
  readonly userId: string;
  readonly providerId: string;
}

/** gRPC's status; its number is not to be relied on (https://docs.turnkey.com/api-reference/overview/errors). */
const errorSchema = lazy(() =>
  z.object({
    message: z.orNone(z.string()),
    details: z.orNone(z.array(z.object({ turnkeyErrorCode: z.nullish(z.string()) }))),
  }),
);

/** Turnkey's calls: always a POST whose exact bytes are stamped, also for what only reads. */
export class TurnkeyApi {
  readonly #client: RestClient;
  readonly #signer: P256Signer;
  readonly #localize: Localize;

  constructor(http: HttpClient, keys: P256KeyPair, localize: Localize) {
    this.#client = new RestClient({ http, headers: {}, errorIn });
    this.#signer = new P256Signer(keys);
    this.#localize = localize;
  }

  async whoami(
    organizationId: string,
    signal: AbortSignal,
  ): Promise<z.infer<ReturnType<typeof whoamiSchema>>> {
    return parsed(whoamiSchema(), await this.#query('/public/v1/query/whoami', { organizationId }, signal));
  }

  /** Every user with their login links; there are no pages. */
  async users(organizationId: string, signal: AbortSignal): Promise<ReadRows<User>> {
    const answer = await this.#query('/public/v1/query/list_users', { organizationId }, signal);
    const slices = new Slices(signal);
    const entries = parsed(usersSchema(), answer).users;
    const users = await readRows(userSchema(), entries, this.#localize, slices);
    const problems = [...users.problems];
    const rows: User[] = [];
    for (const user of users.rows) {
      const links = await readRows(oauthProviderSchema(), user.oauthProviders, this.#localize, slices);
      problems.push(...links.problems);
      rows.push({ ...user, oauthProviders: links.rows });
      if (slices.isOver()) {
        await slices.next();
      }
    }
    return { rows, problems };
  }

  /** What the call answers without a user is not documented, so there always is one. */
  async oauthProviders(
    organizationId: string,
    userId: string,
    signal: AbortSignal,
  ): Promise<ReadRows<OauthProvider>> {
    const answer = await this.#query(
      '/public/v1/query/get_oauth_providers',
      { organizationId, userId },
      signal,
    );
    return readRows(
      oauthProviderSchema(),
      parsed(oauthProvidersSchema(), answer).oauthProviders,
      this.#localize,
      new Slices(signal),
    );
  }

  /** @param after the last id of the page before */
  async subOrganizations(
    organizationId: string,
    after: string | undefined,
    signal: AbortSignal,
  ): Promise<string[]> {
    const paginationOptions = {
      limit: String(subOrganizationsPerPage),
      ...(after !== undefined && { after }),
    };
    const body = { organizationId, paginationOptions };
    const answer = await this.#query('/public/v1/query/list_suborgs', body, signal);
    return parsed(organizationIdsSchema(), answer).organizationIds;
  }

  /**
   * Identical bodies are one activity to the service, so a lost answer may be asked for again.
   * @param now epoch milliseconds; what makes this a new activity
   */
  async deleteOauthProvider(place: LinkPlace, now: number, signal: AbortSignal): Promise<Activity> {
    const body = {
      type: 'ACTIVITY_TYPE_DELETE_OAUTH_PROVIDERS',
      timestampMs: String(now),
      organizationId: place.organizationId,
      parameters: { userId: place.userId, providerIds: [place.providerId] },
    };
    const route = '/public/v1/submit/delete_oauth_providers';
    return activityOf(await this.#post(route, body, 'identical', signal));
  }

  async activity(organizationId: string, activityId: string, signal: AbortSignal): Promise<Activity> {
    const route = '/public/v1/query/get_activity';
    return activityOf(await this.#post(route, { organizationId, activityId }, 'reads', signal));
  }

  async #query(route: string, body: object, signal: AbortSignal): Promise<unknown> {
    return jsonValue(await this.#post(route, body, 'reads', signal));
  }

  async #post(
    route: string,
    body: object,
    repeat: HttpRequest['repeat'],
    signal: AbortSignal,
  ): Promise<ParsedResponse> {
    const content = JSON.stringify(body);
    return this.#client.send({
      method: 'POST',
      route,
      headers: { 'x-stamp': this.#signer.stamp(content) },
      body: { type: 'application/json', content },
      repeat,
      isFinal: isQuota,
      signal,
    });
  }
}

/** A success says only that the activity exists; whether it did anything is in its status. */
function activityOf(response: ParsedResponse): Activity {
  const { id, status, failure } = parsed(activitySchema(), jsonValue(response)).activity;
  return { id, status, reason: displayText(response.redact(failure?.message ?? '')) };
}

/** Words make an error of a success, too: an answer that has data has none. */
function errorIn(response: ParsedResponse): TokenManagerError | undefined {
  const { message, code } = saidIn(response);
  if (isSuccess(response)) {
    return message === undefined ? undefined : refused(response, { message, code, kind: 'rejected' });
  }
  return refused(response, { message, code, kind: isQuota(response) ? 'rejected' : kindOf(code) });
}

function kindOf(code: string | undefined): ErrorKind | undefined {
  switch (code) {
    case 'ORGANIZATION_MISMATCH': // A parent's key where the sub-organization's own is needed.
      return 'forbidden';
    case 'INVALID_ORGANIZATION_ID':
      return 'configuration';
    default:
      return undefined;
  }
}

/**
 * A 429 is a rate limit, which waiting cures, or a spent quota, which it does not. The quota for users and
 * their kind is documented by its words only, so these have to do.
 */
function isQuota(response: HttpResponse): boolean {
  const { message, code } = saidIn(response);
  const isSpent =
    code === undefined ? /exceeded maximum/i.test(message ?? '') : code !== 'RATE_LIMIT_EXCEEDED';
  return response.status === 429 && isSpent;
}

function saidIn(response: HttpResponse): {
  readonly message?: string | undefined;
  readonly code?: string | undefined;
} {
  const { message, details } = errorBody(response, errorSchema()) ?? {};
  const code = details?.find(({ turnkeyErrorCode }) => turnkeyErrorCode)?.turnkeyErrorCode;
  return { message: message ?? undefined, code: code ?? undefined };
}
