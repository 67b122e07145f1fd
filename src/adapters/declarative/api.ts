import type { HttpClient, HttpRequest, HttpResponse } from '../../core/http/client.ts';
import { TokenManagerError, throwIfCancelled, toResult } from '../../core/model/errors.ts';
import { Secret } from '../../core/model/secret.ts';
import { isSuccess, json } from '../support/answers.ts';
import { bodyOf } from './body.ts';
import type { Section, ServiceDescription } from './description.ts';
import { momentOf, written } from './moments.ts';
import { isPastTheEnd, nextCursor, pageQuery, totalOf } from './paging.ts';
import { textAt, valueAt } from './paths.ts';
import type { Credentials } from './signIn.ts';
import { type CallTemplate, filledTexts, paramsOf, type Values } from './values.ts';
import { refusal, refusalInside, unusable } from './words.ts';

export interface TokenPage {
  readonly tokens: readonly unknown[];
  readonly next?: string;
  readonly total?: number;
  /** Why the list ends here although the service did not say that it is the end. */
  readonly problem?: TokenManagerError;
}

export interface Rotated {
  readonly value: Secret;
  /** Epoch milliseconds, where the answer says so. */
  readonly expiresAt?: number;
}

type Change =
  | NonNullable<Section['revoke']>
  | NonNullable<Section['rotate']>
  | NonNullable<Section['extend']>
  | NonNullable<Section['pause']>;

/** It is the sign-in that is not there, and not what was to be revoked. */
const noSignIn = 'no-sign-in';

/** The calls a description names. */
export class DescribedApi {
  readonly #http: HttpClient;
  readonly #description: ServiceDescription;
  readonly #credentials: Credentials;
  readonly #values: Values;

  constructor(http: HttpClient, description: ServiceDescription, credentials: Credentials, values: Values) {
    this.#http = http;
    this.#description = description;
    this.#credentials = credentials;
    this.#values = values;
  }

  /** @throws `protocol` when the answer has no list at its place */
  async page(
    { list }: Section,
    cursor: string | undefined,
    includeExpired: boolean,
    signal: AbortSignal,
  ): Promise<TokenPage> {
    const query = {
      ...filledTexts({ ...list.query, ...(includeExpired ? {} : list.activeQuery) }, this.#values),
      ...pageQuery(list.paging, cursor),
    };
    const asked = this.#read(list, { method: list.method ?? 'GET', query, signal });
    const response = await toResult(asked);
    if (response instanceof TokenManagerError) {
      if (isPastTheEnd(list.paging, cursor, response)) {
        return { tokens: [], problem: response };
      }
      throw response;
    }
    const body = json(response);
    const tokens = this.#tokens(list, response, body);
    const total = totalOf(list.paging, response, body);
    const next = nextCursor(list.paging, cursor, { response, body, tokens, total });
    if (response.status === 206 && next === undefined) {
      // The service says that this is a part, in a way that the description does not follow.
      const problem = new TokenManagerError('protocol', '', { code: 'partial-list', status: 206 });
      return { tokens, problem };
    }
    return { tokens, ...(next !== undefined && { next }), ...(total !== undefined && { total }) };
  }

  #tokens(list: Section['list'], response: HttpResponse, body: unknown): readonly unknown[] {
    const found = valueAt(body, list.items);
    if (Array.isArray(found)) {
      return found;
    }
    // An answer with other members in it is no empty list, but one that is not understood.
    if (
      list.absent === 'empty' &&
      typeof body === 'object' &&
      body !== null &&
      Object.keys(body).length === 0
    ) {
      return [];
    }
    throw unusable(response, body, list.items ?? '', this.#description.errorWords);
  }

  /** @throws `protocol` when the answer has no identifier at its place */
  async account(signal: AbortSignal): Promise<{ id: string; name: string } | undefined> {
    const { account } = this.#description;
    if (!account) {
      return undefined;
    }
    const response = await this.#read(account, { method: 'GET', signal });
    const body = json(response);
    const id = this.#needed(response, body, account.id);
    return { id, name: textAt(body, account.name) || id };
  }

  /** The identifier of the token that is used for asking, where a call tells. */
  async ownId({ own }: Section, signal: AbortSignal): Promise<string | undefined> {
    if (!own || !('route' in own)) {
      return undefined;
    }
    const response = await this.#read(own, { method: 'GET', signal });
    const id = this.#needed(response, json(response), own.id);
    return own.isPath ? id.split('/').at(-1) : id;
  }

  /** @returns false when the service did not know it (any more) */
  async revoke({ revoke }: Section, id: string, signal: AbortSignal): Promise<boolean> {
    if (!revoke) {
      throw new TokenManagerError('unsupported', '', { code: 'revoke' });
    }
    const response = await toResult(this.#change(revoke, id, {}, signal));
    if (
      response instanceof TokenManagerError &&
      (response.kind !== 'notFound' || response.code === noSignIn)
    ) {
      throw response;
    }
    return !(response instanceof TokenManagerError);
  }

  /**
   * Nothing interrupts it once it is under way, and nothing repeats it: the old value is used up.
   * @param newEnd epoch milliseconds; sent where the description says how
   * @returns the new value, of which the answer holds the only copy
   */
  async rotate({ rotate }: Section, id: string, newEnd: number | undefined): Promise<Rotated> {
    if (!rotate) {
      throw new TokenManagerError('unsupported', '', { code: 'renew' });
    }
    const { signal } = new AbortController();
    const response = await this.#change(rotate, id, expiryMember(rotate, newEnd), signal);
    const answer = json(response);
    const value =
      rotate.value === undefined && typeof answer === 'string'
        ? answer
        : this.#needed(response, answer, rotate.value ?? '');
    // A header carries no blanks around a value (RFC 9110 section 5.5), and a line break not at all.
    const isInHeader = this.#description.credential.kind !== 'basic';
    return { value: new Secret(isInHeader ? value.trim() : value), ...endIn(answer, rotate.expiresAt) };
  }

  /** @returns the new end in epoch milliseconds, where the answer says so */
  async extend({ extend }: Section, id: string, newEnd: number): Promise<{ readonly expiresAt?: number }> {
    if (!extend) {
      throw new TokenManagerError('unsupported', '', { code: 'renew' });
    }
    const { signal } = new AbortController();
    const response = await this.#change(extend, id, expiryMember(extend, newEnd), signal);
    return response.body.trim() === '' ? {} : endIn(json(response), extend.expiresAt);
  }

  async pause(section: Section, act: 'pause' | 'resume', id: string, signal: AbortSignal): Promise<void> {
    const call = section[act];
    if (!call) {
      throw new TokenManagerError('unsupported', '', { code: act });
    }
    await this.#change(call, id, {}, signal);
  }

  #read(
    call: CallTemplate,
    { method, query, signal }: Pick<HttpRequest, 'method' | 'query' | 'signal'>,
  ): Promise<HttpResponse> {
    return this.#request({
      method,
      route: call.route,
      params: paramsOf(call.route, this.#values),
      ...(query && { query }),
      ...sentWith(bodyOf(call, this.#values)),
      repeat: 'reads',
      signal,
    });
  }

  async #change(
    call: Change,
    id: string,
    more: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const values = { ...this.#values, id };
    const response = await this.#request({
      method: call.method,
      route: call.route,
      params: paramsOf(call.route, values),
      query: filledTexts(call.query, values),
      ...sentWith(bodyOf(call, values, more)),
      repeat: 'writes',
      signal,
    });
    this.#assertSuccess(call, response);
    return response;
  }

