import { Secret } from '../../core/model/secret.ts';
import { momentOrNone, pythonInstant } from '../support/instants.ts';
import { lazy } from '../support/lazy.ts';
import * as z from '../support/schema.ts';

export const statusSchema = lazy(() =>
  z.object({
    statuses: z
      .array(z.object({ require_user_authentication: z.nullish(z.boolean()) }))
      .check(z.minLength(1)),
  }),
);

/** A number, or its digits where JavaScript would round it. */
const numericId = lazy(() => z.pipe(z.union([z.int(), z.filled()]), z.transform(String)));

export const userSchema = lazy(() =>
  z.object({
    id: numericId(),
    username: z.orNone(z.string()),
    email: z.orNone(z.string()),
  }),
);
export const oneUserSchema = lazy(() => z.object({ user: userSchema() }));
export type MageUser = z.infer<ReturnType<typeof userSchema>>;

export const sessionSchema = lazy(() =>
  z.object({
    session: z.object({
      token: z.filled(),
      // A session that was handed out is not lost over an odd user.
      user: z.catch(z.optional(userSchema()), undefined),
    }),
  }),
);

/** The values are credentials: they become secrets the moment they are read. */
export const tokenSchema = lazy(() =>
  z.pipe(
    z.object({
      expires: momentOrNone(pythonInstant()),
      token: z.pipe(
        z.filled(),
        z.transform((value) => new Secret(value)),
      ),
      user_id: z.orNone(numericId()),
    }),
    z.transform(({ expires, token, user_id: userId }) => ({ expires, token, userId: userId ?? undefined })),
  ),
);
export type MageToken = z.infer<ReturnType<typeof tokenSchema>>;

export const tokensSchema = lazy(() =>
  z.object({
    oauth_access_tokens: z.array(z.unknown()),
    metadata: z.orNone(
      z.object({ count: z.nullish(z.int().check(z.nonnegative())), next: z.nullish(z.boolean()) }),
    ),
  }),
);

/** `url` and `redirect_query_params` are left alone: they start a sign-in and carry its one-time state. */
export const providerSchema = lazy(() =>
  z.object({
    provider: z.filled(),
    authenticated: z.orNone(z.boolean()),
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
        code: z.catch(z.optional(z.coerce.number()), undefined),
        type: z.catch(z.optional(z.string()), undefined),
        message: z.catch(z.optional(z.string()), undefined),
        /** What a crash adds; its `message` is the whole traceback then (`server/api/base.py`). */
        exception: z.catch(z.optional(z.string()), undefined),
      }),
      z.pipe(
        z.string(),
        z.transform((message) => ({ message, code: undefined, type: undefined, exception: undefined })),
      ),
    ]),
  }),
);

/** The part of a JSON Web Token that Mage puts the session token in (`authentication/oauth2.py`). */
export const jwtPayloadSchema = lazy(() => z.object({ token: z.filled() }));
