import type { AdapterIo, HeldTokens } from '../../../core/adapter/contract.ts';
import { TokenManagerError } from '../../../core/model/errors.ts';
import type { ItemPath } from '../../../core/model/item.ts';
import { Secret } from '../../../core/model/secret.ts';
import type { Secrets } from '../../../core/ports.ts';
import { lazy } from '../../support/lazy.ts';
import * as z from '../../support/schema.ts';
import type { TokenKind, TokenResponse } from '../client/client.ts';
import { isOfSameUser } from '../protocol/idToken.ts';

/** The tokens a connection holds, and what is known of them besides. */
export interface TokenSet {
  readonly accessToken?: Secret;
  readonly refreshToken?: Secret;
  readonly idToken?: Secret;
  readonly facts: Facts;
}

const factsSchema = lazy(() =>
  z.object({
    /** Epoch milliseconds of the token response, by this computer's clock; absent for pasted tokens. */
    issuedAt: z.optional(z.number()),
    /** Of the access token, likewise. */
    expiresAt: z.optional(z.number()),
    /** When a renewal brought them, likewise. */
    renewedAt: z.optional(z.number()),
    scope: z.optional(z.array(z.string())),
    /** The response did not name it, so that it is what was asked for (RFC 6749 section 5.1). */
    isScopeAssumed: z.optional(z.boolean()),
    /** Where it is not `Bearer`. */
    tokenType: z.optional(z.string()),
    /** How many renewals in a row have brought an access token that lives no longer than the one before. */
    vainRenewals: z.optional(z.number()),
    /** A renewal has begun whose end is not known: the refresh token may have been used up. */
    isRenewing: z.optional(z.boolean()),
    /** The server has said that the refresh token is worthless. */
    isRefused: z.optional(z.boolean()),
    /** Those whose revocation was accepted by a server that offers no way to see what came of it. */
    accepted: z.optional(z.array(z.enum(['access_token', 'refresh_token']))),
    /** The access token's revocation failed when that of its refresh token did not. */
    hasSurvivor: z.optional(z.boolean()),
  }),
);

export type Facts = z.infer<ReturnType<typeof factsSchema>>;

type StoreIo = Pick<AdapterIo, 'readSecrets' | 'saveSecrets'>;

const factsKey = 'facts';
/** Ends that are this near to each other are one. */
const sameMs = 5000;

/** One connection's tokens among its secrets. */
export class TokenStore {
  readonly #io: StoreIo;
  #tokens: TokenSet;

  /** @throws `configuration` when what is stored cannot be understood */
  constructor(secrets: Secrets, io: StoreIo) {
    this.#io = io;
    this.#tokens = revivedSet(secrets);
  }

  get now(): TokenSet {
    return this.#tokens;
  }

  /** As they are stored now: another window may have renewed or revoked them. */
  async newest(): Promise<TokenSet> {
    this.#tokens = revivedSet(await this.#io.readSecrets());
    return this.#tokens;
  }

  /**
   * Notes that the refresh token is about to be used up, in case the process ends before the renewal does.
   * @throws `storage` before anything is lost, where the successor could not be stored either
   */
  begin(): Promise<void> {
    return this.#note({ isRenewing: true });
  }

  /**
   * The renewal is over and the tokens are what they were. That a refresh token is refused whose revocation was
   * accepted is the proof that there was none of before.
   */
  async giveUp(isRefused: boolean): Promise<void> {
    await this.#note({ isRenewing: false, isRefused });
    if (isRefused && this.#tokens.facts.accepted?.includes('refresh_token')) {
      await this.forget(['refresh_token']);
    }
  }

