import * as z from 'zod';
import type { AdapterIo, SaveOptions } from '../../core/adapter.ts';
import { TokenManagerError } from '../../core/errors.ts';
import type { Secrets } from '../../core/ports.ts';
import { Secret } from '../../core/secret.ts';
import type { OAuthClient } from '../support/tokenEndpoint.ts';

/** The credentials of one grant, which the user attached to the row of a listed token. */
export interface AttachedGrant {
  readonly tokenId: string;
  /** What the row was called, for the day the service does not list it any more. */
  readonly tokenName: string;
  readonly applicationId: string;
  readonly client: OAuthClient;
  readonly refreshToken: Secret;
  readonly accessToken?: Secret;
  /** Of the access token, in epoch milliseconds. */
  readonly expiresAt?: number;
}

const keyPrefix = 'grant:';

const storedGrant = z.object({
  tokenId: z.string(),
  tokenName: z.string(),
  applicationId: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
  refreshToken: z.string(),
  accessToken: z.string().optional(),
  expiresAt: z.number().optional(),
});

/** One connection's attached grants: one JSON value each among the connection's secrets, named after the token. */
export class AttachedGrants {
  readonly #grants = new Map<string, AttachedGrant>();
  readonly #save: AdapterIo['saveSecrets'];

  /** @throws `configuration` when a stored grant cannot be understood */
  constructor(secrets: Secrets, save: AdapterIo['saveSecrets']) {
    this.#save = save;
    for (const [key, secret] of Object.entries(secrets)) {
      if (key.startsWith(keyPrefix)) {
        const grant = revived(secret);
        this.#grants.set(grant.tokenId, grant);
      }
    }
  }

  of(tokenId: string): AttachedGrant | undefined {
    return this.#grants.get(tokenId);
  }

  under(applicationId: string): AttachedGrant[] {
    return [...this.#grants.values()].filter((grant) => grant.applicationId === applicationId);
  }

  async attach(grant: AttachedGrant): Promise<void> {
    await this.#store(grant, {});
    this.#grants.set(grant.tokenId, grant);
  }

  /**
   * Keeps what a renewal brought. In memory first: should storing fail, the old refresh token is worthless
   * all the same, and the next renewal in this session can still go on from the new one.
   */
  async rotate(grant: AttachedGrant): Promise<void> {
    this.#grants.set(grant.tokenId, grant);
    await this.#store(grant, { isIrreplaceable: true });
  }

  async detach(tokenId: string): Promise<void> {
    await this.#save({ [keyPrefix + tokenId]: undefined });
    this.#grants.delete(tokenId);
  }

  #store(grant: AttachedGrant, options: SaveOptions): Promise<void> {
    return this.#save({ [keyPrefix + grant.tokenId]: frozen(grant) }, options);
  }
}

function frozen({ client, refreshToken, accessToken, ...plain }: AttachedGrant): Secret {
  const { tokenId, tokenName, applicationId, expiresAt } = plain;
  const parts = [client.secret, refreshToken, ...(accessToken ? [accessToken] : [])];
  return Secret.compose(parts, ([clientSecret = '', refresh = '', access]) => {
    const stored: z.input<typeof storedGrant> = {
      tokenId,
      tokenName,
      applicationId,
      clientId: client.id,
      clientSecret,
      refreshToken: refresh,
      ...(access !== undefined && { accessToken: access }),
      ...(expiresAt !== undefined && { expiresAt }),
    };
    return JSON.stringify(stored);
  });
}

/** The cause is left out of the error on purpose: a parser's message may quote what it could not parse. */
function revived(secret: Secret): AttachedGrant {
  const stored = storedGrant.safeParse(jsonOrUndefined(secret.reveal())).data;
  if (!stored) {
    throw new TokenManagerError('configuration', '', { code: 'unusable-grant' });
  }
  const { clientId, clientSecret, refreshToken, accessToken, expiresAt, ...names } = stored;
  return {
    ...names,
    client: { id: clientId, secret: new Secret(clientSecret) },
    refreshToken: new Secret(refreshToken),
    ...(accessToken !== undefined && { accessToken: new Secret(accessToken) }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
