import type {
  AdapterIo,
  AdapterSession,
  ConnectionConfig,
  HeldTokens,
  LeftBehind,
  Page,
  RenewOptions,
  RenewOutcome,
  Revocation,
  RevokeOutcome,
  Survivor,
} from '../../core/adapter/contract.ts';
import { TokenManagerError, throwIfCancelled, toResult } from '../../core/model/errors.ts';
import type { Item, ItemAction, ItemPath } from '../../core/model/item.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import { interruptedRenewal, renewGrant } from '../support/renewal.ts';
import { provesItBySecret } from './client/authentication.ts';
import {
  AuthorizationServerClient,
  type Client,
  type TokenKind,
  type TokenResponse,
} from './client/client.ts';
import { serverFor } from './client/clientCertificate.ts';
import { isDueAt, isOverAt, managementIn, type SecretEnd } from './client/management.ts';
import {
  clientOf,
  grantParameters,
  type OAuthSettings,
  oauthSettings,
  resourceParameters,
} from './client/settings.ts';
import type { Server } from './discovery/server.ts';
import { OwnRegistration } from './registration/ownRegistration.ts';
import { registeredEnd } from './registration/registration.ts';
import { FreshAnswers, Questions } from './tokens/questions.ts';
import { reachOf } from './tokens/reach.ts';
import { type Answer, nameOf, nothingHeld, type TokenRow, tokenItem } from './tokens/rows.ts';
import { heldAccessToken, isSuccessor, type TokenSet, TokenStore } from './tokens/tokenSet.ts';

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
  readonly #questions: Questions;
  readonly revocation?: Revocation;
  readonly renew?: NonNullable<AdapterSession['renew']>;
  readonly leftBehind?: LeftBehind;
  readonly heldTokens: HeldTokens;
  readonly #registration: OwnRegistration | undefined;
  /** Of the secret of a client that was registered, as it was told then. */
  readonly #registeredEnd: SecretEnd | undefined;

  constructor(
    { settings, secrets }: ConnectionConfig,
    io: AdapterIo,
    localize: Localize,
    fresh = new FreshAnswers(),
  ) {
    this.#localize = localize;
    this.#io = io;
    this.#settings = oauthSettings(settings);
    this.#server = serverFor(settings);
    this.#client = clientOf(this.#settings, secrets);
    this.#calls = new AuthorizationServerClient(this.#server, io, localize);
    this.#tokens = new TokenStore(secrets, io);
    if (secrets.dpopKey) {
      this.#calls.bindTo(secrets.dpopKey);
    }
    const client = this.#client;
    const mayAsk =
      this.#server.introspection_endpoint !== undefined && this.#settings['.introspects'] !== 'no';
    this.#questions = new Questions({
      settings: this.#settings,
      server: this.#calls,
      client: mayAsk ? client : undefined,
      clock: io.clock,
      fresh,
    });
    const management = managementIn(secrets);
    this.#registration =
      client && management ? new OwnRegistration(client, management, io, localize) : undefined;
    this.#registeredEnd = client?.id === settings['.registeredClient'] ? registeredEnd(settings) : undefined;
    if (this.#registration) {
      this.leftBehind = this.#registration.leftBehind;
    }
    if (client && this.#server.revocation_endpoint) {
      this.revocation = {
        reach: (target) => {
          const kind = kindOf(target, 'revoke');
          return reachOf(kind, this.#tokens.now, this.#questions.mayTell(kind), localize);
        },
        revoke: (target, signal) => this.#revoke(target, client, signal),
      };
    }
    this.heldTokens = heldAccessToken(this.#tokens);
    if (client) {
      this.renew = (target, _signal, options = {}) => this.#renew(target, client, options);
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
    const answer: Answer =
      kind === 'id_token' ? { kind: 'unasked' } : await this.#questions.ask(token, kind, tokens, signal);
    return tokenItem(
      {
        kind,
        token,
        answer,
        facts: tokens.facts,
        clockOffsetMs: this.#offsetMs,
        client: this.#client,
        isRegistered: this.#registration !== undefined,
        secretEnd: this.#secretEnd(),
        actions: this.#actions(kind, tokens),
      },
      this.#localize,
    );
  }

  #secretEnd(): TokenRow['secretEnd'] {
    const registration = this.#registration;
    if (!provesItBySecret(this.#client)) {
      return undefined;
    }
    const end = registration ? registration.secretEnd : this.#registeredEnd;
    const now = this.#io.clock.now();
    return (
      end && {
        at: end.expiresAt,
        isOver: isOverAt(now, end),
        isDue: isDueAt(now, end),
        isReplaceable: registration?.isAskedInVain === false,
      }
    );
  }

  /** How many milliseconds the server's clock, by which rows are judged, is ahead of this computer's. */
  get #offsetMs(): number {
    return this.#io.clock.offsetMs ?? 0;
  }

  /** One row a grant is renewed on, so that no two renewals of it can run at once. */
  #actions(kind: RowKind, tokens: TokenSet): ItemAction[] {
    const isRenewable =
      (tokens.refreshToken !== undefined && !tokens.facts.isRefused) ||
      this.#settings.method === 'clientCredentials';
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

  async #renew(target: ItemPath, client: Client, options: RenewOptions): Promise<RenewOutcome> {
    kindOf(target, 'renew');
    const { facts } = await renewGrant<TokenSet, TokenResponse>({
      known: this.#tokens.now,
      newest: () => this.#tokens.newest(),
      isSuccessor,
      refusal: (tokens) =>
        this.#refusal(tokens)[0] ??
        (tokens.refreshToken && interruptedRenewal(tokens.facts.isRenewing, options, this.#localize)),
      begin: () => this.#tokens.begin(),
      exchange: (tokens) => this.#exchanged(tokens, client),
      rotate: (renewed) => this.#tokens.rotate(renewed),
      giveUp: (_tokens, isRefused) => this.#tokens.giveUp(isRefused),
    });
    return facts.expiresAt === undefined ? {} : { expiresAt: facts.expiresAt + this.#offsetMs };
  }

  async #exchanged({ refreshToken }: TokenSet, known: Client): Promise<TokenResponse> {
    const client = (await this.#registration?.usable()) ?? known;
    this.#calls.replaceSecret(client);
    if (refreshToken) {
      return this.#calls.refresh(client, refreshToken, resourceParameters(this.#settings));
    }
    if (this.#settings.method !== 'clientCredentials') {
      throw new TokenManagerError('unsupported', '', { code: 'renew' });
    }
    const { signal } = new AbortController();
    return this.#calls.clientCredentials(client, grantParameters(this.#settings), signal);
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
    const unseen = done.filter((kind) => !dead.includes(kind) && !this.#questions.canTell(kind, tokens));
    if (unseen.length > 0) {
      await this.#tokens.accept(unseen).catch(() => undefined);
    }
    const [target] = done;
    const isLeft = tried.some((kind) => !done.includes(kind) && !dead.includes(kind));
    return {
      kind: unseen.some((kind) => kind === target) ? 'unverifiable' : 'accepted',
      ...(isLeft && { survivor: this.#survivor(tokens) }),
    };
  }

  /** The access token beside a refresh token that was revoked: it is named, and how long it may work. */
  #survivor({ facts: { expiresAt } }: TokenSet): Survivor {
    return {
      name: nameOf('access_token', this.#localize),
      ...(expiresAt !== undefined && { expiresAt: expiresAt + this.#offsetMs }),
    };
  }

  /** Asks about tokens, and forgets those that are dead. Should that fail, their rows say that they are inactive. */
  async #forgetDead(kinds: readonly TokenKind[], tokens: TokenSet): Promise<readonly TokenKind[]> {
    const { signal } = new AbortController();
    const dead: TokenKind[] = [];
    for (const kind of kinds) {
      const token = tokenOf(kind, tokens);
      const answer = token && (await toResult(this.#questions.ask(token, kind, tokens, signal, true)));
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
