import * as z from 'zod';
import type { AdapterIo } from '../../core/adapter/contract.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import { Secret } from '../../core/model/secret.ts';
import type { Secrets } from '../../core/ports.ts';
import { madeOnce } from '../support/lazy.ts';
import type { Granted, TokenKind } from './client.ts';

/** The tokens a connection holds, and what is known of them besides. */
export interface Held {
  readonly accessToken?: Secret;
  readonly refreshToken?: Secret;
  readonly idToken?: Secret;
  readonly facts: Facts;
}

const factsSchema = madeOnce(() =>
  z.object({
    /** Epoch milliseconds of the token response; absent for pasted tokens. */
    issuedAt: z.number().optional(),
    /** Of the access token, in epoch milliseconds. */
    expiresAt: z.number().optional(),
    scope: z.array(z.string()).optional(),
    /** A renewal has begun whose end is not known: the refresh token may have been used up. */
    isRenewing: z.boolean().optional(),
    /** The server has said that the refresh token is worthless. */
    isRefused: z.boolean().optional(),
    /** Those whose revocation was accepted by a server that offers no way to see what came of it. */
    accepted: z.array(z.enum(['access_token', 'refresh_token'])).optional(),
  }),
);

export type Facts = z.infer<ReturnType<typeof factsSchema>>;

type HeldIo = Pick<AdapterIo, 'readSecrets' | 'saveSecrets'>;

const factsKey = 'facts';

/** One connection's tokens among its secrets. */
export class HeldTokens {
  readonly #io: HeldIo;
  #held: Held;

  /** @throws `configuration` when what is stored cannot be understood */
  constructor(secrets: Secrets, io: HeldIo) {
    this.#io = io;
    this.#held = held(secrets);
  }

  get now(): Held {
    return this.#held;
  }

  /** As they are stored now: another window may have renewed or revoked them. */
  async newest(): Promise<Held> {
    this.#held = held(await this.#io.readSecrets());
    return this.#held;
  }

  /**
   * Notes that the refresh token is about to be used up, for the case that nobody is there to note the end.
   * @throws `storage` before anything is lost, where the successor could not be stored either
   */
  begin(): Promise<void> {
    return this.#note({ isRenewing: true });
  }

  /** The renewal is over and the tokens are what they were. */
  giveUp(isRefused: boolean): Promise<void> {
    return this.#note({ isRenewing: false, isRefused });
  }

  /** Keeps what a renewal brought; nobody else has a copy of it. */
  async rotate(granted: Granted): Promise<void> {
    const next: Held = {
      ...this.#held,
      ...(granted.refreshToken && { refreshToken: granted.refreshToken }),
      ...(granted.idToken && { idToken: granted.idToken }),
      accessToken: granted.accessToken,
      facts: factsOf(granted, this.#held.facts.scope),
    };
    this.#held = next;
    await this.#io.saveSecrets(stored(next), { isIrreplaceable: true });
  }

  /** Dead values are worth nothing. */
  async forget(kinds: readonly TokenKind[]): Promise<void> {
    const { accessToken, refreshToken, idToken, facts } = this.#held;
    const next: Held = {
      ...(accessToken && !kinds.includes('access_token') && { accessToken }),
      ...(refreshToken && !kinds.includes('refresh_token') && { refreshToken }),
      ...(idToken && { idToken }),
      facts: { ...facts, accepted: (facts.accepted ?? []).filter((kind) => !kinds.includes(kind)) },
    };
    await this.#io.saveSecrets({ accessToken: undefined, refreshToken: undefined, ...stored(next) });
    this.#held = next;
  }

  accept(kinds: readonly TokenKind[]): Promise<void> {
    return this.#note({ accepted: [...new Set([...(this.#held.facts.accepted ?? []), ...kinds])] });
  }

  async #note(changes: Facts): Promise<void> {
    const facts = { ...this.#held.facts, ...changes };
    await this.#io.saveSecrets({ [factsKey]: frozen(facts) });
    this.#held = { ...this.#held, facts };
  }
}

/** What a sign-in stores. */
export function stored({ accessToken, refreshToken, idToken, facts }: Held): Secrets {
  return {
    ...(accessToken && { accessToken }),
    ...(refreshToken && { refreshToken }),
    ...(idToken && { idToken }),
    [factsKey]: frozen(facts),
  };
}

/** @param asked what was asked for, which is what was granted where the server does not say (RFC 6749 section 5.1) */
export function factsOf(
  { issuedAt, expiresAt, scope }: Granted,
  asked: readonly string[] | undefined,
): Facts {
  const known = scope ?? asked;
  return {
    issuedAt,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(known && { scope: [...known] }),
  };
}

/** Whether these were renewed since; a server that does not rotate gives another access token alone. */
export function isSuccessor(now: Held, before: Held): boolean {
  return differs(now.refreshToken, before.refreshToken) || differs(now.accessToken, before.accessToken);
}

function differs(one: Secret | undefined, other: Secret | undefined): boolean {
  return one !== undefined && (other === undefined || !one.equals(other));
}

function frozen(facts: Facts): Secret {
  return new Secret(JSON.stringify(facts));
}

function held({ accessToken, refreshToken, idToken, [factsKey]: facts }: Secrets): Held {
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
