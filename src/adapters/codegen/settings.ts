import * as z from 'zod';
import { lazy } from '../support/lazy.ts';

/** What is stored of a connection. */
export const storedSettings = lazy(() =>
  z.object({
    baseUrl: z.string(),
    /** Its number. */
    organization: z.string().regex(/^\d+$/),
    organizationName: z.string(),
  }),
);
