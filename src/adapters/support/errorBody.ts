import type * as z from 'zod';
import type { HttpResponse } from '../../core/http/client.ts';
import { parsedJson } from './parsedJson.ts';

/**
 * What a service says in the body of a refusal, when it is of the documented shape. Proxies and gateways
 * answer in HTML or not at all: then it is `undefined` and the HTTP status has to do.
 */
export function errorBody<T>(response: HttpResponse, schema: z.ZodType<T>): T | undefined {
  return schema.safeParse(parsedJson(response.body)).data;
}
