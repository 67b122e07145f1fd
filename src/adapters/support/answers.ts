import type { HttpResponse } from '../../core/http/client.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type * as z from './schema.ts';

export { json, type Refusal, refused } from '../../core/http/answers.ts';

/**
 * What the schema makes of a value. @throws `protocol` whose detail names the places that do not fit, never
 * the values found there
 */
export function parsed<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const places = result.error.issues.map((issue) => issue.path.join('.') || '(whole answer)');
  throw new TokenManagerError('protocol', [...new Set(places)].slice(0, 5).join(', '), {
    code: 'unexpected-shape',
  });
}

export function isSuccess(response: HttpResponse): boolean {
  return response.status >= 200 && response.status < 300;
}
