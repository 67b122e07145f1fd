import * as z from 'zod';
import { isoInstant, momentOrNone, momentOrNull, useOrNever } from '../support/instants.ts';
import { lazy } from '../support/lazy.ts';

/** What is shown and nothing more: a row is not lost over it. */
const optionalText = lazy(() => z.string().nullish().catch(undefined));

export const organizationSchema = lazy(() => z.object({ id: z.string(), name: z.string().min(1) }));

export const applicationSchema = lazy(() =>
  z.object({
    id: z.string().min(1),
    client_id: z.string(),
    name: optionalText(),
    redirect_uri: optionalText(),
    domain: optionalText(),
    tokens: z.number().nullish().catch(undefined),
    dcr: z.boolean().nullish().catch(undefined),
    created_at: momentOrNone(isoInstant()),
    updated_at: momentOrNone(isoInstant()),
    // A string with spaces in the specification, an array on a page of the documentation.
    scopes: z
      .union([z.string(), z.array(z.string())])
      .nullish()
      .catch(undefined),
  }),
);
export type Application = z.infer<ReturnType<typeof applicationSchema>>;

const resourceSchema = lazy(() =>
  z.object({
    id: z.string(),
    name: z.string(),
    organization: z.string().nullish(),
    database: z.string().nullish(),
    url: z.string().nullish(),
  }),
);
export type Resource = z.infer<ReturnType<typeof resourceSchema>>;

const resources = lazy(() => z.array(resourceSchema()).nullish());
const accesses = lazy(() =>
  z.array(z.object({ name: z.string(), description: z.string().nullish() })).nullish(),
);
export type Access = NonNullable<z.infer<ReturnType<typeof accesses>>>[number];

const serviceTokenAccessSchema = lazy(() =>
  z.object({
    id: z.string(),
    access: z.string(),
    description: z.string().nullish(),
    resource_name: z.string().nullish(),
    resource_id: z.string().nullish(),
    resource_type: z.string().nullish(),
    resource: z.object({ deleted_at: isoInstant().nullish() }).nullish(),
  }),
);
export type ServiceTokenAccess = z.infer<ReturnType<typeof serviceTokenAccessSchema>>;

/**
 * As loose as the looser of the vendor's two descriptions. The plaintext `token` and
 * `plain_text_refresh_token`, there right after creation, are not in it: what is not named here is dropped.
 * `null` is "never" where something expires or was used.
 */
export const tokenSchema = lazy(() =>
  z.object({
    id: z.string().min(1),
    name: optionalText(),
    display_name: optionalText(),
    created_at: isoInstant(),
    updated_at: momentOrNone(isoInstant()),
    expires_at: momentOrNull(isoInstant()),
    last_used_at: useOrNever(isoInstant()),
    actor_id: optionalText(),
    actor_display_name: optionalText(),
    actor_type: optionalText(),
    service_token_accesses: z.array(serviceTokenAccessSchema()).nullish(),
    oauth_accesses_by_resource: z
      .object({
        database: z.object({ databases: resources(), accesses: accesses() }).nullish(),
        organization: z.object({ organizations: resources(), accesses: accesses() }).nullish(),
        branch: z.object({ branches: resources(), accesses: accesses() }).nullish(),
        user: z.object({ users: resources(), accesses: accesses() }).nullish(),
      })
      .nullish(),
  }),
);
export type Token = z.infer<ReturnType<typeof tokenSchema>>;
/** What a token may do. */
export type Accesses = Pick<Token, 'service_token_accesses' | 'oauth_accesses_by_resource'>;

export const errorSchema = lazy(() =>
  z.object({ code: z.string().nullish(), message: z.string().nullish() }),
);

/** A page of any list, its entries not looked at yet. */
export const pageSchema = lazy(() =>
  z.object({
    data: z.array(z.unknown()),
    next_page: z.int().nullish(),
    total_count: z.int().nonnegative().nullish().catch(undefined),
  }),
);
