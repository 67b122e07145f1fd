import { TokenManagerError } from '../../core/model/errors.ts';
import type * as z from './schema.ts';

/** What was entered or stored, as the adapter needs it. @throws `configuration` that names what is missing */
export function parseSettings<T>(schema: z.ZodMiniType<T>, stored: unknown): T {
  const result = schema.safeParse(stored);
  if (result.success) {
    return result.data;
  }
  const names = result.error.issues.map((issue) => issue.path.join('.'));
  throw new TokenManagerError('configuration', [...new Set(names)].join(', '), {
    code: 'unusable-settings',
  });
}
