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
import { settled, TokenManagerError, throwIfCancelled } from '../../core/model/errors.ts';
import type { Item, ItemAction, ItemPath } from '../../core/model/item.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import { Calls, type Client, type Granted, type TokenKind } from './client.ts';
import { type Answer, nothingHeld, tokenItem } from './rows.ts';
import { type Server, serverOf } from './server.ts';
import {
  clientOf,
  grantParameters,
  type OAuthSettings,
  oauthSettings,
  resourceParameters,
} from './settings.ts';
import { type Held, HeldTokens, isSuccessor } from './tokenSet.ts';

/** One connection: the tokens it holds. What the server does not offer is not there to be called. */
export class OAuthSession implements AdapterSession {
  readonly #localize: Localize;
  readonly #settings: OAuthSettings;
  readonly #server: Server;
  readonly #client: Client | undefined;
  readonly #calls: Calls;
  readonly #tokens: HeldTokens;
  readonly revocation?: Revocation;
  readonly renew?: (target: ItemPath) => Promise<RenewOutcome>;

  constructor({ settings, secrets }: ConnectionConfig, io: AdapterIo, localize: Localize) {
    this.#localize = localize;
    this.#settings = oauthSettings(settings);
    this.#server = serverOf(settings);
    this.#client = clientOf(this.#settings, secrets);
    this.#calls = new Calls(this.#server, io, localize);
    this.#tokens = new HeldTokens(secrets, io);
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
    const held = this.#tokens.now;
    const rows = await Promise.all(this.#kinds(held).map((kind) => settled(this.#row(kind, held, signal))));
    const items = rows.filter((row) => !(row instanceof TokenManagerError));
    const problems = rows.filter((row) => row instanceof TokenManagerError);
    const asked = this.#kinds(held).filter((kind) => kind !== 'id_token');
    const [problem] = problems;
    if (problem && problems.length === asked.length) {
      throw problem;
    }
    return {
      items: items.length + problems.length === 0 ? [nothingHeld(this.#localize)] : items,
      problems: [...problems, ...this.#refusal(held)],
    };
  }

  async read([token, ...below]: ItemPath, signal: AbortSignal): Promise<Item | undefined> {
    const held = this.#tokens.now;
    const kind = this.#kinds(held).find((candidate) => candidate === token?.id);
    let row = kind && (await this.#row(kind, held, signal));
    for (const { id } of below) {
      const children: Item['children'] | undefined = row?.children;
      row = children?.kind === 'inline' ? children.items.find((item) => item.id === id) : undefined;
    }
    return row;
  }

  #kinds({ accessToken, refreshToken, idToken }: Held): ('id_token' | TokenKind)[] {
    return [
      ...(accessToken ? (['access_token'] as const) : []),
      ...(refreshToken ? (['refresh_token'] as const) : []),
      ...(idToken ? (['id_token'] as const) : []),
    ];
  }

  async #row(kind: TokenKind | 'id_token', held: Held, signal: AbortSignal): Promise<Item> {
    const token = {
      access_token: held.accessToken,
      refresh_token: held.refreshToken,
      id_token: held.idToken,
    }[kind];
    if (!token) {
      throw new TokenManagerError('notFound');
    }
    const answer: Answer =
      kind === 'id_token'
        ? { kind: 'unasked' }
        : ((await this.#ask(token, kind, signal)) ?? { kind: 'unasked' });
    const { facts } = held;
    const actions = this.#actions(kind, held);
    return tokenItem({ kind, token, answer, facts, client: this.#client, actions }, this.#localize);
  }

  /** `undefined` where the server answers no such question. */
  async #ask(token: Secret, kind: TokenKind, signal: AbortSignal): Promise<Answer | undefined> {
    const client = this.#introspectingClient();
    if (!client) {
      return undefined;
    }
    const claims = await this.#calls.introspect(client, token, kind, signal);
    return claims ? { kind: 'active', claims } : { kind: 'inactive' };
  }

  #introspectingClient(): Client | undefined {
    const offers =
      this.#server.introspection_endpoint !== undefined && this.#settings['.introspects'] === 'yes';
    return offers ? this.#client : undefined;
  }

  /** One row a grant is renewed on, so that no two renewals of it can run at once. */
  #actions(kind: TokenKind | 'id_token', held: Held): ItemAction[] {
    const isRenewable = held.refreshToken !== undefined || this.#settings.method === 'clientCredentials';
    const isRowToRenew = kind === (held.accessToken ? 'access_token' : 'refresh_token');
    return [
      ...(this.revocation && kind !== 'id_token' ? (['revoke'] as const) : []),
      ...(this.renew && isRenewable && isRowToRenew ? (['renew'] as const) : []),
    ];
  }

  /** What only a new sign-in can mend stands beside the rows until there is one. */
  #refusal({ facts, refreshToken }: Held): TokenManagerError[] {
    const detail = this.#localize('The refresh token was refused at the last renewal. Sign in again.');
    return facts.isRefused && refreshToken
      ? [new TokenManagerError('unauthorized', detail, { code: 'invalid_grant' })]
      : [];
  }

  async #renew(target: ItemPath, client: Client): Promise<RenewOutcome> {
    this.#kindOf(target, 'renew');
    const known = this.#tokens.now;
    const held = await this.#tokens.newest();
    if (!isSuccessor(held, known)) {
      await this.#exchange(held, client);
    }
    const { expiresAt } = this.#tokens.now.facts;
    return expiresAt === undefined ? {} : { expiresAt };
  }

  async #exchange(held: Held, client: Client): Promise<void> {
    await this.#tokens.begin();
    let granted: Granted;
    try {
      granted = await this.#granted(held, client);
    } catch (thrown) {
      await this.#afterRefusal(held, TokenManagerError.from(thrown));
      return;
    }
    await this.#tokens.rotate(granted);
  }

  #granted({ refreshToken }: Held, client: Client): Promise<Granted> {
    if (refreshToken) {
      return this.#calls.refresh(client, refreshToken, resourceParameters(this.#settings));
    }
    if (this.#settings.method !== 'clientCredentials') {
      throw new TokenManagerError('unsupported', '', { code: 'renew' });
    }
    const { signal } = new AbortController();
    return this.#calls.clientCredentials(client, grantParameters(this.#settings), signal);
  }

