import type { Secret } from '../../core/model/secret.ts';
import { lazy } from '../support/lazy.ts';
import { requireSecret } from '../support/requireSecret.ts';
import * as z from '../support/schema.ts';

export const planetScaleUrl = 'https://api.planetscale.com/v1';
export const planetScaleOauthUrl = 'https://auth.planetscale.com';

/** What is stored of a connection. */
export const storedSettings = lazy(() =>
  z.object({
    apiUrl: z.string(),
    oauthUrl: z.string(),
    serviceTokenId: z.filled(),
    organization: z.filled(),
    applications: z.array(z.string()),
  }),
);

/** No scheme word: https://planetscale.com/docs/api/reference/service-tokens */
export function authorization(id: string, token: Secret | undefined): Secret {
  return requireSecret(token).map((value) => `${id}:${value}`);
}
