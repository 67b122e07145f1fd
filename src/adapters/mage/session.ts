import type {
  AdapterIo,
  AdapterSession,
  ConnectionConfig,
  LaterPages,
  ListOptions,
  Page,
  Reach,
  Revocation,
  RevokeOutcome,
} from '../../core/adapter/contract.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Item, ItemPath } from '../../core/model/item.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Clock, Localize } from '../../core/ports.ts';
import { mapYielding, Slices } from '../../core/yielding.ts';
import { requireSecret } from '../support/requireSecret.ts';
import { parseSettings } from '../support/storedSettings.ts';
import { isCrash, MageApi, tokensPerPage } from './api.ts';
import { reachOf } from './reach.ts';
import { outermostRows, providerItem, providersTitle, tokenItem, tokenRowId, tokensSection } from './rows.ts';
import type { MageToken } from './schemas.ts';
import { apiKeyOf, storedSettings } from './settings.ts';

/** Reading to the end has an end. */
const maxPages = 200;

export class MageSession implements AdapterSession {
  readonly #localize: Localize;
  readonly #clock: Clock;
  readonly #api: MageApi;
  readonly #ownToken: Secret | undefined;
  /** The token values by row id: the list gives them in clear, and revoking one takes the value. */
  readonly #values = new Map<string, Secret>();
  /** Row ids of tokens that turned out to be kept for a provider: the server does not end those here. */
  readonly #ofProviders = new Set<string>();
  readonly webPage: string;

  readonly revocation: Revocation = {
    reach: (target) => this.#reach(revocable(target)),
    revoke: async (target, signal) => this.#revoke(revocable(target), signal),
  };

  constructor(config: ConnectionConfig, io: AdapterIo, localize: Localize) {
    const { baseUrl, access } = parseSettings(storedSettings(), config.settings);
    const http = io.http(baseUrl);
    this.#localize = localize;
    this.#clock = io.clock;
    this.#ownToken = access === 'token' ? requireSecret(config.secrets.token) : undefined;
    this.#api = new MageApi(http, apiKeyOf(config.secrets), this.#ownToken, localize);
    this.webPage = http.baseUrl;
  }