  /** A refresh token that was used up may have been so by a window that keeps no lease with this one. */
  async #afterRefusal(held: Held, error: TokenManagerError): Promise<void> {
    const isWorthless = error.code === 'invalid_grant';
    if (isWorthless && isSuccessor(await this.#tokens.newest(), held)) {
      return;
    }
    if (error.traits.refused) {
      await this.#tokens.giveUp(isWorthless).catch(() => undefined);
    }
    throw error;
  }

  #reach(target: ItemPath): Reach {
    const kind = this.#kindOf(target, 'revoke');
    const held = this.#tokens.now;
    const warnings = this.#introspectingClient()
      ? []
      : [
          this.#localize(
            'This server offers no way to verify it: you will be told only whether it accepted.',
          ),
        ];
    if (kind === 'refresh_token') {
      const sentence = held.accessToken
        ? this.#localize('The refresh token is revoked first, then the access token that is held with it.')
        : this.#localize(
            'The refresh token stops working. Access tokens that were got with it may go on working until they expire.',
          );
      return { sentence, warnings };
    }
    const survivor = this.#localize(
      'Whether the refresh token goes on working is up to the server. To end both, revoke the refresh token.',
    );
    return {
      sentence: this.#localize('The access token stops working.'),
      warnings: held.refreshToken ? [survivor, ...warnings] : warnings,
    };
  }

  /** The refresh token first: revoking an access token leaves it alive, and it could get another. */
  async #revoke(target: ItemPath, client: Client, signal: AbortSignal): Promise<RevokeOutcome> {
    const row = this.#kindOf(target, 'revoke');
    const held = await this.#tokens.newest();
    const values = { access_token: held.accessToken, refresh_token: held.refreshToken };
    const kinds: readonly TokenKind[] = row === 'refresh_token' ? ['refresh_token', 'access_token'] : [row];
    const meant = kinds.filter((kind) => values[kind] !== undefined);
    if (!values[row]) {
      return { kind: 'alreadyGone' };
    }
    for (const kind of meant) {
      const token = values[kind];
      if (token) {
        await this.#calls.revoke(client, token, kind, signal);
      }
    }
    return this.#verified(meant, values);
  }

  /** Not cancellable: after a write, knowing is worth the wait. */
  async #verified(
    kinds: readonly TokenKind[],
    values: Readonly<Record<TokenKind, Secret | undefined>>,
  ): Promise<RevokeOutcome> {
    if (!this.#introspectingClient()) {
      await this.#tokens.accept(kinds).catch(() => undefined);
      return { kind: 'unverifiable' };
    }
    const { signal } = new AbortController();
    const dead: TokenKind[] = [];
    for (const kind of kinds) {
      const token = values[kind];
      const answer = token && (await settled(this.#ask(token, kind, signal)));
      if (answer && 'kind' in answer && answer.kind === 'inactive') {
        dead.push(kind);
      }
    }
    // Should forgetting fail, the rows stay and say that they are inactive; the revocation did happen.
    await this.#tokens.forget(dead).catch(() => undefined);
    return { kind: 'accepted' };
  }

  /** @throws `unsupported` for a row that does not offer the act */
  #kindOf([target, ...below]: ItemPath, action: ItemAction): TokenKind {
    const id = target?.id;
    const isOffered = below.length === 0 && target?.actions.includes(action);
    if (!isOffered || (id !== 'access_token' && id !== 'refresh_token')) {
      throw new TokenManagerError('unsupported', '', { code: action });
    }
    return id;
  }
}
