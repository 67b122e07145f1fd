import { lazy } from '../support/lazy.ts';
import * as z from '../support/schema.ts';

export const turnkeyUrl = 'https://api.turnkey.com';

/** What is stored of a connection. */
export const storedSettings = lazy(() =>
  z.object({
    baseUrl: z.string(),
    organizationId: z.filled(),
    apiPublicKey: z.string(),
    users: z.array(z.string()),
  }),
);
