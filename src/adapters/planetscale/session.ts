import type {
  AdapterIo,
  AdapterSession,
  Attachment,
  ConnectionConfig,
  Draft,
  LaterPages,
  ListOptions,
  Page,
  Reach,
  RenewOptions,
  RenewOutcome,
  Revocation,
  RevokeOutcome,
} from '../../core/adapter/contract.ts';
import { TokenManagerError, throwIfCancelled } from '../../core/model/errors.ts';
import type { Item, ItemPath } from '../../core/model/item.ts';
import type { Localize } from '../../core/ports.ts';
import { mapYielding, Slices } from '../../core/yielding.ts';
import { picked } from '../support/picked.ts';
import { interruptedRenewal, renewGrant } from '../support/renewal.ts';
import { besideWords } from '../support/restClient.ts';
import * as z from '../support/schema.ts';
import { parseSettings } from '../support/storedSettings.ts';
import { accessGroups } from './accessRows.ts';
import { mostPerPage, PlanetScaleApi, tokensPerPage } from './api.ts';
import { type AttachedGrant, AttachedGrants } from './attachedGrants.ts';
import { attachmentForm, PlanetScaleOauth } from './oauth.ts';
import { reachOf } from './reach.ts';
import { applicationItem, orphanedGrantItem } from './rows.ts';
import type { Application, Token } from './schemas.ts';
import { authorization, planetScaleUrl, storedSettings } from './settings.ts';
import { ActorPool, TokenRows } from './tokenRows.ts';

/** The service takes 600 requests a minute (https://planetscale.com/docs/api/reference/rate-limits); some are left for other things. */
const pagesPerMinute = 540;

export class PlanetScaleSession implements AdapterSession {
  readonly #localize: Localize;
  readonly #picked: readonly string[];
  readonly #api: PlanetScaleApi;
  readonly #oauth: PlanetScaleOauth;
  readonly #grants: AttachedGrants;
  /** By application id, as far as applications have been read: what an attachment's form proposes. */
  readonly #clientIds = new Map<string, string>();
  /** Those seen in the list under way: an application has far more tokens than people. */
  #actors = new ActorPool();
  readonly webPage?: string;

  readonly revocation: Revocation = {
    reach: (target) => this.#reach(target),
    revoke: (target, signal) => this.#revoke(target, signal),
  };

