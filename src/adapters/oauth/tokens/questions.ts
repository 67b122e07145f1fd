import { createHash } from 'node:crypto';
import type { AdapterIo } from '../../../core/adapter/contract.ts';
import { TokenManagerError, toResult } from '../../../core/model/errors.ts';
import type { Secret } from '../../../core/model/secret.ts';
import type { AuthorizationServerClient, Client, TokenKind } from '../client/client.ts';
import { answeredKinds, type OAuthSettings } from '../client/settings.ts';
import type { Claims } from '../protocol/claims.ts';
import type { Answer } from './rows.ts';
import type { TokenSet } from './tokenSet.ts';

/** For how long after a renewal one answer about what it brought will do. */
const freshMs = 10_000;

/**
 * What the server has said of tokens that a renewal has just brought. After one, several lists are read anew in
 * each window, and each would ask about the same tokens again.
 */
export class FreshAnswers {
  readonly #answers = new Map<
    string,
    { readonly until: number; readonly answer: Promise<Claims | undefined> }
  >();

  /** @param renewedAt by the same clock as `now`; absent for tokens that no renewal has brought */
  async of(
    token: Secret,
    renewedAt: number | undefined,
    now: number,
    ask: () => Promise<Claims | undefined>,
  ): Promise<Claims | undefined> {
    for (const [key, { until }] of this.#answers) {
      if (until <= now) {
        this.#answers.delete(key);
      }
    }
    if (renewedAt === undefined || now < renewedAt || now >= renewedAt + freshMs) {
      return ask();
    }
    const key = `${renewedAt} ${createHash('sha256').update(token.reveal()).digest('base64url')}`;
    const known = await toResult(this.#answers.get(key)?.answer ?? Promise.resolve(undefined));
    if (known !== undefined && !(known instanceof TokenManagerError)) {
      return known;
    }
    const answer = ask();
    this.#answers.set(key, { until: renewedAt + freshMs, answer });
    return answer;
  }
}

export interface QuestionsDeps {
  readonly settings: OAuthSettings;
  readonly server: AuthorizationServerClient;
  /** The client that asks; absent where the server answers no such question. */
  readonly client: Client | undefined;
  readonly clock: AdapterIo['clock'];
  readonly fresh: FreshAnswers;
}

/** What the server is asked about tokens (RFC 7662), and what its answers prove. */
export class Questions {
  readonly #deps: QuestionsDeps;
  /** Of which kinds of tokens the server has called one active, so that its "not active" says something. */
  readonly #answered: Set<TokenKind>;

  constructor(deps: QuestionsDeps) {
    this.#deps = deps;
    this.#answered = new Set(answeredKinds(deps.settings));
  }

  /** Whether "not active" would be believed of some token of this kind. */
  mayTell(kind: TokenKind): boolean {
    return this.#deps.client !== undefined && this.#answered.has(kind);
  }

  /** Whether "not active" would be believed of this one. */
  canTell(kind: TokenKind, tokens: TokenSet): boolean {
    return this.#deps.client !== undefined && this.#isProof(kind, tokens);
  }

  /** @param isFinal an answer from before an act does not do */
  async ask(
    token: Secret,
    kind: TokenKind,
    tokens: TokenSet,
    signal: AbortSignal,
    isFinal = false,
  ): Promise<Answer> {
    const { client, server, fresh } = this.#deps;
    if (!client) {
      return { kind: 'unasked' };
    }
    const renewedAt = isFinal ? undefined : tokens.facts.renewedAt;
    const introspect = () => server.introspect(client, token, kind, signal);
    const claims = await toResult(fresh.of(token, renewedAt, this.#now, introspect));
    if (claims instanceof TokenManagerError) {
      if (!this.#answered.has(kind) && ['rejected', 'forbidden', 'notFound'].includes(claims.kind)) {
        return { kind: 'unasked' };
      }
      throw claims;
    }
    if (claims) {
      this.#answered.add(kind);
      return { kind: 'active', claims };
    }
    return { kind: this.#isProof(kind, tokens) ? 'inactive' : 'unconfirmed' };
  }

  /** By this computer's clock. */
  get #now(): number {
    const { clock } = this.#deps;
    return clock.now() - (clock.offsetMs ?? 0);
  }

  /**
   * Whether "not active" means that the token is dead. A server may say so of every token that it does not want
   * to tell of, and some do of a refresh token whose access token has expired.
   */
  #isProof(kind: TokenKind, { facts }: TokenSet): boolean {
    const isAccessExpired = facts.expiresAt !== undefined && facts.expiresAt <= this.#now;
    return this.#answered.has(kind) && !(kind === 'refresh_token' && isAccessExpired);
  }
}
