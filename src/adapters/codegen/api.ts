import type { HttpClient } from '../../core/http/client.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import { Slices } from '../../core/yielding.ts';
import { isSuccess, parsed, refused } from '../support/answers.ts';
import { errorBody, type ParsedResponse } from '../support/errorBody.ts';
import { lazy } from '../support/lazy.ts';
import { besideWords, type ReadRows, RestClient, type RestRequest, readRows } from '../support/restClient.ts';
import * as z from '../support/schema.ts';

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

/** The vendor names things by numbers; where JavaScript would round one, its digits come as a text. */
const numericId = lazy(() =>
  z.pipe(z.union([z.int(), z.string().check(z.regex(/^\d+$/))]), z.transform(String)),
);

/** What is shown and nothing more: a row is not lost over it. */
const optionalText = lazy(() => z.orNone(z.string()));

const userSchema = lazy(() =>
  z.object({
    id: numericId(),
    github_username: optionalText(),
    full_name: optionalText(),
    email: optionalText(),
  }),
);

const organizationSchema = lazy(() => z.object({ id: numericId(), name: optionalText() }));
const organizationsSchema = lazy(() => z.object({ items: z.array(organizationSchema()), total: z.int() }));
export type Organization = z.infer<ReturnType<typeof organizationSchema>>;

const integrationSchema = lazy(() =>
  z.object({
    integration_type: z.filled(),
    active: z.boolean(),
    token_id: z.orNone(numericId()),
    installation_id: z.orNone(numericId()),
    metadata: z.orNone(z.record(z.string(), z.unknown())),
  }),
);
const integrationsSchema = lazy(() => z.object({ integrations: z.array(z.unknown()) }));
export type Integration = z.infer<ReturnType<typeof integrationSchema>>;

const flags = lazy(() => z.object({ active: z.nullish(z.boolean()), is_active: z.nullish(z.boolean()) }));

/**
 * The vendor leaves the body of the status call open and only says in prose that it is a list of provider
 * names (https://docs.codegen.com/api-reference). So objects are read as well, and one list in a wrapper.
 */
const statusListSchema = lazy(() =>
  z.array(
    z.union([
      z.pipe(
        z.filled(),
        z.transform((provider) => ({ provider, active: true })),
      ),
      z.pipe(
        z.extend(flags(), { provider: z.nullish(z.filled()), name: z.nullish(z.filled()) }),
        z.transform(({ provider, name, active, is_active }, context) => {
          const named = provider ?? name;
          if (named == null) {
            context.issues.push({ code: 'custom', message: 'names no provider', input: context.value });
            return z.NEVER;
          }
          return { provider: named, active: active ?? is_active ?? true };
        }),
      ),
    ]),
  ),
);

/** Nor is a map from names to whether they are connected ruled out; one without any name says nothing. */
const statusMapSchema = lazy(() =>
  z
    .record(
      z.filled(),
      z.union([
        z.boolean(),
        z.pipe(
          flags().check(z.refine(({ active, is_active }) => (active ?? is_active) != null)),
          z.transform(({ active, is_active }) => active ?? is_active ?? false),
        ),
      ]),
    )
    .check(z.refine((map) => Object.keys(map).length > 0)),
);

/** FastAPI's 422 (and its 401) answer with `detail`, other refusals with `message`, older ones with `error`. */
const errorSchema = lazy(() =>
  z.object({
    detail: z.catch(
      z.optional(
        z.union([
          z.string(),
          z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })),
        ]),
      ),
      undefined,
    ),
    message: z.catch(z.optional(z.string()), undefined),
    error: z.catch(z.optional(z.string()), undefined),
  }),
);

/** The calls of Codegen's API, with their answers read. */
export class CodegenApi {
  readonly #client: RestClient;
  readonly #localize: Localize;
  /** Whether this is the vendor's service rather than an installation of one's own. */
  readonly isVendorsOwn: boolean;

  constructor(http: HttpClient, token: Secret, localize: Localize) {
    const headers = { authorization: token.map((value) => `Bearer ${value}`) };
    this.#client = new RestClient({ http, headers, errorIn });
    this.#localize = localize;
    this.isVendorsOwn = http.baseUrl === new URL(codegenUrl).href;
  }

