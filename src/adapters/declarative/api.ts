import type { HttpClient, HttpRequest, HttpResponse } from '../../core/http/client.ts';
import { displayText } from '../../core/model/displayText.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Secret } from '../../core/model/secret.ts';
import { isSuccess, json, refused } from '../support/answers.ts';
import { parsedJson } from '../support/parsedJson.ts';
import type { ServiceDescription } from './description.ts';
import { nextCursor, pageQuery } from './paging.ts';
import { textAt, valueAt } from './paths.ts';

export interface TokenPage {
  readonly tokens: readonly unknown[];
  readonly next?: string;
  readonly total?: number;
  /** The whole answer. */
  readonly body: unknown;
}

/** The calls a description names. */
export class DescribedApi {
  readonly #http: HttpClient;
  readonly #description: ServiceDescription;
  readonly #credential: Secret;

  constructor(http: HttpClient, description: ServiceDescription, credential: Secret) {
    this.#http = http;
    this.#description = description;
    this.#credential = credential;
  }

  async page(cursor: string | undefined, includeExpired: boolean, signal: AbortSignal): Promise<TokenPage> {
    const { list } = this.#description;
    const response = await this.#request({
      method: 'GET',
      route: list.route,
      query: {
        ...list.query,
        ...(includeExpired ? {} : list.activeQuery),
        ...pageQuery(list.paging, cursor),
      },
      repeat: 'reads',
      signal,
    });
    const body = json(response);
    const tokens = valueAt(body, list.items);
    if (!Array.isArray(tokens)) {
      throw new TokenManagerError('protocol', list.items ?? '', { code: 'unexpected-shape' });
    }
    const total = this.#total(response);
    const next = nextCursor(list.paging, cursor, { response, body, count: tokens.length, total });
    return {
      tokens,
      body,
      ...(next !== undefined && { next }),
      ...(total !== undefined && { total }),
    };
  }

  /** @throws `protocol` when the answer has no identifier at its place */
  async account(signal: AbortSignal): Promise<{ id: string; name: string } | undefined> {
    const { account } = this.#description;
    if (!account) {
      return undefined;
    }
    const body = json(await this.#request({ method: 'GET', route: account.route, repeat: 'reads', signal }));
    const id = needed(body, account.id);
    return { id, name: textAt(body, account.name) || id };
  }

  /** The identifier of the token that is used for asking, where the service tells. */
  async ownId(signal: AbortSignal): Promise<string | undefined> {
    const { own } = this.#description;
    return own
      ? needed(
          json(await this.#request({ method: 'GET', route: own.route, repeat: 'reads', signal })),
          own.id,
        )
      : undefined;
  }

  /** @returns false when the service did not know it (any more) */
  async revoke(id: string, signal: AbortSignal): Promise<boolean> {
    const { revoke } = this.#description;
    if (!revoke) {
      throw new TokenManagerError('unsupported', '', { code: 'revoke' });
    }
    const { method, route } = revoke;
    try {
      await this.#request({ method, ...aimed(route, id), repeat: 'writes', signal });
      return true;
    } catch (thrown) {
      const error = TokenManagerError.from(thrown);
      if (error.kind === 'notFound') {
        return false;
      }
      throw error;
    }
  }

  /** @returns the new value, of which the answer holds the only copy */
  async rotate(id: string): Promise<string> {
    const { rotate } = this.#description;
    if (!rotate) {
      throw new TokenManagerError('unsupported', '', { code: 'renew' });
    }
    // Nothing interrupts it once it is under way, and nothing repeats it: the old value is used up.
    const { signal } = new AbortController();
    const { method, route } = rotate;
    const response = await this.#request({ method, ...aimed(route, id), repeat: 'writes', signal });
    return needed(json(response), rotate.value);
  }

  async #request(request: HttpRequest): Promise<HttpResponse> {
    const { header, prefix } = this.#description.credential;
    const response = await this.#http.request({
      ...request,
      headers: { [header.toLowerCase()]: this.#credential.map((value) => `${prefix}${value}`) },
    });
    if (!isSuccess(response)) {
      throw refused(response, { message: words(response) });
    }
    return response;
  }

  #total({ headers }: HttpResponse): number | undefined {
    const { paging } = this.#description.list;
    const text = paging.style === 'page' && paging.totalHeader && headers[paging.totalHeader.toLowerCase()];
    return text && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  }
}

function aimed(route: string, id: string): Pick<HttpRequest, 'route' | 'params'> {
  return route.includes('{id}') ? { route, params: { id } } : { route };
}

function needed(body: unknown, place: string): string {
  const text = textAt(body, place);
  if (text === undefined || text === '') {
    throw new TokenManagerError('protocol', place, { code: 'unexpected-shape' });
  }
  return text;
}

/** Where REST APIs put what they have to say about a refusal. */
const wordPlaces = ['message', 'error_description', 'detail', 'error', 'error.message'];

function words(response: HttpResponse): string | undefined {
  const body = parsedJson(response.body);
  const found = wordPlaces.map((place) => textAt(body, place)).find((text) => text !== undefined);
  return found === undefined ? undefined : displayText(found);
}
