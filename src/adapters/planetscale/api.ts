import * as z from 'zod';
import type { HttpClient, HttpResponse } from '../../core/http/client.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import { isSuccess, json, parsed, refused } from '../support/answers.ts';
import { errorBody } from '../support/errorBody.ts';
import { isoInstant } from '../support/instants.ts';
import { madeOnce } from '../support/lazy.ts';
import { type TokenList, tokenList } from './tokenList.ts';
import { usualTokens } from './usualTokens.ts';

/** The service's own default. Each token brings all its accesses along, so bigger pages would be slow to show. */
export const tokensPerPage = 25;
/** The most the service gives; for what is read to the end. */
export const mostPerPage = 100;
/** Reading to the end has an end. */
const maxPages = 100;

const organizationsRoute = '/organizations';
const applicationsRoute = '/organizations/{organization}/oauth-applications';
const applicationRoute = `${applicationsRoute}/{application}`;
const tokensRoute = `${applicationRoute}/tokens`;
const tokenRoute = `${tokensRoute}/{token}`;

const organizationSchema = madeOnce(() => z.object({ id: z.string(), name: z.string().min(1) }));

const applicationSchema = madeOnce(() =>
  z.object({
    id: z.string().min(1),
    client_id: z.string(),
    name: z.string(),
    redirect_uri: z.string().nullish(),
    domain: z.string().nullish(),
    avatar: z.string().nullish(),
    tokens: z.number().nullish(),
    dcr: z.boolean().nullish(),
    created_at: isoInstant().nullish(),
    updated_at: isoInstant().nullish(),
    // A string with spaces in the specification, an array on a page of the documentation.
    scopes: z.union([z.string(), z.array(z.string())]).nullish(),
  }),
);
export type Application = z.infer<ReturnType<typeof applicationSchema>>;

const resourceSchema = madeOnce(() =>
  z.object({
    id: z.string(),
    name: z.string(),
    organization: z.string().nullish(),
    database: z.string().nullish(),
    url: z.string().nullish(),
  }),
);
export type Resource = z.infer<ReturnType<typeof resourceSchema>>;

const resources = madeOnce(() => z.array(resourceSchema()).nullish());
const accesses = madeOnce(() =>
  z.array(z.object({ name: z.string(), description: z.string().nullish() })).nullish(),
);
export type Access = NonNullable<z.infer<ReturnType<typeof accesses>>>[number];

const serviceTokenAccessSchema = madeOnce(() =>
  z.object({
    id: z.string(),
    access: z.string(),
    description: z.string().nullish(),
    resource_name: z.string().nullish(),
    resource_id: z.string().nullish(),
    resource_type: z.string().nullish(),
    resource: z.object({ deleted_at: isoInstant().nullish() }).nullish(),
  }),
);
export type ServiceTokenAccess = z.infer<ReturnType<typeof serviceTokenAccessSchema>>;

/**
 * As loose as the looser of the vendor's two descriptions. The plaintext `token` and
 * `plain_text_refresh_token`, there right after creation, are not in it: what is not named here is dropped.
 */
export const tokenSchema = madeOnce(() =>
  z.object({
    id: z.string().min(1),
    name: z.string().nullish(),
    display_name: z.string().nullish(),
    avatar_url: z.string().nullish(),
    created_at: isoInstant(),
    updated_at: isoInstant().nullish(),
    expires_at: isoInstant().nullish(),
    last_used_at: isoInstant().nullish(),
    actor_id: z.string().nullish(),
    actor_display_name: z.string().nullish(),
    actor_type: z.string().nullish(),
    service_token_accesses: z.array(serviceTokenAccessSchema()).nullish(),
    oauth_accesses_by_resource: z
      .object({
        database: z.object({ databases: resources(), accesses: accesses() }).nullish(),
        organization: z.object({ organizations: resources(), accesses: accesses() }).nullish(),
        branch: z.object({ branches: resources(), accesses: accesses() }).nullish(),
        user: z.object({ users: resources(), accesses: accesses() }).nullish(),
      })
      .nullish(),
  }),
);
export type Token = z.infer<ReturnType<typeof tokenSchema>>;
/** What a token may do. */
export type Accesses = Pick<Token, 'service_token_accesses' | 'oauth_accesses_by_resource'>;

const errorSchema = madeOnce(() => z.object({ code: z.string().nullish(), message: z.string().nullish() }));

/** Where in a list an answer stands. */
const placeSchema = madeOnce(() =>
  z.object({
    next_page: z.int().nullish(),
    total_count: z.int().nonnegative().nullish(),
  }),
);

type Place = z.infer<ReturnType<typeof placeSchema>>;

type ListSchema<T> = z.ZodType<Place & { readonly data: readonly T[] }>;

const organizationListSchema = madeOnce(() => placeSchema().extend({ data: z.array(organizationSchema()) }));
const applicationListSchema = madeOnce(() => placeSchema().extend({ data: z.array(applicationSchema()) }));
const tokenListSchema = madeOnce(() => placeSchema().extend({ data: z.array(tokenSchema()) }));

interface ListOptions {
  readonly page: number;
  readonly perPage?: number;
  readonly signal: AbortSignal;
  /** What the service token needs for it. */
  readonly access?: string;
}

export interface Listing {
  readonly next: number | undefined;
  readonly total: number | undefined;
}

function listing(page: number, { next_page, total_count }: Place): Listing {
  if (typeof next_page === 'number' && next_page <= page) {
    throw new TokenManagerError('protocol', '', { code: 'repeated-page' });
  }
  return { next: next_page ?? undefined, total: total_count ?? undefined };
}

