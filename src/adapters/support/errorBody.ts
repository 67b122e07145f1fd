import type { HttpResponse } from '../../core/http/client.ts';
import { parsedJson } from './parsedJson.ts';
import type * as z from './schema.ts';

/** An answer whose body has been parsed already, if it is JSON. */
export interface ParsedResponse extends HttpResponse {
  /** `undefined` where the body is no JSON. Whole numbers that JavaScript would round are texts of their digits. */
  readonly value: unknown;
}

/**
 * What a service says in the body of a refusal, when it is of the documented shape. Proxies and gateways
 * answer in HTML or not at all: then it is `undefined` and the HTTP status has to do.
 */
export function errorBody<T>(
  response: HttpResponse | ParsedResponse,
  schema: z.ZodMiniType<T>,
): T | undefined {
  return schema.safeParse('value' in response ? response.value : parsedJson(response.body)).data;
}
