import { Secret } from '../../core/model/secret.ts';
import type { Secrets } from '../../core/ports.ts';
import { lazy } from '../support/lazy.ts';
import * as z from '../support/schema.ts';
import { mageApiKey } from './api.ts';

/** What is stored of a connection. */
export const storedSettings = lazy(() =>
  z.object({ baseUrl: z.string(), access: z.enum(['token', 'none']) }),
);

/** What is entered for one. */
export const draftSettings = lazy(() =>
  z.object({
    baseUrl: z.string(),
    access: z.enum(['token', 'password', 'none']),
    user: z.optional(z.string()),
  }),
);

export function apiKeyOf({ apiKey }: Secrets): Secret {
  return apiKey ?? new Secret(mageApiKey);
}