  /** Some services answer 200 to what they did not do. */
  #assertSuccess({ succeeds }: Change, response: HttpResponse): void {
    const body = response.body.trim() === '' ? undefined : settledJson(response);
    const { errorWords } = this.#description;
    const said = refusalInside(response, body, errorWords);
    if (said) {
      throw said;
    }
    if (succeeds && !succeeds.is.includes(String(valueAt(body, succeeds.at)))) {
      throw new TokenManagerError('rejected', succeeds.at, { code: 'no-success', status: response.status });
    }
  }

  async #request(request: HttpRequest): Promise<HttpResponse> {
    throwIfCancelled(request.signal);
    const { headers, signIn } = this.#credentials;
    if (!signIn) {
      return this.#accepted(await this.#http.request({ ...request, headers }));
    }
    const { signedIn } = signIn;
    const { signal } = request;
    const ask = () => this.#exchanged({ ...signIn.request, signal });
    const token = await signedIn.token(ask, signal);
    const response = await this.#http.request({ ...request, headers: this.#withToken(token) });
    if (isSuccess(response) || refusal(response, this.#description).kind !== 'unauthorized') {
      return this.#accepted(response);
    }
    // It has run out: what was refused was not done, so that it may be sent again with another.
    await signedIn.forget(token);
    const another = await signedIn.token(ask, signal);
    return this.#accepted(await this.#http.request({ ...request, headers: this.#withToken(another) }));
  }

  #withToken(token: Secret): Credentials['headers'] {
    const { header, prefix } = this.#description.credential;
    return {
      ...this.#credentials.headers,
      [header.toLowerCase()]: token.map((value) => `${prefix}${value}`),
    };
  }

  async #exchanged(request: HttpRequest): Promise<Secret> {
    const { headers } = this.#credentials;
    const response = await this.#http.request({ ...request, headers });
    if (response.status === 404) {
      const { kind, detail } = refusal(response, this.#description);
      throw new TokenManagerError(kind, detail, { status: 404, code: noSignIn });
    }
    const place = this.#description.credential.signIn?.value ?? '';
    return new Secret(this.#needed(this.#accepted(response), json(response), place));
  }

  #accepted(response: HttpResponse): HttpResponse {
    if (!isSuccess(response)) {
      throw refusal(response, this.#description);
    }
    return response;
  }

  #needed(response: HttpResponse, body: unknown, place: string): string {
    const text = textAt(body, place);
    if (text === undefined || text === '') {
      throw unusable(response, body, place, this.#description.errorWords);
    }
    return text;
  }
}

function settledJson(response: HttpResponse): unknown {
  try {
    return json(response);
  } catch {
    return undefined;
  }
}

function sentWith(body: HttpRequest['body']): Pick<HttpRequest, 'body'> {
  return body ? { body } : {};
}

function expiryMember(
  { sendExpiry }: Pick<NonNullable<Section['rotate']>, 'sendExpiry'>,
  newEnd: number | undefined,
): Readonly<Record<string, unknown>> {
  return sendExpiry && newEnd !== undefined ? { [sendExpiry.member]: written(newEnd, sendExpiry.as) } : {};
}

function endIn(answer: unknown, place: string | undefined): { readonly expiresAt?: number } {
  const expiresAt = place === undefined ? undefined : momentOf(valueAt(answer, place));
  return expiresAt === undefined ? {} : { expiresAt };
}