/** PlanetScale's calls, each with the access the service token needs for it. */
export class PlanetScaleApi {
  readonly #http: HttpClient;
  readonly #authorization: Secret;
  readonly #organization: string;
  readonly #localize: Localize;

  constructor(http: HttpClient, credential: Secret, organization: string, localize: Localize) {
    this.#http = http;
    this.#authorization = credential;
    this.#organization = organization;
    this.#localize = localize;
  }

  organizations(signal: AbortSignal) {
    return toTheEnd((page) => this.#list(organizationListSchema(), organizationsRoute, {}, { page, signal }));
  }

  applications(page: number, signal: AbortSignal) {
    return this.#list(
      applicationListSchema(),
      applicationsRoute,
      {},
      { page, signal, access: 'read_oauth_applications' },
    );
  }

  allApplications(signal: AbortSignal) {
    return toTheEnd((page) => this.applications(page, signal));
  }

  async application(application: string, signal: AbortSignal): Promise<Application> {
    const response = await this.#send('GET', applicationRoute, { application }, { signal });
    return parsed(applicationSchema(), this.#accepted(response, 'read_oauth_applications'));
  }

  findApplication(application: string, signal: AbortSignal) {
    return unlessGone(
      () => this.application(application, signal),
      () => this.applications(1, signal),
    );
  }

  async tokens(
    application: string,
    page: number,
    perPage: number,
    signal: AbortSignal,
  ): Promise<Listing & { readonly list: TokenList }> {
    const options = { page, perPage, signal, access: 'read_oauth_tokens' };
    const answer = await this.#listAnswer(tokensRoute, { application }, options);
    const usual = usualTokens(answer);
    if (usual) {
      return { ...listing(page, parsed(placeSchema(), answer)), list: usual };
    }
    const { data, ...place } = parsed(tokenListSchema(), answer);
    return { ...listing(page, place), list: tokenList(data) };
  }

  findToken(application: string, token: string, signal: AbortSignal): Promise<Token | undefined> {
    return unlessGone(
      async () => {
        const response = await this.#send('GET', tokenRoute, { application, token }, { signal });
        return parsed(tokenSchema(), this.#accepted(response, 'read_oauth_tokens'));
      },
      () => this.tokens(application, 1, 1, signal),
    );
  }

  /** Deprecated by the vendor in favour of RFC 7009, which needs the value: for a listed token it is the only way. */
  async deleteToken(application: string, token: string, signal: AbortSignal): Promise<void> {
    const response = await this.#send('DELETE', tokenRoute, { application, token }, { signal });
    if (!isSuccess(response)) {
      throw apiRefusal(response, 'delete_oauth_tokens', this.#localize);
    }
  }

  async #list<T>(
    schema: ListSchema<T>,
    route: string,
    params: Record<string, string>,
    options: ListOptions,
  ): Promise<Listing & { readonly rows: readonly T[] }> {
    const answer = parsed(schema, await this.#listAnswer(route, params, options));
    return { ...listing(options.page, answer), rows: answer.data };
  }

  async #listAnswer(
    route: string,
    params: Record<string, string>,
    { page, perPage = mostPerPage, signal, access }: ListOptions,
  ): Promise<unknown> {
    const response = await this.#send('GET', route, params, { signal, query: { page, per_page: perPage } });
    return this.#accepted(response, access);
  }

  #send(
    method: 'GET' | 'DELETE',
    route: string,
    params: Record<string, string>,
    options: { signal: AbortSignal; query?: Record<string, number> },
  ): Promise<HttpResponse> {
    return this.#http.request({
      method,
      route,
      params: { organization: this.#organization, ...params },
      headers: { authorization: this.#authorization },
      repeat: method === 'GET' ? 'reads' : 'writes',
      ...options,
    });
  }

  #accepted(response: HttpResponse, access: string | undefined): unknown {
    if (!isSuccess(response)) {
      throw apiRefusal(response, access, this.#localize);
    }
    return json(response);
  }
}

/**
 * A 404 is ambiguous: PlanetScale also gives it when an access is missing. Where the listing that needs the
 * same access can be read, the object is gone; where it cannot, the listing's own refusal says what to do.
 */
async function unlessGone<T>(read: () => Promise<T>, list: () => Promise<unknown>): Promise<T | undefined> {
  try {
    return await read();
  } catch (thrown) {
    if (TokenManagerError.from(thrown).kind !== 'notFound') {
      throw thrown;
    }
    await list();
    return undefined;
  }
}

async function toTheEnd<T>(
  read: (page: number) => Promise<Listing & { readonly rows: readonly T[] }>,
): Promise<T[]> {
  const rows: T[] = [];
  let next: number | undefined = 1;
  for (let pages = 0; next !== undefined; pages++) {
    if (pages === maxPages) {
      throw new TokenManagerError('protocol', '', { code: 'endless-list' });
    }
    const page = await read(next);
    rows.push(...page.rows);
    next = page.next;
  }
  return rows;
}

function apiRefusal(
  response: HttpResponse,
  access: string | undefined,
  localize: Localize,
): TokenManagerError {
  const { code, message } = errorBody(response, errorSchema()) ?? {};
  return refused(response, {
    code: code ?? undefined,
    message: missingAccess(response.status, access, localize) ?? message ?? undefined,
  });
}

function missingAccess(status: number, access: string | undefined, localize: Localize): string | undefined {
  if (access === undefined) {
    return undefined;
  }
  if (status === 403) {
    return localize('The service token lacks {0}.', access);
  }
  return status === 404 || status === 410
    ? localize('Not found, or the service token lacks {0}.', access)
    : undefined;
}
