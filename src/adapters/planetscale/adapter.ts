import * as z from 'zod';
import type {
  AdapterFactory,
  AdapterIo,
  AdapterSession,
  Attachment,
  ConnectionConfig,
  Draft,
  FormIo,
  FormStep,
  LaterPages,
  ListOptions,
  Option,
  Page,
  Reach,
  RenewOutcome,
  Revocation,
  RevokeOutcome,
  SignIn,
} from '../../core/adapter/contract.ts';
import { TokenManagerError, throwIfCancelled } from '../../core/model/errors.ts';
import type { Item, ItemPath } from '../../core/model/item.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import { isHeaderText } from '../support/headerText.ts';
import { madeOnce } from '../support/lazy.ts';
import { chosen } from '../support/picked.ts';
import { renewGrant } from '../support/renewal.ts';
import { requireSecret } from '../support/requireSecret.ts';
import { understood } from '../support/storedSettings.ts';
import { accessGroups } from './accessRows.ts';
import { type Application, mostPerPage, PlanetScaleApi, tokensPerPage } from './api.ts';
import { type AttachedGrant, AttachedGrants } from './attachedGrants.ts';
import { attachmentForm, PlanetScaleOauth } from './oauth.ts';
import { People } from './people.ts';
import { reachOf } from './reach.ts';
import { applicationItem, strayItem } from './rows.ts';
import { type TokenList, type TokenTexts, tokenList } from './tokenList.ts';
import { tokenRows } from './tokenRows.ts';

const defaultApiUrl = 'https://api.planetscale.com/v1';
const defaultOauthUrl = 'https://auth.planetscale.com';

/** The service takes 600 requests a minute (https://planetscale.com/docs/api/reference/rate-limits); some are left for other things. */
const pagesPerMinute = 540;

/** So many pages are kept as they come; from then on memory is worth some time. */
const shortList = 100;

const settingsSchema = madeOnce(() =>
  z.object({
    apiUrl: z.string(),
    oauthUrl: z.string(),
    serviceTokenId: z.string().min(1),
    organization: z.string().min(1),
    applications: z.array(z.string()),
  }),
);

/** PlanetScale: the tokens that an organization's OAuth applications have been granted. */
export const planetscale: AdapterFactory = (localize) => ({
  id: 'planetscale',
  displayName: 'PlanetScale',
  description: localize("Tokens of an organization's OAuth applications: list, revoke, renew"),
  form: form(localize),
  localSources: [
    {
      // The names that the vendor's command-line tool reads: https://planetscale.com/docs/cli/service-tokens
      kind: 'environment',
      variables: {
        serviceTokenId: ['PLANETSCALE_SERVICE_TOKEN_ID'],
        serviceToken: ['PLANETSCALE_SERVICE_TOKEN'],
        organization: ['PLANETSCALE_ORG'],
      },
    },
  ],
  signIn: (draft, io, signal) => signIn(draft, io, localize, signal),
  open: (config, io) => new PlanetScaleSession(config, io, localize),
});

function form(localize: Localize): FormStep[] {
  return [
    {
      kind: 'url',
      id: 'apiUrl',
      title: localize('API address'),
      prompt: localize('The address of the PlanetScale API.'),
      default: defaultApiUrl,
    },
    {
      kind: 'url',
      id: 'oauthUrl',
      title: localize('OAuth address'),
      prompt: localize('The address where PlanetScale issues, renews and revokes OAuth tokens.'),
      default: defaultOauthUrl,
    },
    {
      kind: 'text',
      id: 'serviceTokenId',
      title: localize('Service token ID'),
      prompt: localize('In PlanetScale: organization settings, Service tokens, New service token.'),
      validate: (text) =>
        isHeaderText(text) && !text.includes(':')
          ? undefined
          : localize('Enter the ID alone: no spaces, no colon, and not the token itself.'),
    },
    {
      kind: 'secret',
      id: 'serviceToken',
      title: localize('Service token'),
      prompt: localize(
        'Shown once, when the service token is made. It needs the accesses read_oauth_applications, read_oauth_tokens and, to revoke, delete_oauth_tokens.',
      ),
      validate: (value) =>
        isHeaderText(value)
          ? undefined
          : localize('A service token has no spaces and no special characters.'),
    },
    {
      kind: 'choice',
      id: 'organization',
      title: localize('Organization'),
      prompt: localize('The organization that owns the OAuth applications.'),
      options: (draft, io, signal) => organizationOptions(draft, io, localize, signal),
    },
    {
      kind: 'choice',
      id: 'applications',
      title: localize('OAuth applications'),
      prompt: localize('The applications to show. Pick none to show all, also those that are added later.'),
      many: true,
      options: (draft, io, signal) => applicationOptions(draft, io, localize, signal),
    },
  ];
}

