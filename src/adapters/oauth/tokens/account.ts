import type { Account } from '../../../core/model/item.ts';
import type { Localize } from '../../../core/ports.ts';
import type { Client } from '../client/authentication.ts';
import type { Server } from '../discovery/server.ts';
import { type Claims, personIn, unverifiedClaims } from '../protocol/claims.ts';
import type { TokenSet } from './tokenSet.ts';

/** Whose tokens they are, by what the server says of them, else by what they say of themselves. */
export function accountOf(
  { issuer }: Server,
  said: Claims | undefined,
  { accessToken, idToken }: TokenSet,
  client: Client | undefined,
  localize: Localize,
): Account {
  const own = [idToken, accessToken].map((token) => token && unverifiedClaims(token.reveal()));
  const subject = said?.sub ?? own.find((claims) => claims?.sub)?.sub;
  const person = [said, ...own].map((claims) => personIn(claims)).find((name) => name !== undefined);
  const host = URL.parse(issuer)?.host ?? issuer;
  const who = person ?? subject ?? client?.id;
  return {
    id: `${issuer} ${subject ?? client?.id ?? ''}`.trim(),
    name: who === undefined ? host : localize('{0} at {1}', who, host),
  };
}
