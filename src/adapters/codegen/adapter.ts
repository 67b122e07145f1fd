import * as z from 'zod';
import type {
  AdapterFactory,
  AdapterIo,
  AdapterSession,
  ConnectionConfig,
  Draft,
  FormIo,
  FormStep,
  Option,
  Page,
  Reach,
  Revocation,
  RevokeOutcome,
  SignIn,
} from '../../core/adapter/contract.ts';
import { TokenManagerError, throwIfCancelled } from '../../core/model/errors.ts';
import type { Item, ItemPath } from '../../core/model/item.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize, Secrets } from '../../core/ports.ts';
import { isHeaderText } from '../support/headerText.ts';
import { madeOnce } from '../support/lazy.ts';
import { requireSecret } from '../support/requireSecret.ts';
import { understood } from '../support/storedSettings.ts';
import { CodegenApi, codegenUrl, type Integration } from './api.ts';
import { codegenLocalSources } from './localSources.ts';
import { codegenRows } from './rows.ts';

const integrationsPage = 'https://codegen.com/integrations';

const settingsSchema = madeOnce(() =>
  z.object({
    baseUrl: z.string(),
    /** Its number. */
    organization: z.string().regex(/^\d+$/),
    organizationName: z.string(),
  }),
);

/** Codegen: the providers a user has connected in one organization. */
export const codegen: AdapterFactory = (localize) => ({
  id: 'codegen',
  displayName: 'Codegen',
  description: localize('Providers connected in an organization: list, revoke'),
  form: form(localize),
  localSources: codegenLocalSources,
  signIn: (draft, io, signal) => signIn(draft, io, localize, signal),
  open: (config, io) => new CodegenSession(config, io, localize),
});

function form(localize: Localize): FormStep[] {
  return [
    {
      kind: 'url',
      id: 'baseUrl',
      title: localize('API address'),
      prompt: localize('The address of the Codegen API, without “/v1”.'),
      default: codegenUrl,
    },
    {
      kind: 'secret',
      id: 'token',
      title: localize('API token'),
      prompt: localize('Generate one at https://codegen.com/token. It has the same rights as you.'),
      validate: (value) =>
        isHeaderText(value) ? undefined : localize('An API token has no spaces and no special characters.'),
    },
    {
      kind: 'choice',
      id: 'organization',
      title: localize('Organization'),
      prompt: localize('The organization whose connected providers are shown.'),
      options: (draft, io, signal) => organizationOptions(draft, io, localize, signal),
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
    throw new TokenManagerError('rejected', localize('This API token belongs to no organization.'));
  }
  return organizations.map(({ id, name }) => ({ value: String(id), label: name, description: `#${id}` }));
}

async function signIn(draft: Draft, io: FormIo, localize: Localize, signal: AbortSignal): Promise<SignIn> {
  const { baseUrl, organization: id } = understood(
    settingsSchema().omit({ organizationName: true }),
    draft.settings,
  );
  const api = draftApi(draft, io, localize);
  const user = await api.me(signal);
  const organization = (await api.organizations(signal)).find((candidate) => String(candidate.id) === id);
  if (!organization) {
    throw new TokenManagerError('notFound', localize('The API token does not reach organization {0}.', id));
  }
  await api.status(id, signal);
  const userName = user.github_username || user.full_name || user.email || String(user.id);
  return {
    account: {
      id: `${user.id}/${organization.id}`,
      name: localize('{0} in {1}', userName, organization.name),
    },
    settings: { baseUrl, organization: id, organizationName: organization.name },
    secrets: { token: tokenOf(draft.secrets) },
  };
}

function draftApi({ settings, secrets }: Draft, io: FormIo, localize: Localize): CodegenApi {
  const { baseUrl } = understood(settingsSchema().pick({ baseUrl: true }), settings);
  return new CodegenApi(io.http(baseUrl), tokenOf(secrets), localize);
}

function tokenOf({ token }: Secrets): Secret {
  return requireSecret(token);
}

class CodegenSession implements AdapterSession {
  readonly #localize: Localize;
  readonly #api: CodegenApi;
  readonly #organization: string;
  readonly #organizationName: string;
  readonly webPage?: string;

  readonly revocation: Revocation = {
    reach: (target) => this.#reach(target),
    revoke: (target, signal) => this.#revoke(target, signal),
  };

  constructor(config: ConnectionConfig, io: AdapterIo, localize: Localize) {
    const settings = understood(settingsSchema(), config.settings);
    this.#localize = localize;
    this.#api = new CodegenApi(io.http(settings.baseUrl), tokenOf(config.secrets), localize);
    this.#organization = settings.organization;
    this.#organizationName = settings.organizationName;
    if (this.#api.isVendorsOwn) {
      this.webPage = integrationsPage;
    }
  }

  async list(_parent: unknown, _cursor: unknown, _options: unknown, signal: AbortSignal): Promise<Page> {
    const [providers, { integrations, problems }] = await Promise.all([
      this.#api.status(this.#organization, signal),
      this.#integrations(signal),
    ]);
    return { items: codegenRows(providers, integrations, this.#localize), problems };
  }

  /** The status call alone says whether tokens are left: the integrations keep naming a provider without. */
  async read([row, below]: ItemPath, signal: AbortSignal): Promise<Item | undefined> {
    if (isRevocable(row) && !(await this.#api.status(this.#organization, signal)).get(row.id)) {
      return undefined;
    }
    const { items } = await this.list(undefined, undefined, undefined, signal);
    const found = items.find(({ id }) => id === row.id);
    if (!below || found?.children.kind !== 'inline') {
      return below ? undefined : found;
    }
    return found.children.items.find(({ id }) => id === below.id);
  }

  /** The providers are worth showing without them, so a failure is only told. */
  async #integrations(signal: AbortSignal): Promise<{ integrations: Integration[]; problems: Error[] }> {
    try {
      return { integrations: await this.#api.integrations(this.#organization, signal), problems: [] };
    } catch (thrown) {
      throwIfCancelled(signal);
      return { integrations: [], problems: [TokenManagerError.from(thrown)] };
    }
  }

  #reach(target: ItemPath): Reach {
    const { name } = provider(target);
    return {
      sentence: this.#localize(
        'ALL of your tokens for “{0}” in the organization “{1}” are marked inactive, not just one.',
        name,
        this.#organizationName,
      ),
      warnings: [
        this.#localize(
          'They cannot be brought back. To use “{0}” again, connect it anew on the integrations page of Codegen.',
          name,
        ),
      ],
    };
  }

  async #revoke(target: ItemPath, signal: AbortSignal): Promise<RevokeOutcome> {
    await this.#api.revoke(provider(target).id, this.#organization, signal);
    return { kind: 'accepted' };
  }
}

function provider(target: ItemPath): Item {
  const row = target.at(-1);
  if (!row || !isRevocable(row)) {
    throw new TokenManagerError('unsupported', '', { code: 'revoke' });
  }
  return row;
}

function isRevocable({ actions }: Item): boolean {
  return actions.includes('revoke');
}
