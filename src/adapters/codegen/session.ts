import type {
  AdapterIo,
  AdapterSession,
  ConnectionConfig,
  Page,
  Reach,
  Revocation,
  RevokeOutcome,
} from '../../core/adapter/contract.ts';
import { TokenManagerError, throwIfCancelled } from '../../core/model/errors.ts';
import type { Item, ItemPath } from '../../core/model/item.ts';
import type { Localize } from '../../core/ports.ts';
import { Slices } from '../../core/yielding.ts';
import { requireSecret } from '../support/requireSecret.ts';
import type { ReadRows } from '../support/restClient.ts';
import { parseSettings } from '../support/storedSettings.ts';
import { CodegenApi, type Integration } from './api.ts';
import { codegenRows } from './rows.ts';
import { storedSettings } from './settings.ts';

const integrationsPage = 'https://codegen.com/integrations';

export class CodegenSession implements AdapterSession {
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
    const settings = parseSettings(storedSettings(), config.settings);
    this.#localize = localize;
    this.#api = new CodegenApi(io.http(settings.baseUrl), requireSecret(config.secrets.token), localize);
    this.#organization = settings.organization;
    this.#organizationName = settings.organizationName;
    if (this.#api.isVendorsOwn) {
      this.webPage = integrationsPage;
    }
  }

  async list(_parent: unknown, _cursor: unknown, _options: unknown, signal: AbortSignal): Promise<Page> {
    const [providers, { rows, problems }] = await Promise.all([
      this.#api.status(this.#organization, signal),
      this.#integrations(signal),
    ]);
    return { items: await codegenRows(providers, rows, this.#localize, new Slices(signal)), problems };
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
  async #integrations(signal: AbortSignal): Promise<ReadRows<Integration>> {
    try {
      return await this.#api.integrations(this.#organization, signal);
    } catch (thrown) {
      throwIfCancelled(signal);
      return { rows: [], problems: [TokenManagerError.from(thrown)] };
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
          'This cannot be undone. To use “{0}” again, reconnect it on the integrations page of Codegen.',
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
