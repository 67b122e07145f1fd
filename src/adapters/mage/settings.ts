import * as z from 'zod';
import { Secret } from '../../core/model/secret.ts';
import type { Secrets } from '../../core/ports.ts';
import { lazy } from '../support/lazy.ts';
import { mageApiKey } from './api.ts';

const access = lazy(() => z.enum(['token', 'password', 'none']));

/** What is stored of a connection. */
export const storedSettings = lazy(() =>
  z.object({ baseUrl: z.string(), access: access().exclude(['password']) }),
);

/** What is entered for one. */
export const draftSettings = lazy(() =>
  z.object({ baseUrl: z.string(), access: access(), user: z.string().optional() }),
);

export function apiKeyOf({ apiKey }: Secrets): Secret {
  return apiKey ?? new Secret(mageApiKey);
}
