import * as z from 'zod';
import type { HttpClient, HttpRequest, HttpResponse } from '../../core/http/client.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import { isSuccess, json, parsed, refused } from '../support/answers.ts';
import { errorBody } from '../support/errorBody.ts';
import { madeOnce } from '../support/lazy.ts';

export const codegenUrl = 'https://api.codegen.com';

/** The most the service gives at once. */
const organizationsPerPage = 100;
/** Reading to the end has an end. */
const maxPages = 100;

const meRoute = '/v1/users/me';
const organizationsRoute = '/v1/organizations';
const integrationsRoute = '/v1/organizations/{organization}/integrations';
const statusRoute = '/v1/oauth/tokens/status';
const revokeRoute = '/v1/oauth/tokens/revoke';

const userSchema = madeOnce(() =>
  z.object({
    id: z.int(),
    github_username: z.string().nullish(),
    full_name: z.string().nullish(),
    email: z.string().nullish(),
  }),
);

const organizationsSchema = madeOnce(() =>
  z.object({
    items: z.array(z.object({ id: z.int(), name: z.string() })),
    total: z.int(),
  }),
);
export type Organization = z.infer<ReturnType<typeof organizationsSchema>>['items'][number];

const integrationsSchema = madeOnce(() =>
  z.object({
    integrations: z.array(
      z.object({
        integration_type: z.string().min(1),
        active: z.boolean(),
        token_id: z.int().nullish(),
        installation_id: z.int().nullish(),
        metadata: z.record(z.string(), z.unknown()).nullish(),
      }),
    ),
  }),
);
export type Integration = z.infer<ReturnType<typeof integrationsSchema>>['integrations'][number];

const providerName = madeOnce(() => z.string().min(1));
const flags = madeOnce(() => z.object({ active: z.boolean().nullish(), is_active: z.boolean().nullish() }));

/**
 * The vendor leaves the body of the status call open and only says in prose that it is a list of provider
 * names (https://docs.codegen.com/api-reference). So objects are read as well, and one list in a wrapper.
 */
const statusListSchema = madeOnce(() =>
  z.array(
    z.union([
      providerName().transform((provider) => ({ provider, active: true })),
      flags()
        .extend({ provider: providerName().nullish(), name: providerName().nullish() })
        .transform(({ provider, name, active, is_active }, context) => {
          const named = provider ?? name;
          if (named == null) {
            context.addIssue({ code: 'custom', message: 'names no provider' });
            return z.NEVER;
          }
          return { provider: named, active: active ?? is_active ?? true };
        }),
    ]),
  ),
);

/** Nor is a map from names to whether they are connected ruled out; one without any name says nothing. */
const statusMapSchema = madeOnce(() =>
  z
    .record(
      providerName(),
      z.union([
        z.boolean(),
        flags()
          .refine(({ active, is_active }) => (active ?? is_active) != null)
          .transform(({ active, is_active }) => active ?? is_active ?? false),
      ]),
    )
    .refine((map) => Object.keys(map).length > 0),
);

/** FastAPI's 422 (and its 401) answer with `detail`, other refusals with `message`, older ones with `error`. */
const errorSchema = madeOnce(() =>
  z.object({
    detail: z
      .union([
        z.string(),
        z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })),
      ])
      .optional()
      .catch(undefined),
    message: z.string().optional().catch(undefined),
    error: z.string().optional().catch(undefined),
  }),
);

/** The calls of Codegen's API, with their answers read. */
export class CodegenApi {
  readonly #http: HttpClient;
  readonly #authorization: Secret;
  readonly #localize: Localize;
  /** Whether this is the vendor's service rather than an installation of one's own. */
  readonly isVendorsOwn: boolean;

  constructor(http: HttpClient, token: Secret, localize: Localize) {
    this.#http = http;
    this.#authorization = token.map((value) => `Bearer ${value}`);
    this.#localize = localize;
    this.isVendorsOwn = http.baseUrl === new URL(codegenUrl).href;
  }