  async me(signal: AbortSignal): Promise<z.infer<ReturnType<typeof userSchema>>> {
    return this.#read(userSchema(), { route: meRoute, signal });
  }

  /** @throws `protocol` when the service promises more than it sends: a choice from a part is no choice */
  async organizations(signal: AbortSignal): Promise<Organization[]> {
    const all: Organization[] = [];
    for (let page = 0; page < maxPages; page++) {
      const query = { skip: page * organizationsPerPage, limit: organizationsPerPage };
      const request = { route: organizationsRoute, query, signal };
      const { items, total } = await this.#read(organizationsSchema(), request);
      all.push(...items);
      if (all.length >= total) {
        return all;
      }
      if (items.length === 0) {
        break;
      }
    }
    throw new TokenManagerError('protocol', '', { code: 'endless-list' });
  }

  /** Provider names and whether each is connected. */
  async status(organization: string, signal: AbortSignal): Promise<ReadonlyMap<string, boolean>> {
    const query = { org_id: organization };
    return connectedProviders(await this.#read(z.unknown(), { route: statusRoute, query, signal }));
  }

  async integrations(organization: string, signal: AbortSignal): Promise<ReadRows<Integration>> {
    const request = { route: integrationsRoute, params: { organization }, signal };
    const { integrations } = await this.#reaching(() => this.#client.read(integrationsSchema(), request));
    return readRows(integrationSchema(), integrations, this.#localize, new Slices(signal));
  }

  /** Takes its parameters in the query and has no body. Its answer is not specified but for refusals. */
  async revoke(name: string, organization: string, signal: AbortSignal): Promise<void> {
    if (!name.isWellFormed()) {
      // A query would carry it changed, and so name another provider.
      throw new TokenManagerError('configuration', '', { code: 'unusable-identifier' });
    }
    await this.#reaching(() =>
      this.#client.send({
        method: 'POST',
        route: revokeRoute,
        query: { provider: name, org_id: organization },
        repeat: 'writes',
        signal,
      }),
    );
  }

  /** A call that every installation answers: where it is not there, the whole service is not. */
  async #read<T>(schema: z.ZodMiniType<T>, request: RestRequest): Promise<T> {
    return this.#reaching(async () => {
      try {
        return await this.#client.read(schema, request);
      } catch (thrown) {
        const error = TokenManagerError.from(thrown);
        throw error.kind === 'notFound' ? this.#notHere(error) : error;
      }
    });
  }

  async #reaching<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      const error = TokenManagerError.from(thrown);
      throw error.kind === 'network' && this.isVendorsOwn ? this.#notHere(error) : error;
    }
  }

  /** Codegen was bought by ClickUp at the end of 2025 (https://jay.ai/blog/codegen); what became of it is open. */
  #notHere(error: TokenManagerError): TokenManagerError {
    const sentence = this.isVendorsOwn
      ? this.#localize('Codegen does not answer here. It was bought by ClickUp and may have been shut down.')
      : this.#localize('There is no Codegen API at this address.');
    const { kind, status, code } = error;
    return new TokenManagerError(kind, besideWords(sentence, error.detail, this.#localize), {
      cause: error,
      ...(status !== undefined && { status }),
      ...(code !== undefined && { code }),
    });
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

/** What a success says in `message` is no refusal. */
function errorIn(response: ParsedResponse): TokenManagerError | undefined {
  const { detail, message, error } = errorBody(response, errorSchema()) ?? {};
  if (!isSuccess(response)) {
    return refused(response, { message: wordsOf(detail) ?? message ?? error });
  }
  const refusal = wordsOf(detail) ?? error;
  return refusal ? refused(response, { message: refusal, kind: 'rejected' }) : undefined;
}

/** `["query", "org_id"], "Field required"` becomes `org_id: Field required`. */
function wordsOf(detail: z.infer<ReturnType<typeof errorSchema>>['detail']): string | undefined {
  if (typeof detail !== 'object') {
    return detail;
  }
  return detail.map(({ loc, msg }) => [loc.slice(1).join('.'), msg].filter(Boolean).join(': ')).join('; ');
}