  /** Keeps what a renewal brought, of which there is no other copy. */
  async rotate(granted: TokenResponse): Promise<TokenSet> {
    const next: TokenSet = {
      ...this.#tokens,
      ...(granted.refreshToken && { refreshToken: granted.refreshToken }),
      ...(isKept(granted.idToken, this.#tokens.idToken) && { idToken: granted.idToken }),
      accessToken: granted.accessToken,
      facts: {
        ...factsOf(granted, this.#tokens.facts.scope),
        ...vain(this.#tokens.facts, granted),
        renewedAt: granted.issuedAt,
      },
    };
    this.#tokens = next;
    await this.#io.saveSecrets(stored(next), { isIrreplaceable: true });
    return next;
  }

  /** Dead values are worth nothing, and an ID token alone is only the record of a sign-in that is over. */
  async forget(kinds: readonly TokenKind[]): Promise<void> {
    const { accessToken, refreshToken, idToken, facts } = this.#tokens;
    const left = {
      ...(accessToken && !kinds.includes('access_token') && { accessToken }),
      ...(refreshToken && !kinds.includes('refresh_token') && { refreshToken }),
    };
    const next: TokenSet = {
      ...left,
      ...(idToken && Object.keys(left).length > 0 && { idToken }),
      facts: { ...facts, accepted: (facts.accepted ?? []).filter((kind) => !kinds.includes(kind)) },
    };
    const gone = { accessToken: undefined, refreshToken: undefined, idToken: undefined };
    await this.#io.saveSecrets({ ...gone, ...stored(next) });
    this.#tokens = next;
  }

  accept(kinds: readonly TokenKind[]): Promise<void> {
    return this.#note({ accepted: [...new Set([...(this.#tokens.facts.accepted ?? []), ...kinds])] });
  }

  /** The refresh token's revocation was accepted, that of the access token beside it was not. */
  survive(): Promise<void> {
    return this.#note({ hasSurvivor: true });
  }

  async #note(changes: Facts): Promise<void> {
    const facts = { ...this.#tokens.facts, ...changes };
    await this.#io.saveSecrets({ [factsKey]: frozen(facts) });
    this.#tokens = { ...this.#tokens, facts };
  }
}

/**
 * The access token, for its user to copy. Not a refresh token: who uses it elsewhere uses it up here. Nor one that is
 * bound to a key, which would be worth nothing without it.
 */
export function heldAccessToken(store: TokenStore): HeldTokens {
  const of = ({ accessToken, facts }: TokenSet, [target, ...below]: ItemPath) =>
    below.length === 0 && target?.id === 'access_token' && !/^\s*dpop\s*$/i.test(facts.tokenType ?? '')
      ? accessToken
      : undefined;
  return {
    has: (target) => of(store.now, target) !== undefined,
    value: async (target) => {
      const token = of(await store.newest(), target);
      if (!token) {
        throw new TokenManagerError('notFound');
      }
      return token;
    },
  };
}

/** What a sign-in stores. */
export function stored({ accessToken, refreshToken, idToken, facts }: TokenSet): Secrets {
  return {
    ...(accessToken && { accessToken }),
    ...(refreshToken && { refreshToken }),
    ...(idToken && { idToken }),
    [factsKey]: frozen(facts),
  };
}

/** @param asked what was asked for */
export function factsOf(
  { issuedAt, expiresAt, scope, tokenType }: TokenResponse,
  asked: readonly string[] | undefined,
): Facts {
  const known = scope ?? asked;
  return {
    issuedAt,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(known && { scope: [...known], isScopeAssumed: scope === undefined }),
    ...(tokenType !== undefined && { tokenType }),
  };
}

/** One that tells of another user is not kept; the tokens beside it are. */
function isKept(next: Secret | undefined, before: Secret | undefined): boolean {
  return next !== undefined && (before === undefined || isOfSameUser(next.reveal(), before.reveal()));
}

function vain({ expiresAt: before, vainRenewals = 0 }: Facts, { expiresAt }: TokenResponse): Facts {
  const isVain = before !== undefined && expiresAt !== undefined && expiresAt <= before + sameMs;
  return isVain ? { vainRenewals: vainRenewals + 1 } : {};
}

/** Whether these were renewed since; a server that does not rotate gives another access token alone. */
export function isSuccessor(now: TokenSet, before: TokenSet): boolean {
  return differs(now.refreshToken, before.refreshToken) || differs(now.accessToken, before.accessToken);
}

function differs(one: Secret | undefined, other: Secret | undefined): boolean {
  return one !== undefined && (other === undefined || !one.equals(other));
}

function frozen(facts: Facts): Secret {
  return new Secret(JSON.stringify(facts));
}

function revivedSet({ accessToken, refreshToken, idToken, [factsKey]: facts }: Secrets): TokenSet {
  return {
    ...(accessToken && { accessToken }),
    ...(refreshToken && { refreshToken }),
    ...(idToken && { idToken }),
    facts: facts ? revived(facts) : {},
  };
}

function revived(secret: Secret): Facts {
  try {
    return factsSchema().parse(JSON.parse(secret.reveal()));
  } catch {
    throw new TokenManagerError('configuration', '', { code: 'unusable-grant' });
  }
}
