import type { AdapterIo, SaveOptions } from '../../core/adapter/contract.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import { Secret } from '../../core/model/secret.ts';
import type { Secrets } from '../../core/ports.ts';
import type { Client } from '../oauth/client/client.ts';
import { lazy } from '../support/lazy.ts';
import { parsedJson } from '../support/parsedJson.ts';
import * as z from '../support/schema.ts';

/** The credentials of one grant, which the user attached to the row of a listed token. */
export interface AttachedGrant {
  readonly tokenId: string;
  /** What the row was called, for the day the service does not list it any more. */
  readonly tokenName: string;
  readonly applicationId: string;
  readonly client: Client & { readonly secret: Secret };
  readonly refreshToken: Secret;
  readonly accessToken?: Secret;
  /** Of the access token, in epoch milliseconds. */
  readonly expiresAt?: number;
  /** A renewal has begun whose end is not known: the refresh token may have been used up. */
  readonly isRenewing?: boolean;
}

type GrantsIo = Pick<AdapterIo, 'readSecrets' | 'saveSecrets'>;

const keyPrefix = 'grant:';

const storedGrant = lazy(() =>
  z.object({
    tokenId: z.string(),
    tokenName: z.string(),
    applicationId: z.string(),
    clientId: z.string(),
    clientSecret: z.string(),
    refreshToken: z.string(),
    accessToken: z.optional(z.string()),
    expiresAt: z.optional(z.number()),
    isRenewing: z.optional(z.boolean()),
  }),
);

/** One connection's attached grants: one JSON value each among the connection's secrets, named after the token. */
export class AttachedGrants {
  #grants: ReadonlyMap<string, AttachedGrant>;
  /** What could not be stored, with the grant that is stored in its place. */
  readonly #unstored = new Map<string, { readonly grant: AttachedGrant; readonly stored: AttachedGrant }>();
  readonly #io: GrantsIo;

  /** @throws `configuration` when a stored grant cannot be understood */
  constructor(secrets: Secrets, io: GrantsIo) {
    this.#io = io;
    this.#grants = allRevived(secrets);
  }

  of(tokenId: string): AttachedGrant | undefined {
    return this.#grants.get(tokenId);
  }

  under(applicationId: string): AttachedGrant[] {
    return [...this.#grants.values()].filter((grant) => grant.applicationId === applicationId);
  }

  /** The grant as it is stored now; another window may have renewed, replaced or detached it. */
  async newest(tokenId: string): Promise<AttachedGrant | undefined> {
    this.#grants = allRevived(await this.#io.readSecrets());
    const grant = this.of(tokenId);
    const unstored = this.#unstored.get(tokenId);
    if (grant && unstored?.stored.refreshToken.equals(grant.refreshToken)) {
      this.#keep(unstored.grant);
    }
    return this.of(tokenId);
  }

  async attach(grant: AttachedGrant): Promise<void> {
    await this.#store(grant, {});
    this.#keep(grant);
    this.#unstored.delete(grant.tokenId);
  }

  /**
   * Notes that the refresh token is about to be used up, in case the process ends before the renewal does.
   * @throws `storage` before anything is lost, where the successor could not be stored either
   */
  async begin(grant: AttachedGrant): Promise<void> {
    await this.attach({ ...grant, isRenewing: true });
  }

  /**
   * Keeps what a renewal brought. In memory first: should storing fail, the old refresh token is worthless
   * all the same, and the next renewal in this session can still go on from the new one.
   */
  async rotate(grant: AttachedGrant, before: AttachedGrant): Promise<AttachedGrant> {
    const stored = this.#unstored.get(grant.tokenId)?.stored ?? before;
    this.#unstored.set(grant.tokenId, { grant, stored });
    this.#keep(grant);
    await this.#store(grant, { isIrreplaceable: true });
    this.#unstored.delete(grant.tokenId);
    return grant;
  }

  async detach(tokenId: string): Promise<void> {
    await this.#io.saveSecrets({ [keyPrefix + tokenId]: undefined });
    this.#grants = new Map([...this.#grants].filter(([id]) => id !== tokenId));
  }

  #keep(grant: AttachedGrant): void {
    this.#grants = new Map([...this.#grants, [grant.tokenId, grant]]);
  }

  #store(grant: AttachedGrant, options: SaveOptions): Promise<void> {
    return this.#io.saveSecrets({ [keyPrefix + grant.tokenId]: frozen(grant) }, options);
  }
}

function allRevived(secrets: Secrets): Map<string, AttachedGrant> {
  const grants = Object.entries(secrets)
    .filter(([key]) => key.startsWith(keyPrefix))
    .map(([, secret]) => revived(secret));
  return new Map(grants.map((grant) => [grant.tokenId, grant]));
}

function frozen({ client, refreshToken, accessToken, ...plain }: AttachedGrant): Secret {
  const { tokenId, tokenName, applicationId, expiresAt, isRenewing } = plain;
  const parts = [client.secret, refreshToken, ...(accessToken ? [accessToken] : [])];
  return Secret.compose(parts, ([clientSecret = '', refresh = '', access]) => {
    const stored: z.input<ReturnType<typeof storedGrant>> = {
      tokenId,
      tokenName,
      applicationId,
      clientId: client.id,
      clientSecret,
      refreshToken: refresh,
      ...(access !== undefined && { accessToken: access }),
      ...(expiresAt !== undefined && { expiresAt }),
      ...(isRenewing && { isRenewing }),
    };
    return JSON.stringify(stored);
  });
}

/** The cause is left out of the error on purpose: a parser's message may quote what it could not parse. */
function revived(secret: Secret): AttachedGrant {
  const stored = storedGrant().safeParse(parsedJson(secret.reveal())).data;
  if (!stored) {
    throw new TokenManagerError('configuration', '', { code: 'unusable-grant' });
  }
  const { clientId, clientSecret, refreshToken, accessToken, expiresAt, isRenewing, ...names } = stored;
  return {
    ...names,
    client: { id: clientId, auth: 'client_secret_post', secret: new Secret(clientSecret) },
    refreshToken: new Secret(refreshToken),
    ...(accessToken !== undefined && { accessToken: new Secret(accessToken) }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(isRenewing && { isRenewing }),
  };
}