  async me(signal: AbortSignal): Promise<z.infer<ReturnType<typeof userSchema>>> {
    return parsed(userSchema(), await this.#read({ route: meRoute, signal }));
  }

  async organizations(signal: AbortSignal): Promise<Organization[]> {
    const all: Organization[] = [];
    for (let page = 0; page < maxPages; page++) {
      const query = { skip: page * organizationsPerPage, limit: organizationsPerPage };
      const answer = await this.#read({ route: organizationsRoute, query, signal });
      const { items, total } = parsed(organizationsSchema(), answer);
      all.push(...items);
      if (items.length === 0 || all.length >= total) {
        break;
      }
    }
    return all;
  }

  /** Provider names and whether each is connected. */
  async status(organization: string, signal: AbortSignal): Promise<ReadonlyMap<string, boolean>> {
    const query = { org_id: organization };
    return connectedProviders(await this.#read({ route: statusRoute, query, signal }));
  }

  async integrations(organization: string, signal: AbortSignal): Promise<Integration[]> {
    const response = await this.#send({
      method: 'GET',
      route: integrationsRoute,
      params: { organization },
      repeat: 'reads',
      signal,
    });
    if (!isSuccess(response)) {
      throw refusal(response);
    }
    return parsed(integrationsSchema(), json(response)).integrations;
  }

  /** Takes its parameters in the query and has no body. Its answer is not specified, so it is not looked at. */
  async revoke(name: string, organization: string, signal: AbortSignal): Promise<void> {
    if (!name.isWellFormed()) {
      // A query would carry it changed, and so name another provider.
      throw new TokenManagerError('configuration', '', { code: 'unusable-identifier' });
    }
    const response = await this.#send({
      method: 'POST',
      route: revokeRoute,
      query: { provider: name, org_id: organization },
      repeat: 'writes',
      signal,
    });
    if (!isSuccess(response)) {
      throw refusal(response);
    }
  }

  /** A call that every installation answers: where it is not there, the whole service is not. */
  async #read(request: Pick<HttpRequest, 'route' | 'query' | 'signal'>): Promise<unknown> {
    const response = await this.#send({ ...request, method: 'GET', repeat: 'reads' });
    if (response.status === 404 || response.status === 410) {
      throw refused(response, { message: this.#notHere() });
    }
    if (!isSuccess(response)) {
      throw refusal(response);
    }
    return json(response);
  }

  async #send(request: Omit<HttpRequest, 'headers'>): Promise<HttpResponse> {
    try {
      return await this.#http.request({ ...request, headers: { authorization: this.#authorization } });
    } catch (thrown) {
      const error = TokenManagerError.from(thrown);
      if (error.kind !== 'network' || !this.isVendorsOwn) {
        throw error;
      }
      const { code } = error;
      throw new TokenManagerError('network', this.#notHere(), { cause: error, ...(code && { code }) });
    }
  }

  /** Codegen was bought by ClickUp at the end of 2025 (https://jay.ai/blog/codegen); what became of it is open. */
  #notHere(): string {
    return this.isVendorsOwn
      ? this.#localize('Codegen does not answer here. It was bought by ClickUp and may have been shut down.')
      : this.#localize('There is no Codegen API at this address.');
  }
}

function connectedProviders(body: unknown): ReadonlyMap<string, boolean> {
  const list = Array.isArray(body) ? body : onlyListIn(body);
  const entries = list
    ? parsed(statusListSchema(), list).map(({ provider, active }) => [provider, active] as const)
    : Object.entries(parsed(statusMapSchema(), body));
  const providers = new Map<string, boolean>();
  for (const [name, active] of entries) {
    providers.set(name, active || (providers.get(name) ?? false));
  }
  return providers;
}

/** `undefined` when there is none, or more than one to choose from. */
function onlyListIn(body: unknown): unknown[] | undefined {
  const lists = Object.values(typeof body === 'object' && body !== null ? body : {}).filter(Array.isArray);
  return lists.length === 1 ? lists[0] : undefined;
}

function refusal(response: HttpResponse): TokenManagerError {
  const { detail, message, error } = errorBody(response, errorSchema()) ?? {};
  return refused(response, { message: wordsOf(detail) ?? message ?? error });
}

/** `["query", "org_id"], "Field required"` becomes `org_id: Field required`. */
function wordsOf(detail: z.infer<ReturnType<typeof errorSchema>>['detail']): string | undefined {
  if (typeof detail !== 'object') {
    return detail;
  }
  return detail.map(({ loc, msg }) => [loc.slice(1).join('.'), msg].filter(Boolean).join(': ')).join('; ');
}
