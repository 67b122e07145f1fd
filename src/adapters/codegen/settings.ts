import { lazy } from '../support/lazy.ts';
import * as z from '../support/schema.ts';

/** What is stored of a connection. */
export const storedSettings = lazy(() =>
  z.object({
    baseUrl: z.string(),
    /** Its number. */
    organization: z.string().check(z.regex(/^\d+$/)),
    organizationName: z.string(),
  }),
);
