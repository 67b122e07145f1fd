import { lazy } from '../../support/lazy.ts';
import * as z from '../../support/schema.ts';
import { scopeList, word } from './answers.ts';

/** Seconds. What is before the year 2000 stands for "none" or "never"; beyond the greatest there is no date. */
const seconds = lazy(() =>
  z.catch(
    z.optional(z.coerce.number().check(z.minimum(946_684_800), z.maximum(8_640_000_000_000))),
    undefined,
  ),
);
const audience = lazy(() =>
  z.catch(
    z.optional(
      z.union([
        z.pipe(
          z.string(),
          z.transform((one) => [one]),
        ),
        z.array(z.string()),
      ]),
    ),
    undefined,
  ),
);

/** What introspection (RFC 7662) and JSON Web Tokens say alike. What is of another type counts as not said. */
export const claims = lazy(() =>
  z.object({
    iss: word(),
    sub: word(),
    aud: audience(),
    client_id: word(),
    azp: word(),
    username: word(),
    preferred_username: word(),
    email: word(),
    name: word(),
    scope: scopeList(),
    token_type: word(),
    nonce: word(),
    iat: seconds(),
    nbf: seconds(),
    exp: seconds(),
    /** What a client must prove to have that uses the token (RFC 7800); here a certificate (RFC 8705 section 3.1). */
    cnf: z.catch(z.optional(z.object({ 'x5t#S256': word() })), undefined),
  }),
);

export type Claims = z.infer<ReturnType<typeof claims>>;

/** The payload of a JSON Web Token, whose signature was not checked; `undefined` for any other token. */
export function unverifiedClaims(token: string): Claims | undefined {
  const [, payload, ...rest] = token.split('.');
  if (payload === undefined || rest.length !== 1) {
    return undefined;
  }
  try {
    return claims().safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** The user that the claims name, in words for people. */
export function personIn(said: Claims | undefined): string | undefined {
  return said?.username ?? said?.preferred_username ?? said?.email ?? said?.name ?? said?.sub;
}
