import type { HttpBody, HttpClient, HttpRequest, HttpResponse } from '../../core/http/client.ts';
import { displayText } from '../../core/model/displayText.ts';
import { settled, TokenManagerError } from '../../core/model/errors.ts';
import { Secret } from '../../core/model/secret.ts';
import { isSuccess, json, refused } from '../support/answers.ts';
import { parsedJson } from '../support/parsedJson.ts';
import type { Paging, ServiceDescription } from './description.ts';
import { momentOf, written } from './moments.ts';
import { nextCursor, pageQuery } from './paging.ts';
import { needed, textAt, valueAt } from './paths.ts';

export interface TokenPage {
  readonly tokens: readonly unknown[];
  readonly next?: string;
  readonly total?: number;
  /** Why the list ends here although the service did not say that it is the end. */
  readonly problem?: TokenManagerError;
  /** The whole answer. */
  readonly body: unknown;
}

export interface Rotated {
  readonly value: Secret;
  /** Epoch milliseconds, where the answer says so. */
  readonly expiresAt?: number;
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
    const response = await settled(
      this.#request({
        method: 'GET',
        route: list.route,
        query: {
          ...list.query,
          ...(includeExpired ? {} : list.activeQuery),
          ...pageQuery(list.paging, cursor),
        },
        repeat: 'reads',
        signal,
      }),
    );
    if (response instanceof TokenManagerError) {
      if (isPastTheEnd(list.paging, cursor, response)) {
        return { tokens: [], body: undefined, problem: response };
      }
      throw response;
    }
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

  /**
   * @param newEnd epoch milliseconds; sent where the description says how
   * @returns the new value, of which the answer holds the only copy
   */
  async rotate(id: string, newEnd: number | undefined): Promise<Rotated> {
    const { rotate } = this.#description;
    if (!rotate) {
      throw new TokenManagerError('unsupported', '', { code: 'renew' });
    }
    // Nothing interrupts it once it is under way, and nothing repeats it: the old value is used up.
    const { signal } = new AbortController();
    const { method, route, sendExpiry } = rotate;
    const body: Pick<HttpRequest, 'body'> =
      sendExpiry && newEnd !== undefined
        ? { body: jsonBody({ [sendExpiry.member]: written(newEnd, sendExpiry.as) }) }
        : {};
    const response = await this.#request({
      method,
      ...aimed(route, id),
      ...body,
      repeat: 'writes',
      signal,
    });
    const answer = json(response);
    const expiresAt =
      rotate.expiresAt === undefined ? undefined : momentOf(valueAt(answer, rotate.expiresAt));
    return {
      value: new Secret(needed(answer, rotate.value)),
      ...(expiresAt !== undefined && { expiresAt }),
    };
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

/**
 * Some services refuse a page after the last one. That it was the last is likely but not said, so that it is told
 * beside the rows that came before.
 */
function isPastTheEnd(paging: Paging, cursor: string | undefined, { status }: TokenManagerError): boolean {
  const isNumbered = paging.style === 'page' || paging.style === 'offset';
  return isNumbered && cursor !== undefined && (status === 404 || status === 400);
}

function jsonBody(content: unknown): HttpBody {
  return { type: 'application/json', content: JSON.stringify(content) };
}

/** Where REST APIs put what they have to say about a refusal. */
const wordPlaces = ['message', 'error_description', 'detail', 'error', 'error.message'];

function words(response: HttpResponse): string | undefined {
  const body = parsedJson(response.body);
  const found = wordPlaces.map((place) => textAt(body, place)).find((text) => text !== undefined);
  return found === undefined ? undefined : displayText(found);
}