  async list(
    parent: ItemPath | undefined,
    cursor: string | undefined,
    { includeExpired }: ListOptions,
    signal: AbortSignal,
  ): Promise<Page> {
    switch (parent?.at(-1)?.id) {
      case undefined:
        return { items: outermostRows(this.#ownToken !== undefined, this.#localize) };
      case tokensSection:
        return this.#listTokens(Number(cursor ?? 0), includeExpired, signal);
      default:
        return this.#listProviders(signal);
    }
  }

  async read(target: ItemPath, signal: AbortSignal): Promise<Item | undefined> {
    const [section, row] = target;
    if (!row) {
      return outermostRows(this.#ownToken !== undefined, this.#localize).find(({ id }) => id === section.id);
    }
    if (row.kind === 'provider') {
      return this.#readProvider(row, signal);
    }
    return this.#readToken(row, signal);
  }

  find(value: Secret): readonly string[] | undefined {
    const id = tokenRowId(value);
    return this.#values.has(id) || this.#isOwn(id) ? [tokensSection, id] : undefined;
  }

  dispose(): void {
    this.#values.clear();
  }

  async #listTokens(offset: number, includeExpired: boolean, signal: AbortSignal): Promise<Page> {
    const { tokens, problems, next, total } = await this.#api.tokens(offset, includeExpired, signal);
    const show = (token: MageToken) => ({ item: this.#tokenItem(token), value: token.token });
    const shown = await mapYielding(tokens, show, new Slices(signal));
    if (offset === 0) {
      this.#values.clear();
    }
    for (const { item, value } of shown) {
      this.#values.set(item.id, value);
    }
    return {
      items: shown.map(({ item }) => item),
      problems,
      ...(next !== undefined && { next: String(next) }),
      ...(total !== undefined && { total }),
      ...(next === offset + tokensPerPage && total !== undefined && { later: laterPages(next, total) }),
    };
  }

  async #listProviders(signal: AbortSignal): Promise<Page> {
    const { rows, problems } = await this.#api.providers(signal);
    return { items: rows.map((provider) => providerItem(provider, this.#localize)), problems };
  }

  /** The token itself shows whether the server still takes it; the list is read for what is no session's. */
  async #readToken(row: Item, signal: AbortSignal): Promise<Item | undefined> {
    const value = this.#values.get(row.id) ?? (this.#isOwn(row.id) ? this.#ownToken : undefined);
    const state = value && (await this.#api.tokenState(value, signal));
    if (state === 'live') {
      return row;
    }
    if (state === 'expired' || (state === 'notOfSession' && this.#isOwn(row.id))) {
      return undefined;
    }
    const isExpired = row.lifetime.kind === 'expires' && row.lifetime.at <= this.#clock.now();
    const found = await this.#find(({ token }) => tokenRowId(token) === row.id, isExpired, signal);
    return found && this.#tokenItem(found);
  }

  /**
   * The server crashes over a provider that it has neither a client nor a live token for. The token that the row
   * was made from is in the list of tokens as long as it lives, told by its end.
   */
  async #readProvider(row: Item, signal: AbortSignal): Promise<Item> {
    try {
      return providerItem(
        { ...(await this.#api.provider(row.id, signal)), provider: row.id },
        this.#localize,
      );
    } catch (thrown) {
      if (!isCrash(thrown) || !(await this.#isProviderGone(row, signal))) {
        throw thrown;
      }
      return providerItem({ provider: row.id, authenticated: false, expires: undefined }, this.#localize);
    }
  }

  async #isProviderGone({ lifetime }: Item, signal: AbortSignal): Promise<boolean> {
    return (
      this.#ownToken !== undefined &&
      lifetime.kind === 'expires' &&
      !(await this.#find(({ expires }) => expires === lifetime.at, false, signal))
    );
  }

  async #find(
    isMeant: (token: MageToken) => boolean,
    includeExpired: boolean,
    signal: AbortSignal,
  ): Promise<MageToken | undefined> {
    let offset = 0;
    for (let page = 0; page < maxPages; page++) {
      const { tokens, problems, next } = await this.#api.tokens(offset, includeExpired, signal);
      const found = tokens.find(isMeant);
      if (found) {
        return found;
      }
      const [problem] = problems;
      if (problem) {
        // It may be what could not be read.
        throw problem;
      }
      if (next === undefined) {
        return undefined;
      }
      offset = next;
    }
    throw new TokenManagerError('protocol', '', { code: 'endless-list' });
  }

  #isOwn(id: string): boolean {
    return this.#ownToken !== undefined && tokenRowId(this.#ownToken) === id;
  }

  #tokenItem(token: MageToken): Item {
    const id = tokenRowId(token.token);
    const facts = { isOwn: this.#isOwn(id), isOfProvider: this.#ofProviders.has(id) };
    return tokenItem(token, facts, this.#clock.now(), this.#localize);
  }

  #reach(row: Item): Reach {
    return reachOf(row, this.#isOwn(row.id), this.#localize);
  }

  async #revoke(row: Item, signal: AbortSignal): Promise<RevokeOutcome> {
    if (row.kind === 'provider') {
      return this.#resetProvider(row, signal);
    }
    const value =
      this.#values.get(row.id) ??
      (await this.#find(({ token }) => tokenRowId(token) === row.id, false, signal))?.token;
    return value ? this.#endSession(row.id, value, signal) : { kind: 'alreadyGone' };
  }

  async #resetProvider(row: Item, signal: AbortSignal): Promise<RevokeOutcome> {
    try {
      await this.#api.resetProvider(row.id, signal);
      return { kind: 'accepted' };
    } catch (thrown) {
      if (isCrash(thrown) && (await this.#isProviderGone(row, signal))) {
        return { kind: 'alreadyGone' };
      }
      throw thrown;
    }
  }

  async #endSession(id: string, value: Secret, signal: AbortSignal): Promise<RevokeOutcome> {
    try {
      await this.#api.endSession(value, signal);
      return { kind: 'accepted' };
    } catch (thrown) {
      if (!isDeadToken(thrown)) {
        throw thrown;
      }
      // Expired, or not known (any more). Provider tokens are never known here, although they are listed.
      const isListed = ({ token }: MageToken) => tokenRowId(token) === id;
      if (thrown.code === 'expired_oauth_token' || !(await this.#find(isListed, false, signal))) {
        return { kind: 'alreadyGone' };
      }
      this.#ofProviders.add(id);
      const detail = this.#localize(
        'The server keeps this token for a Git or SSO provider and ends only its own sessions this way. Revoke the provider under “{0}” instead.',
        providersTitle(this.#localize),
      );
      throw new TokenManagerError('rejected', detail, { status: 401, code: thrown.code, cause: thrown });
    }
  }
}

/** @param from the offset of the first of them */
function laterPages(from: number, total: number): LaterPages {
  return {
    count: Math.ceil((total - from) / tokensPerPage),
    cursor: (index) => String(from + index * tokensPerPage),
  };
}

function revocable(target: ItemPath): Item {
  const row = target.at(-1);
  if (!row?.actions.includes('revoke')) {
    throw new TokenManagerError('unsupported', '', { code: 'revoke' });
  }
  return row;
}

function isDeadToken(thrown: unknown): thrown is TokenManagerError & { readonly code: string } {
  return (
    thrown instanceof TokenManagerError &&
    (thrown.code === 'expired_oauth_token' || thrown.code === 'invalid_oauth_token')
  );
}
