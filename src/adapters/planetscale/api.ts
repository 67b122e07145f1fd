import type { HttpClient } from '../../core/http/client.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import { Slices } from '../../core/yielding.ts';
import { isSuccess, refused } from '../support/answers.ts';
import { errorBody, type ParsedResponse } from '../support/errorBody.ts';
import { besideWords, type ReadRows, RestClient, type RestRequest, readRows } from '../support/restClient.ts';
import type * as z from '../support/schema.ts';
import {
  type Application,
  applicationSchema,
  errorSchema,
  organizationSchema,
  pageSchema,
  type Token,
  tokenSchema,
} from './schemas.ts';

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

interface ListOptions {
  readonly page: number;
  readonly perPage?: number;
  readonly signal: AbortSignal;
  /** What the service token needs for it. */
  readonly access?: string;
}

export interface Listing<T> extends ReadRows<T> {
  readonly next: number | undefined;
  readonly total: number | undefined;
}

/** PlanetScale's calls, each with the access the service token needs for it. */
export class PlanetScaleApi {
  readonly #client: RestClient;
  readonly #organization: string;
  readonly #localize: Localize;

  constructor(http: HttpClient, credential: Secret, organization: string, localize: Localize) {
    this.#client = new RestClient({ http, headers: { authorization: credential }, errorIn });
    this.#organization = organization;
    this.#localize = localize;
  }

  async organizations(signal: AbortSignal) {
    const { rows } = await toTheEnd((page) =>
      this.#list(organizationSchema(), organizationsRoute, {}, { page, signal }),
    );
    return rows;
  }

  applications(page: number, signal: AbortSignal) {
    const options = { page, signal, access: 'read_oauth_applications' };
    return this.#list(applicationSchema(), applicationsRoute, {}, options);
  }

  allApplications(signal: AbortSignal) {
    return toTheEnd((page) => this.applications(page, signal));
  }

  application(application: string, signal: AbortSignal): Promise<Application> {
    const request = { route: applicationRoute, params: { application }, signal };
    return this.#read(applicationSchema(), request, 'read_oauth_applications');
  }

  findApplication(application: string, signal: AbortSignal) {
    return unlessGone(
      () => this.application(application, signal),
      () => this.applications(1, signal),
    );
  }

  tokens(application: string, page: number, perPage: number, signal: AbortSignal): Promise<Listing<Token>> {
    const options = { page, perPage, signal, access: 'read_oauth_tokens' };
    return this.#list(tokenSchema(), tokensRoute, { application }, options);
  }

  findToken(application: string, token: string, signal: AbortSignal): Promise<Token | undefined> {
    const request = { route: tokenRoute, params: { application, token }, signal };
    return unlessGone(
      () => this.#read(tokenSchema(), request, 'read_oauth_tokens'),
      () => this.tokens(application, 1, 1, signal),
    );
  }

  /** Deprecated by the vendor in favour of RFC 7009, which needs the value: for a listed token it is the only way. */
  async deleteToken(application: string, token: string, signal: AbortSignal): Promise<void> {
    const params = { organization: this.#organization, application, token };
    await this.#needing('delete_oauth_tokens', () =>
      this.#client.send({ method: 'DELETE', route: tokenRoute, params, repeat: 'writes', signal }),
    );
  }

  async #list<T>(
    schema: z.ZodMiniType<T>,
    route: string,
    params: Record<string, string>,
    { page, perPage = mostPerPage, signal, access }: ListOptions,
  ): Promise<Listing<T>> {
    const query = { page, per_page: perPage };
    const answer = await this.#read(pageSchema(), { route, params, query, signal }, access);
    const { data, next_page: next, total_count: total } = answer;
    if (typeof next === 'number' && next <= page) {
      throw new TokenManagerError('protocol', '', { code: 'repeated-page' });
    }
    return {
      ...(await readRows(schema, data, this.#localize, new Slices(signal))),
      next: next ?? undefined,
      total: total ?? undefined,
    };
  }

  #read<T>(schema: z.ZodMiniType<T>, request: RestRequest, access: string | undefined): Promise<T> {
    const params = { organization: this.#organization, ...request.params };
    return this.#needing(access, () => this.#client.read(schema, { ...request, params }));
  }

  /** Names the access that the service token may lack, where the refusal can mean that. */
  async #needing<T>(access: string | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      const error = TokenManagerError.from(thrown);
      const sentence = access && missingAccess(error.status, access, this.#localize);
      if (!sentence) {
        throw error;
      }
      const { kind, status, code, retryAt } = error;
      throw new TokenManagerError(kind, besideWords(sentence, error.detail, this.#localize), {
        cause: error,
        ...(status !== undefined && { status }),
        ...(code !== undefined && { code }),
        ...(retryAt !== undefined && { retryAt }),
      });
    }
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

async function toTheEnd<T>(read: (page: number) => Promise<Listing<T>>): Promise<ReadRows<T>> {
  const rows: T[] = [];
  const problems: TokenManagerError[] = [];
  let next: number | undefined = 1;
  for (let pages = 0; next !== undefined; pages++) {
    if (pages === maxPages) {
      throw new TokenManagerError('protocol', '', { code: 'endless-list' });
    }
    const page = await read(next);
    rows.push(...page.rows);
    problems.push(...page.problems);
    next = page.next;
  }
  return { rows, problems };
}

/** A success refuses, too, when it has the two members that refusals have, which no row and no page has. */
function errorIn(response: ParsedResponse): TokenManagerError | undefined {
  const { code, message } = errorBody(response, errorSchema()) ?? {};
  if (!isSuccess(response)) {
    return refused(response, { code: code ?? undefined, message: message ?? undefined });
  }
  return code && message ? refused(response, { code, message, kind: 'rejected' }) : undefined;
}

function missingAccess(status: number | undefined, access: string, localize: Localize): string | undefined {
  if (status === 403) {
    return localize('The service token lacks {0}.', access);
  }
  return status === 404 || status === 410
    ? localize('Not found, or the service token lacks {0}.', access)
    : undefined;
}
