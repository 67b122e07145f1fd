import type {
  AdapterIo,
  AdapterSession,
  ConnectionConfig,
  Page,
  Reach,
  RenewOutcome,
  Revocation,
  RevokeOutcome,
} from '../../core/adapter/contract.ts';
import { TokenManagerError, throwIfCancelled, toResult } from '../../core/model/errors.ts';
import type { Item, ItemAction, ItemPath } from '../../core/model/item.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import { renewGrant } from '../support/renewal.ts';
import { unverifiedClaims } from './claims.ts';
import { AuthorizationServerClient, type Client, type TokenKind, type TokenResponse } from './client.ts';
import { type Answer, nothingHeld, tokenItem } from './rows.ts';
import { type Server, serverOf } from './server.ts';
import {
  answeredKinds,
  clientOf,
  grantParameters,
  type OAuthSettings,
  oauthSettings,
  resourceParameters,
} from './settings.ts';
import { isSuccessor, type TokenSet, TokenStore } from './tokenSet.ts';

type RowKind = TokenKind | 'id_token';

/** One connection: the tokens it holds. What the server does not offer is not there to be called. */
export class OAuthSession implements AdapterSession {
  readonly #localize: Localize;
  readonly #io: AdapterIo;
  readonly #settings: OAuthSettings;
  readonly #server: Server;
  readonly #client: Client | undefined;
  readonly #calls: AuthorizationServerClient;
  readonly #tokens: TokenStore;
  /** Of which kinds of tokens the server has called one active, so that its "not active" says something. */
  readonly #answered: Set<TokenKind>;
  readonly revocation?: Revocation;
  readonly renew?: (target: ItemPath) => Promise<RenewOutcome>;

  constructor({ settings, secrets }: ConnectionConfig, io: AdapterIo, localize: Localize) {
    this.#localize = localize;
    this.#io = io;
    this.#settings = oauthSettings(settings);
    this.#server = serverOf(settings);
    this.#client = clientOf(this.#settings, secrets);
    this.#calls = new AuthorizationServerClient(this.#server, io, localize);
    this.#tokens = new TokenStore(secrets, io);
    this.#answered = new Set(answeredKinds(this.#settings));
    const client = this.#client;
    if (client && this.#server.revocation_endpoint) {
      this.revocation = {
        reach: (target) => this.#reach(target),
        revoke: (target, signal) => this.#revoke(target, client, signal),
      };
    }
    if (client) {
      this.renew = (target) => this.#renew(target, client);
    }
  }

