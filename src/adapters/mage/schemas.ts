import * as z from 'zod';
import { Secret } from '../../core/model/secret.ts';
import { momentOrNone, pythonInstant } from '../support/instants.ts';
import { lazy } from '../support/lazy.ts';

export const statusSchema = lazy(() =>
  z.object({
    statuses: z.array(z.object({ require_user_authentication: z.boolean().nullish() })).min(1),
  }),
);

/** A number, or its digits where JavaScript would round it. */
const numericId = lazy(() => z.union([z.int(), z.string().min(1)]).transform(String));

export const userSchema = lazy(() =>
  z.object({
    id: numericId(),
    username: z.string().nullish().catch(undefined),
    email: z.string().nullish().catch(undefined),
  }),
);
export const oneUserSchema = lazy(() => z.object({ user: userSchema() }));
export type MageUser = z.infer<ReturnType<typeof userSchema>>;

export const sessionSchema = lazy(() =>
  z.object({
    session: z.object({
      token: z.string().min(1),
      // A session that was handed out is not lost over an odd user.
      user: userSchema().optional().catch(undefined),
    }),
  }),
);

/** The values are credentials: they become secrets the moment they are read. */
export const tokenSchema = lazy(() =>
  z
    .object({
      expires: momentOrNone(pythonInstant()),
      token: z
        .string()
        .min(1)
        .transform((value) => new Secret(value)),
      user_id: numericId().nullish().catch(undefined),
    })
    .transform(({ expires, token, user_id: userId }) => ({ expires, token, userId: userId ?? undefined })),
);
export type MageToken = z.infer<ReturnType<typeof tokenSchema>>;

export const tokensSchema = lazy(() =>
  z.object({
    oauth_access_tokens: z.array(z.unknown()),
    metadata: z
      .object({ count: z.int().nonnegative().nullish(), next: z.boolean().nullish() })
      .nullish()
      .catch(undefined),
  }),
);

/** `url` and `redirect_query_params` are left alone: they start a sign-in and carry its one-time state. */
export const providerSchema = lazy(() =>
  z.object({
    provider: z.string().min(1),
    authenticated: z.boolean().nullish().catch(undefined),
    expires: momentOrNone(pythonInstant()),
  }),
);
export type MageProvider = z.infer<ReturnType<typeof providerSchema>>;

export const providersSchema = lazy(() => z.object({ oauths: z.array(z.unknown()) }));
export const oneProviderSchema = lazy(() => z.object({ oauth: providerSchema() }));

export const refusalSchema = lazy(() =>
  z.object({
    error: z.union([
      z.object({
        code: z.coerce.number().optional().catch(undefined),
        type: z.string().optional().catch(undefined),
        message: z.string().optional().catch(undefined),
        /** What a crash adds; its `message` is the whole traceback then (`server/api/base.py`). */
        exception: z.string().optional().catch(undefined),
      }),
      z
        .string()
        .transform((message) => ({ message, code: undefined, type: undefined, exception: undefined })),
    ]),
  }),
);

/** The part of a JSON Web Token that Mage puts the session token in (`authentication/oauth2.py`). */
export const jwtPayloadSchema = lazy(() => z.object({ token: z.string().min(1) }));