async function organizationOptions(
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<Option[]> {
  const organizations = await draftApi(draft, io, localize).organizations(signal);
  if (organizations.length === 0) {
    throw new TokenManagerError('rejected', localize('This service token reaches no organization.'));
  }
  return organizations.map(({ name }) => ({ value: name, label: name }));
}

async function applicationOptions(
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<Option[]> {
  const applications = await draftApi(draft, io, localize).allApplications(signal);
  return applications.map(({ id, name, domain }) => ({
    value: id,
    label: name,
    ...(domain && { description: domain }),
  }));
}

async function signIn(draft: Draft, io: FormIo, localize: Localize, signal: AbortSignal): Promise<SignIn> {
  const settings = understood(settingsSchema(), { applications: [], ...draft.settings });
  const api = draftApi(draft, io, localize);
  const organization = (await api.organizations(signal)).find(({ name }) => name === settings.organization);
  if (!organization) {
    const detail = localize('The service token does not reach the organization {0}.', settings.organization);
    throw new TokenManagerError('notFound', detail);
  }
  const { rows } = await api.applications(1, signal);
  return {
    account: organization,
    settings,
    // Everything, because grants attached earlier are among it when credentials are updated.
    secrets: draft.secrets,
    ...(rows.length === 0 && {
      notice: localize(
        'The organization {0} has no OAuth applications. For some organizations PlanetScale has to turn them on first.',
        organization.name,
      ),
    }),
  };
}

function draftApi({ settings, secrets }: Draft, io: FormIo, localize: Localize): PlanetScaleApi {
  const { apiUrl, serviceTokenId, organization } = understood(
    settingsSchema()
      .pick({ apiUrl: true, serviceTokenId: true })
      .extend({ organization: z.string().default('') }),
    settings,
  );
  return new PlanetScaleApi(
    io.http(apiUrl),
    authorization(serviceTokenId, secrets.serviceToken),
    organization,
    localize,
  );
}

class PlanetScaleSession implements AdapterSession {
  readonly #localize: Localize;
  readonly #picked: readonly string[];
  readonly #api: PlanetScaleApi;
  readonly #oauth: PlanetScaleOauth;
  readonly #grants: AttachedGrants;
  /** By application id, as far as applications have been read: what an attachment's form proposes. */
  readonly #clientIds = new Map<string, string>();
  #people = new People();
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
    const settings = understood(settingsSchema(), config.settings);
    const credential = authorization(settings.serviceTokenId, config.secrets.serviceToken);
    this.#localize = localize;
    this.#picked = settings.applications;
    const http = io.http(settings.apiUrl);
    this.#api = new PlanetScaleApi(http, credential, settings.organization, localize);
    this.#oauth = new PlanetScaleOauth(settings.oauthUrl, io, localize);
    this.#grants = new AttachedGrants(config.secrets, io);
    if (http.baseUrl === defaultApiUrl) {
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
      return this.#tokenItems(tokenList([listed]), true)[0];
    }
    const grant = this.#grants.of(token.id);
    return grant && strayItem(grant, this.#localize);
  }

  /** Not to be interrupted once it has begun: the answer holds the only copy of the next refresh token. */
  async renew(target: ItemPath, signal: AbortSignal): Promise<RenewOutcome> {
    const { id } = ofToken(target).token;
    const renewed = await renewGrant<AttachedGrant, AttachedGrant>({
      known: this.#grants.of(id),
      newest: () => this.#grants.newest(id),
      isSuccessor,
      begin: (grant) => {
        throwIfCancelled(signal);
        return this.#grants.begin(grant);
      },
      exchange: (grant) => this.#oauth.renewed(grant),
      rotate: (next, before) => this.#grants.rotate(next, before),
      giveUp: (grant) => this.#grants.attach(grant),
    });
    return outcome(renewed);
  }

  async #listApplications(page: number, signal: AbortSignal): Promise<Page> {
    if (this.#picked.length === 0) {
      const { rows, next, total } = await this.#api.applications(page, signal);
      const isAll = page === 1 && next === undefined;
      return { items: this.#applicationItems(rows, isAll), ...following(page, next, total, mostPerPage) };
    }
    const { rows, problems } = chosen(await this.#api.allApplications(signal), this.#picked, (id) =>
      this.#localize('The OAuth application {0}, picked for this connection, does not exist any more.', id),
    );
    return { items: this.#applicationItems(rows, true), problems };
  }

  async #listTokens(application: Item, page: number, all: boolean, signal: AbortSignal): Promise<Page> {
    const perPage = all ? mostPerPage : tokensPerPage;
    const { list, next, total } = await this.#api.tokens(application.id, page, perPage, signal);
    if (page === 1) {
      this.#people = new People();
    }
    const strays =
      page === 1 ? await this.#strays(application, list.tokens, signal) : { items: [], problems: [] };
    const items = [
      ...strays.items,
      ...this.#tokenItems(list, !all, page > shortList ? this.#people : undefined),
    ];
    return { items, problems: strays.problems, ...following(page, next, total, perPage) };
  }

  /**
   * Attached grants whose token is not listed any more, for instance because a renewal gave it another id.
   * They stand at the head of the first page, so that what is attached can always be used and detached.
   */
  async #strays(application: Item, listed: readonly TokenTexts[], signal: AbortSignal) {
    const items: Item[] = [];
    const problems: Error[] = [];
    const unseen = this.#grants
      .under(application.id)
      .filter((grant) => !listed.some(({ id }) => id === grant.tokenId));
    for (const grant of unseen) {
      try {
        if (!(await this.#api.findToken(application.id, grant.tokenId, signal))) {
          items.push(strayItem(grant, this.#localize));
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
    if (grant) {
      await this.#oauth.revoke(grant, signal);
      // Dead values are worth nothing. Should forgetting them fail, they stay as a row that can be detached,
      // and a revocation that did happen is not reported as failed.
      await this.#grants.detach(token.id).catch(() => undefined);
    }
    if (!grant || (await this.#api.findToken(application.id, token.id, signal))) {
      await this.#api.deleteToken(application.id, token.id, signal);
    }
    return { kind: 'accepted' };
  }

  /** The refresh token is stored unproven: the only way to try it is to use it up. */
  async #attach(target: ItemPath, entered: Draft, signal: AbortSignal): Promise<void> {
    const { application, token } = ofToken(target);
    const { clientId } = understood(z.object({ clientId: z.string().trim().min(1) }), entered.settings);
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
        application.name,
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

  #tokenItems(list: TokenList, keepsAccesses: boolean, people?: People): Item[] {
    return tokenRows(list, {
      keepsAccesses,
      grantOf: (id) => this.#grants.of(id),
      localize: this.#localize,
      ...(people && { people }),
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

function outcome({ expiresAt }: AttachedGrant): RenewOutcome {
  return expiresAt === undefined ? {} : { expiresAt };
}

function authorization(id: string, token: Secret | undefined): Secret {
  // No scheme word: https://planetscale.com/docs/api/reference/service-tokens
  return requireSecret(token).map((value) => `${id}:${value}`);
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