  /** All at once: a connection holds three tokens at most. One that cannot be asked about hides no other. */
  async list(
    parent: ItemPath | undefined,
    _cursor: unknown,
    _options: unknown,
    signal: AbortSignal,
  ): Promise<Page> {
    throwIfCancelled(signal);
    if (parent) {
      return { items: [] };
    }
    const tokens = this.#tokens.now;
    const rows = await Promise.all(kindsIn(tokens).map((kind) => toResult(this.#row(kind, tokens, signal))));
    const items = rows.filter((row) => !(row instanceof TokenManagerError));
    const problems = rows.filter((row) => row instanceof TokenManagerError);
    const asked = kindsIn(tokens).filter((kind) => kind !== 'id_token');
    const [problem] = problems;
    if (problem && problems.length === asked.length) {
      throw problem;
    }
    return {
      items: items.length + problems.length === 0 ? [nothingHeld(this.#localize)] : items,
      problems: [...problems, ...this.#refusal(tokens)],
    };
  }

  async read([token, ...below]: ItemPath, signal: AbortSignal): Promise<Item | undefined> {
    const tokens = this.#tokens.now;
    const kind = kindsIn(tokens).find((candidate) => candidate === token?.id);
    let row = kind && (await this.#row(kind, tokens, signal));
    for (const { id } of below) {
      const children: Item['children'] | undefined = row?.children;
      row = children?.kind === 'inline' ? children.items.find((item) => item.id === id) : undefined;
    }
    return row;
  }

  find(value: Secret): readonly string[] | undefined {
    const tokens = this.#tokens.now;
    const kind = kindsIn(tokens).find((candidate) => tokenOf(candidate, tokens)?.equals(value));
    return kind && [kind];
  }

  async #row(kind: RowKind, tokens: TokenSet, signal: AbortSignal): Promise<Item> {
    const token = tokenOf(kind, tokens);
    if (!token) {
      throw new TokenManagerError('notFound');
    }
    const answer = kind === 'id_token' ? undefined : await this.#ask(token, kind, tokens, signal);
    return tokenItem(
      {
        kind,
        token,
        answer: answer ?? { kind: 'unasked' },
        facts: tokens.facts,
        clockOffsetMs: this.#offsetMs,
        client: this.#client,
        actions: this.#actions(kind, tokens),
      },
      this.#localize,
    );
  }

  /** How many milliseconds the server's clock, by which rows are judged, is ahead of this computer's. */
  get #offsetMs(): number {
    return this.#io.clock.offsetMs ?? 0;
  }

  /** `undefined` where the server answers no such question. */
  async #ask(
    token: Secret,
    kind: TokenKind,
    tokens: TokenSet,
    signal: AbortSignal,
  ): Promise<Answer | undefined> {
    const client = this.#introspectingClient();
    if (!client) {
      return undefined;
    }
    const claims = await toResult(this.#calls.introspect(client, token, kind, signal));
    if (claims instanceof TokenManagerError) {
      if (!this.#answered.has(kind) && ['rejected', 'forbidden', 'notFound'].includes(claims.kind)) {
        return undefined;
      }
      throw claims;
    }
    if (claims) {
      this.#answered.add(kind);
      return { kind: 'active', claims };
    }
    return { kind: this.#isProof(kind, tokens) ? 'inactive' : 'unconfirmed' };
  }

  /**
   * Whether "not active" means that the token is dead. A server may say so of every token that it does not want
   * to tell of, and some do of a refresh token whose access token has expired.
   */
  #isProof(kind: TokenKind, { facts }: TokenSet): boolean {
    const now = this.#io.clock.now() - this.#offsetMs;
    const isAccessExpired = facts.expiresAt !== undefined && facts.expiresAt <= now;
    return this.#answered.has(kind) && !(kind === 'refresh_token' && isAccessExpired);
  }

  #introspectingClient(): Client | undefined {
    const offers =
      this.#server.introspection_endpoint !== undefined && this.#settings['.introspects'] !== 'no';
    return offers ? this.#client : undefined;
  }

  /** One row a grant is renewed on, so that no two renewals of it can run at once. */
  #actions(kind: RowKind, tokens: TokenSet): ItemAction[] {
    const isRenewable = tokens.refreshToken !== undefined || this.#settings.method === 'clientCredentials';
    const isRowToRenew = kind === (tokens.accessToken ? 'access_token' : 'refresh_token');
    return [
      ...(this.revocation && kind !== 'id_token' ? (['revoke'] as const) : []),
      ...(this.renew && isRenewable && isRowToRenew ? (['renew'] as const) : []),
    ];
  }

  /** What only a new sign-in can mend stands beside the rows until there is one. */
  #refusal({ facts, refreshToken }: TokenSet): TokenManagerError[] {
    const detail = this.#localize('The refresh token was refused at the last renewal. Sign in again.');
    return facts.isRefused && refreshToken
      ? [new TokenManagerError('unauthorized', detail, { code: 'invalid_grant' })]
      : [];
  }

  async #renew(target: ItemPath, client: Client): Promise<RenewOutcome> {
    kindOf(target, 'renew');
    const { facts } = await renewGrant<TokenSet, TokenResponse>({
      known: this.#tokens.now,
      newest: () => this.#tokens.newest(),
      isSuccessor,
      begin: () => this.#tokens.begin(),
      exchange: (tokens) => this.#exchanged(tokens, client),
      rotate: (renewed) => this.#tokens.rotate(renewed),
      giveUp: (_tokens, isRefused) => this.#tokens.giveUp(isRefused),
    });
    return facts.expiresAt === undefined ? {} : { expiresAt: facts.expiresAt + this.#offsetMs };
  }

  #exchanged({ refreshToken }: TokenSet, client: Client): Promise<TokenResponse> {
    if (refreshToken) {
      return this.#calls.refresh(client, refreshToken, resourceParameters(this.#settings));
    }
    if (this.#settings.method !== 'clientCredentials') {
      throw new TokenManagerError('unsupported', '', { code: 'renew' });
    }
    const { signal } = new AbortController();
    return this.#calls.clientCredentials(client, grantParameters(this.#settings), signal);
  }

  #reach(target: ItemPath): Reach {
    const kind = kindOf(target, 'revoke');
    const { accessToken, refreshToken } = this.#tokens.now;
    const isVerifiable = this.#introspectingClient() !== undefined && this.#answered.has(kind);
    const warnings = [
      ...(accessToken && unverifiedClaims(accessToken.reveal())
        ? [
            this.#localize(
              'An API that checks the access token by its signature alone may accept it until it expires.',
            ),
          ]
        : []),
      ...(isVerifiable
        ? []
        : [
            this.#localize(
              'This server cannot confirm a revocation; it only reports whether it accepted the request.',
            ),
          ]),
    ];
    if (kind === 'refresh_token') {
      const sentence = accessToken
        ? this.#localize('The refresh token is revoked first, then the access token that is held with it.')
        : this.#localize(
            'The refresh token stops working. Access tokens issued with it may work until they expire.',
          );
      return { sentence, warnings };
    }
    const survivor = this.#localize(
      'Whether the refresh token goes on working is up to the server. To end both, revoke the refresh token.',
    );
    return {
      sentence: this.#localize('The server stops accepting the access token.'),
      warnings: refreshToken ? [survivor, ...warnings] : warnings,
    };
  }

  /**
   * The refresh token first: revoking an access token leaves it alive, and it could get another. That an access
   * token beside it cannot be revoked (RFC 7009 section 2.2.1) does not undo what was done.
   */
  async #revoke(target: ItemPath, client: Client, signal: AbortSignal): Promise<RevokeOutcome> {
    const kind = kindOf(target, 'revoke');
    const tokens = await this.#tokens.newest();
    const { accessToken } = tokens;
    const token = tokenOf(kind, tokens);
    if (!token) {
      return { kind: 'alreadyGone' };
    }
    try {
      await this.#calls.revoke(client, token, kind, signal);
    } catch (thrown) {
      const error = TokenManagerError.from(thrown);
      if (error.traits.mayHaveActed && !error.nothingSent) {
        await this.#forgetDead([kind], tokens);
      }
      throw thrown;
    }
    const done: TokenKind[] = [kind];
    const tried: readonly TokenKind[] =
      kind === 'refresh_token' && accessToken ? [kind, 'access_token'] : [kind];
    if (kind === 'refresh_token' && accessToken) {
      const companion = await toResult(this.#calls.revoke(client, accessToken, 'access_token', signal));
      if (companion instanceof TokenManagerError) {
        await this.#tokens.survive().catch(() => undefined);
      } else {
        done.push('access_token');
      }
    }
    return this.#verified(tried, done, tokens);
  }

  /** Not cancellable: after a write, knowing is worth the wait. */
  async #verified(
    tried: readonly TokenKind[],
    done: readonly TokenKind[],
    tokens: TokenSet,
  ): Promise<RevokeOutcome> {
    const dead = await this.#forgetDead(tried, tokens);
    const unseen = done.filter((kind) => !dead.includes(kind) && !this.#canTell(kind, tokens));
    if (unseen.length > 0) {
      await this.#tokens.accept(unseen).catch(() => undefined);
    }
    const [target] = done;
    return { kind: unseen.some((kind) => kind === target) ? 'unverifiable' : 'accepted' };
  }

  #canTell(kind: TokenKind, tokens: TokenSet): boolean {
    return this.#introspectingClient() !== undefined && this.#isProof(kind, tokens);
  }

  /** Asks about tokens, and forgets those that are dead. Should that fail, their rows say that they are inactive. */
  async #forgetDead(kinds: readonly TokenKind[], tokens: TokenSet): Promise<readonly TokenKind[]> {
    const { signal } = new AbortController();
    const dead: TokenKind[] = [];
    for (const kind of kinds) {
      const token = tokenOf(kind, tokens);
      const answer = token && (await toResult(this.#ask(token, kind, tokens, signal)));
      if (answer && !(answer instanceof TokenManagerError) && answer.kind === 'inactive') {
        dead.push(kind);
      }
    }
    if (dead.length > 0) {
      await this.#tokens.forget(dead).catch(() => undefined);
    }
    return dead;
  }
}

function tokenOf(kind: RowKind, { accessToken, refreshToken, idToken }: TokenSet): Secret | undefined {
  return { access_token: accessToken, refresh_token: refreshToken, id_token: idToken }[kind];
}

function kindsIn(tokens: TokenSet): RowKind[] {
  const kinds: readonly RowKind[] = ['access_token', 'refresh_token', 'id_token'];
  return kinds.filter((kind) => tokenOf(kind, tokens) !== undefined);
}

/** @throws `unsupported` for a row that does not offer the act */
function kindOf([target, ...below]: ItemPath, action: ItemAction): TokenKind {
  const id = target?.id;
  const isOffered = below.length === 0 && target?.actions.includes(action);
  if (!isOffered || (id !== 'access_token' && id !== 'refresh_token')) {
    throw new TokenManagerError('unsupported', '', { code: action });
  }
  return id;
}
