import type { HttpClient, HttpRequest } from '../../core/http/client.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import { forEachYielding, nextTurn, type Slices } from '../../core/yielding.ts';
import { isSuccess, json, parsed, refused } from './answers.ts';
import type { ParsedResponse } from './errorBody.ts';
import { parsedJson } from './parsedJson.ts';
import type * as z from './schema.ts';
import { takeRows } from './takeRows.ts';

/** What every call of a service has in common. */
export interface RestService {
  readonly http: HttpClient;
  /** Sent with each request, beside the request's own. */
  readonly headers: Readonly<Record<string, Secret>>;
  /**
   * The error that an answer tells in the vendor's own shape, whatever its HTTP status; `undefined` for an answer
   * that tells none. Of those, only an HTTP success counts as one.
   */
  errorIn(response: ParsedResponse): TokenManagerError | undefined;
}

export type RestRequest = Omit<HttpRequest, 'method' | 'repeat'> & Partial<Pick<HttpRequest, 'repeat'>>;

/** A small client for services that speak JSON over HTTP: it sends, and makes an error of every refusal. */
export class RestClient {
  readonly #service: RestService;

  constructor(service: RestService) {
    this.#service = service;
  }

  /** @throws what the answer refuses with */
  async send(request: HttpRequest): Promise<ParsedResponse> {
    const { http, headers } = this.#service;
    const answer = await http.request({ ...request, headers: { ...headers, ...request.headers } });
    const response = { ...answer, value: parsedJson(answer.body) };
    const error = this.#service.errorIn(response) ?? (isSuccess(response) ? undefined : refused(response));
    if (error) {
      throw error;
    }
    return response;
  }

  /** The answer to a GET, by its schema. Whole numbers that JavaScript would round come as texts. */
  async read<T>(schema: z.ZodMiniType<T>, request: RestRequest): Promise<T> {
    const response = await this.send({ method: 'GET', repeat: 'reads', ...request });
    // A schema is made, and made fast, when it is first used, which takes as long as receiving the first answer.
    await nextTurn();
    return parsed(schema, jsonValue(response));
  }
}

/** What an answer says. @throws `protocol` where it is no JSON */
export function jsonValue(response: ParsedResponse): unknown {
  return response.value === undefined ? json(response) : response.value;
}

export interface ReadRows<T> {
  readonly rows: readonly T[];
  readonly problems: readonly TokenManagerError[];
}

/** The entries of a list that can be read; one problem tells how many could not, so that they are not missed. */
export async function readRows<T>(
  schema: z.ZodMiniType<T>,
  entries: readonly unknown[],
  localize: Localize,
  slices: Slices,
): Promise<ReadRows<T>> {
  const { taken, problems } = takeRows(entries);
  const rows: T[] = [];
  let unreadable = 0;
  const members = new Set<string>();
  const read = (entry: unknown) => {
    const { data, error } = schema.safeParse(entry);
    if (!error) {
      rows.push(data);
      return;
    }
    unreadable++;
    for (const { path } of members.size < membersNamed ? error.issues : []) {
      members.add(path.join('.'));
    }
  };
  await forEachYielding(taken, read, slices);
  if (unreadable === 0) {
    return { rows, problems };
  }
  const names = [...members].filter((name) => name !== '').slice(0, membersNamed);
  const detail =
    names.length === 0
      ? localize('Entries of the list that could not be read: {0}', unreadable)
      : localize('Entries of the list that could not be read: {0} ({1})', unreadable, names.join(', '));
  const problem = new TokenManagerError('protocol', detail, { code: 'unexpected-shape' });
  return { rows, problems: [problem, ...problems] };
}

const membersNamed = 5;

/** The service's own words beside ours; ours alone where it said nothing. */
export function besideWords(sentence: string, words: string | null | undefined, localize: Localize): string {
  return words?.trim() ? localize('{0} The server says: {1}', sentence, words.trim()) : sentence;
}
