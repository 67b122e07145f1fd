import { isoInstant, momentOrNone, momentOrNull, useOrNever } from '../support/instants.ts';
import { lazy } from '../support/lazy.ts';
import * as z from '../support/schema.ts';

/** What is shown and nothing more: a row is not lost over it. */
const optionalText = lazy(() => z.orNone(z.string()));

export const organizationSchema = lazy(() => z.object({ id: z.string(), name: z.filled() }));

export const applicationSchema = lazy(() =>
  z.object({
    id: z.filled(),
    client_id: z.string(),
    name: optionalText(),
    redirect_uri: optionalText(),
    domain: optionalText(),
    tokens: z.orNone(z.number()),
    dcr: z.orNone(z.boolean()),
    created_at: momentOrNone(isoInstant()),
    updated_at: momentOrNone(isoInstant()),
    // A string with spaces in the specification, an array on a page of the documentation.
    scopes: z.orNone(z.union([z.string(), z.array(z.string())])),
  }),
);
export type Application = z.infer<ReturnType<typeof applicationSchema>>;

const resourceSchema = lazy(() =>
  z.object({
    id: z.string(),
    name: z.string(),
    organization: z.nullish(z.string()),
    database: z.nullish(z.string()),
    url: z.nullish(z.string()),
  }),
);
export type Resource = z.infer<ReturnType<typeof resourceSchema>>;

const resources = lazy(() => z.nullish(z.array(resourceSchema())));
const accesses = lazy(() =>
  z.nullish(z.array(z.object({ name: z.string(), description: z.nullish(z.string()) }))),
);
export type Access = NonNullable<z.infer<ReturnType<typeof accesses>>>[number];

const serviceTokenAccessSchema = lazy(() =>
  z.object({
    id: z.string(),
    access: z.string(),
    description: z.nullish(z.string()),
    resource_name: z.nullish(z.string()),
    resource_id: z.nullish(z.string()),
    resource_type: z.nullish(z.string()),
    resource: z.nullish(z.object({ deleted_at: z.nullish(isoInstant()) })),
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
    id: z.filled(),
    name: optionalText(),
    display_name: optionalText(),
    created_at: isoInstant(),
    updated_at: momentOrNone(isoInstant()),
    expires_at: momentOrNull(isoInstant()),
    last_used_at: useOrNever(isoInstant()),
    actor_id: optionalText(),
    actor_display_name: optionalText(),
    actor_type: optionalText(),
    service_token_accesses: z.nullish(z.array(serviceTokenAccessSchema())),
    oauth_accesses_by_resource: z.nullish(
      z.object({
        database: z.nullish(z.object({ databases: resources(), accesses: accesses() })),
        organization: z.nullish(z.object({ organizations: resources(), accesses: accesses() })),
        branch: z.nullish(z.object({ branches: resources(), accesses: accesses() })),
        user: z.nullish(z.object({ users: resources(), accesses: accesses() })),
      }),
    ),
  }),
);
export type Token = z.infer<ReturnType<typeof tokenSchema>>;
/** What a token may do. */
export type Accesses = Pick<Token, 'service_token_accesses' | 'oauth_accesses_by_resource'>;

export const errorSchema = lazy(() =>
  z.object({ code: z.nullish(z.string()), message: z.nullish(z.string()) }),
);

/** A page of any list, its entries not looked at yet. */
export const pageSchema = lazy(() =>
  z.object({
    data: z.array(z.unknown()),
    next_page: z.nullish(z.int()),
    total_count: z.orNone(z.int().check(z.nonnegative())),
  }),
);