  readonly attachment: Attachment = {
    form: (target) => attachmentForm(this.#clientIds.get(ofToken(target).application.id), this.#localize),
    attach: (target, entered, signal) => this.#attach(target, entered, signal),
    detach: (target) => this.#grants.detach(ofToken(target).token.id),
  };

  constructor(config: ConnectionConfig, io: AdapterIo, localize: Localize) {
    const settings = parseSettings(storedSettings(), config.settings);
    const credential = authorization(settings.serviceTokenId, config.secrets.serviceToken);
    this.#localize = localize;
    this.#picked = settings.applications;
    const http = io.http(settings.apiUrl);
    this.#api = new PlanetScaleApi(http, credential, settings.organization, localize);
    this.#oauth = new PlanetScaleOauth(settings.oauthUrl, io, localize);
    this.#grants = new AttachedGrants(config.secrets, io);
    if (http.baseUrl === planetScaleUrl) {
      this.webPage = `https://app.planetscale.com/${encodeURIComponent(settings.organization)}/settings/oauth-applications`;
    }
  }

  /** Expired tokens are in the service's list like all others; there is no way to ask for it without them. */
  async list(
    parent: ItemPath | undefined,
    cursor: string | undefined,
    { all = false }: ListOptions,
    signal: AbortSignal,
  ): Promise<Page> {
    if (!parent) {
      return this.#listApplications(Number(cursor ?? 1), signal);
    }
    if (parent.length === 1) {
      return this.#listTokens(parent[0], Number(cursor ?? 1), all, signal);
    }
    return { items: await this.#rowsInside(parent, parent.length, signal) };
  }

  async read(target: ItemPath, signal: AbortSignal): Promise<Item | undefined> {
    if (target.length === 1) {
      const application = await this.#api.findApplication(target[0].id, signal);
      return application && this.#applicationItem(application, false);
    }
    if (target.length > 2) {
      const siblings = await this.#rowsInside(target, target.length - 1, signal);
      return siblings.find(({ id }) => id === target.at(-1)?.id);
    }
    const { application, token } = ofToken(target);
    const listed = await this.#api.findToken(application.id, token.id, signal);
    if (listed) {
      return this.#tokenItem(listed, true);
    }
    const grant = this.#grants.of(token.id);
    return grant && orphanedGrantItem(grant, this.#localize);
  }

  /** Not to be interrupted once it has begun: the answer holds the only copy of the next refresh token. */
  async renew(target: ItemPath, signal: AbortSignal, options: RenewOptions = {}): Promise<RenewOutcome> {
    const { id } = ofToken(target).token;
    const { expiresAt } = await renewGrant<AttachedGrant, AttachedGrant>({
      known: this.#grants.of(id),
      newest: () => this.#grants.newest(id),
      isSuccessor,
      refusal: ({ isRenewing }) => interruptedRenewal(isRenewing, options, this.#localize),
      begin: (grant) => {
        throwIfCancelled(signal);
        return this.#grants.begin(grant);
      },
      exchange: (grant) => this.#oauth.renewed(grant),
      rotate: (next, before) => this.#grants.rotate(next, before),
      giveUp: (grant) => this.#grants.attach(grant),
    });
    return expiresAt === undefined ? {} : { expiresAt };
  }

  async #listApplications(page: number, signal: AbortSignal): Promise<Page> {
    if (this.#picked.length === 0) {
      const { rows, problems, next, total } = await this.#api.applications(page, signal);
      const isAll = page === 1 && next === undefined;
      const items = this.#applicationItems(rows, isAll);
      return { items, problems, ...following(page, next, total, mostPerPage) };
    }
    const all = await this.#api.allApplications(signal);
    const { rows, problems } = picked(all.rows, this.#picked, (id) =>
      this.#localize('The OAuth application {0}, picked for this connection, no longer exists.', id),
    );
    return { items: this.#applicationItems(rows, true), problems: [...all.problems, ...problems] };
  }

  async #listTokens(application: Item, page: number, all: boolean, signal: AbortSignal): Promise<Page> {
    const perPage = all ? mostPerPage : tokensPerPage;
    const { rows, problems, next, total } = await this.#api.tokens(application.id, page, perPage, signal);
    if (page === 1) {
      this.#actors = new ActorPool();
    }
    const made = this.#tokenRows(rows.length, !all);
    const orphans = page === 1 ? await this.#orphans(application, rows, signal) : { items: [], problems: [] };
    return {
      items: [...orphans.items, ...(await mapYielding(rows, (row) => made.add(row), new Slices(signal)))],
      problems: [...problems, ...orphans.problems],
      ...following(page, next, total, perPage),
    };
  }

  /**
   * Attached grants whose token is not listed any more, for instance because a renewal gave it another id.
   * They stand at the head of the first page, so that what is attached can always be used and detached.
   */
  async #orphans(application: Item, listed: readonly Token[], signal: AbortSignal) {
    const items: Item[] = [];
    const problems: Error[] = [];
    const ids = new Set(listed.map(({ id }) => id));
    const unseen = this.#grants.under(application.id).filter((grant) => !ids.has(grant.tokenId));
    for (const grant of unseen) {
      try {
        if (!(await this.#api.findToken(application.id, grant.tokenId, signal))) {
          items.push(orphanedGrantItem(grant, this.#localize));
        }
      } catch (thrown) {
        throwIfCancelled(signal);
        problems.push(TokenManagerError.from(thrown));
      }
    }
    return { items, problems };
  }

  /** What came with a token is read with it anew: from there down to the children of the row at that depth. */
  async #rowsInside(path: ItemPath, depth: number, signal: AbortSignal): Promise<readonly Item[]> {
    const { application, token } = ofToken(path.slice(0, 2));
    const listed = await this.#api.findToken(application.id, token.id, signal);
    if (!listed) {
      throw new TokenManagerError(
        'notFound',
        this.#localize('The token “{0}” is no longer listed.', token.name),
      );
    }
    let rows: readonly Item[] = accessGroups(listed, this.#localize);
    for (const { id } of path.slice(2, depth)) {
      const children = rows.find((row) => row.id === id)?.children;
      rows = children?.kind === 'inline' ? children.items : [];
    }
    return rows;
  }

  #reach(target: ItemPath): Reach {
    const { application, token } = ofToken(target);
    return reachOf(token, application.name, this.#grants.of(token.id), this.#localize);
  }

  async #revoke(target: ItemPath, signal: AbortSignal): Promise<RevokeOutcome> {
    const { application, token } = ofToken(target);
    const grant = await this.#grants.newest(token.id);
    if (!grant) {
      await this.#api.deleteToken(application.id, token.id, signal);
      return { kind: 'accepted' };
    }
    await this.#oauth.revoke(grant, signal);
    // Dead values are worth nothing. Should forgetting them fail, they stay as a row that can be detached,
    // and a revocation that did happen is not reported as failed.
    await this.#grants.detach(token.id).catch(() => undefined);
    try {
      if (await this.#api.findToken(application.id, token.id, signal)) {
        await this.#api.deleteToken(application.id, token.id, signal);
      }
    } catch (thrown) {
      throw this.#halfRevoked(TokenManagerError.from(thrown), token);
    }
    return { kind: 'accepted' };
  }

  /** What has been done is told beside what has not. */
  #halfRevoked(error: TokenManagerError, { name }: Item): TokenManagerError {
    const done = this.#localize(
      'The attached refresh token was revoked. The listed token “{0}” was not.',
      name,
    );
    const { kind, status, code, retryAt } = error;
    return new TokenManagerError(kind, besideWords(done, error.detail, this.#localize), {
      cause: error,
      ...(status !== undefined && { status }),
      ...(code !== undefined && { code }),
      ...(retryAt !== undefined && { retryAt }),
    });
  }

  /** The refresh token is stored unproven: the only way to try it is to use it up. */
  async #attach(target: ItemPath, entered: Draft, signal: AbortSignal): Promise<void> {
    const { application, token } = ofToken(target);
    const { clientId } = parseSettings(
      z.object({ clientId: z.string().check(z.trim(), z.minLength(1)) }),
      entered.settings,
    );
    const { clientSecret, refreshToken, accessToken } = entered.secrets;
    if (!clientSecret || !refreshToken) {
      throw new TokenManagerError('configuration', '', { code: 'unusable-grant' });
    }
    await this.#checkClient(application.id, clientId, signal);
    const expiresAt = accessToken && (await this.#oauth.checkAccessToken(accessToken, clientId, signal));
    await this.#grants.attach({
      tokenId: token.id,
      tokenName: token.name,
      applicationId: application.id,
      client: { id: clientId, auth: 'client_secret_post', secret: clientSecret },
      refreshToken,
      ...(accessToken && { accessToken }),
      ...(expiresAt !== undefined && { expiresAt }),
    });
  }

  async #checkClient(applicationId: string, clientId: string, signal: AbortSignal): Promise<void> {
    const application = await this.#api.application(applicationId, signal);
    if (application.client_id !== clientId) {
      const detail = this.#localize(
        'The client ID does not belong to the application “{0}”, whose client ID is {1}.',
        application.name || application.id,
        application.client_id,
      );
      throw new TokenManagerError('configuration', detail, { code: 'invalid_client' });
    }
  }

  /** So few that they can stand open, unless there are more to come. */
  #applicationItems(applications: readonly Application[], isAll: boolean): Item[] {
    return applications.map((application) =>
      this.#applicationItem(application, isAll && applications.length <= 3),
    );
  }

  #applicationItem(application: Application, open: boolean): Item {
    this.#clientIds.set(application.id, application.client_id);
    return applicationItem(application, open, this.#localize);
  }

  #tokenItem(token: Token, keepsAccesses: boolean): Item {
    return this.#tokenRows(1, keepsAccesses).add(token);
  }

  #tokenRows(most: number, keepsAccesses: boolean): TokenRows {
    return new TokenRows(most, {
      keepsAccesses,
      grantOf: (id) => this.#grants.of(id),
      actors: this.#actors,
      localize: this.#localize,
    });
  }
}

/** Whether the grant was renewed since; a server that does not rotate gives another access token alone. */
function isSuccessor(grant: AttachedGrant, before: AttachedGrant): boolean {
  return (
    !grant.refreshToken.equals(before.refreshToken) ||
    grant.accessToken?.reveal() !== before.accessToken?.reveal()
  );
}

function following(
  page: number,
  next: number | undefined,
  total: number | undefined,
  perPage: number,
): Pick<Page, 'next' | 'later' | 'total'> {
  return {
    ...(next !== undefined && { next: String(next) }),
    ...(total !== undefined && { total }),
    ...(next === page + 1 && total !== undefined && { later: laterPages(page, total, perPage) }),
  };
}

function laterPages(page: number, total: number, perPage: number): LaterPages {
  return {
    count: Math.ceil(total / perPage) - page,
    cursor: (index) => String(page + 1 + index),
    perMinute: pagesPerMinute,
  };
}

/** The path of a token's own row: an application, and the token. @throws `unsupported` for any other row */
function ofToken([application, token, ...below]: readonly Item[]): {
  readonly application: Item;
  readonly token: Item;
} {
  if (!application || !token || below.length > 0) {
    throw new TokenManagerError('unsupported');
  }
  return { application, token };
}
