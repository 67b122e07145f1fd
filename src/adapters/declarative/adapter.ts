import type {
  AdapterIo,
  AdapterSession,
  ConnectionConfig,
  Draft,
  FormIo,
  FormStep,
  ListOptions,
  Page,
  ProviderAdapter,
  Reach,
  RenewOutcome,
  Revocation,
  RevokeOutcome,
  SignIn,
} from '../../core/adapter/contract.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Item, ItemAction, ItemPath } from '../../core/model/item.ts';
import { Secret } from '../../core/model/secret.ts';
import type { Localize, Secrets } from '../../core/ports.ts';
import { isHeaderText } from '../support/headerText.ts';
import { present } from '../support/present.ts';
import { DescribedApi } from './api.ts';
import type { ServiceDescription } from './description.ts';
import { tokenRow } from './rows.ts';

/** Names of form steps; connections are stored under them. */
const urlStep = 'baseUrl';
const credentialStep = 'credential';

/** An adapter for a REST API that a description is enough for. */
export function describedAdapter(description: ServiceDescription, localize: Localize): ProviderAdapter {
  return {
    id: description.id,
    displayName: description.name,
    description: description.summary ?? localize('Tokens of a service that was added by a description'),
    form: form(description, localize),
    signIn: (draft, io, signal) => signIn(description, draft, io, localize, signal),
    open: (config, io) => new DescribedSession(description, config, io, localize),
  };
}

export function draftApi(description: ServiceDescription, draft: Draft, io: FormIo): DescribedApi {
  return new DescribedApi(io.http(baseUrlOf(draft)), description, credentialOf(draft.secrets));
}

function form({ baseUrl, credential, name }: ServiceDescription, localize: Localize): FormStep[] {
  return [
    {
      kind: 'url',
      id: urlStep,
      title: localize('API address'),
      prompt: localize('The address of the API of {0}.', name),
      default: baseUrl,
    },
    {
      kind: 'secret',
      id: credentialStep,
      title: credential.title,
      prompt:
        credential.prompt ??
        localize('It is sent to this address only, in the header {0}.', credential.header),
      validate: (value) =>
        isHeaderText(value) ? undefined : localize('An API token has no spaces and no special characters.'),
    },
  ];
}

async function signIn(
  description: ServiceDescription,
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<SignIn> {
  const api = draftApi(description, draft, io);
  const baseUrl = baseUrlOf(draft);
  const account = await api.account(signal);
  await api.page(undefined, false, signal);
  return {
    // Without a call that tells whose token it is, the address is all that is known of the account.
    account: account ?? {
      id: baseUrl,
      name: localize('{0} at {1}', description.name, new URL(baseUrl).host),
    },
    settings: { [urlStep]: baseUrl },
    secrets: { [credentialStep]: credentialOf(draft.secrets) },
  };
}

function baseUrlOf({ settings }: ConnectionConfig): string {
  const baseUrl = settings[urlStep];
  if (typeof baseUrl !== 'string') {
    throw new TokenManagerError('configuration', urlStep, { code: 'unusable-settings' });
  }
  return baseUrl;
}

function credentialOf({ [credentialStep]: credential }: Secrets): Secret {
  return present(credential);
}

class DescribedSession implements AdapterSession {
  readonly #description: ServiceDescription;
  readonly #io: AdapterIo;
  readonly #localize: Localize;
  readonly #baseUrl: string;
  #credential: Secret;
  #ownId: Promise<string | undefined> | undefined;

  readonly revocation?: Revocation;
  readonly renew?: (target: ItemPath, signal: AbortSignal) => Promise<RenewOutcome>;

  constructor(description: ServiceDescription, config: ConnectionConfig, io: AdapterIo, localize: Localize) {
    this.#description = description;
    this.#io = io;
    this.#localize = localize;
    this.#baseUrl = baseUrlOf(config);
    this.#credential = credentialOf(config.secrets);
    if (description.revoke) {
      this.revocation = {
        reach: (target) => this.#reach(target),
        revoke: (target, signal) => this.#revoke(target, signal),
      };
    }
    if (description.rotate) {
      this.renew = (target) => this.#rotate(target);
    }
  }

  async list(
    _parent: unknown,
    cursor: string | undefined,
    { includeExpired }: ListOptions,
    signal: AbortSignal,
  ): Promise<Page> {
    const [page, ownId] = await Promise.all([
      this.#api.page(cursor, includeExpired, signal),
      this.#knownOwnId(signal),
    ]);
    const rows = page.tokens.map((token) => tokenRow(this.#description, token, ownId, this.#localize));
    const items = rows.filter((row): row is Item => row !== undefined);
    const isIncomplete = items.length < rows.length;
    return {
      items,
      ...(page.next !== undefined && { next: page.next }),
      ...(page.total !== undefined && { total: page.total }),
      problems: isIncomplete
        ? [new TokenManagerError('protocol', this.#description.token.id, { code: 'unexpected-shape' })]
        : [],
    };
  }

  /** Asked once a connection; a failure is not worth losing the list for, and is tried again next time. */
  async #knownOwnId(signal: AbortSignal): Promise<string | undefined> {
    this.#ownId ??= this.#api.ownId(signal);
    try {
      return await this.#ownId;
    } catch {
      this.#ownId = undefined;
      return undefined;
    }
  }

  #reach([token]: ItemPath): Reach {
    const { revoke, name } = this.#description;
    const isOwn = token.actions.includes('renew') || token.remark !== undefined;
    return {
      sentence: revoke?.reach ?? this.#localize('Whatever uses this token loses its access to {0}.', name),
      warnings: isOwn
        ? [this.#localize('This connection uses the token itself and will need a new one.')]
        : [],
    };
  }

  async #revoke(target: ItemPath, signal: AbortSignal): Promise<RevokeOutcome> {
    const token = actingOn(target, 'revoke');
    return { kind: (await this.#api.revoke(token.id, signal)) ? 'accepted' : 'alreadyGone' };
  }

  /**
   * Only ever the connection's own token: the new value replaces the stored one, and nobody else sees it. What
   * another window has stored meanwhile is adopted, because services take the successor back when a used-up
   * value comes again: https://gitlab.com/gitlab-org/gitlab/-/issues/524639
   */
  async #rotate(target: ItemPath): Promise<RenewOutcome> {
    const token = actingOn(target, 'renew');
    const stored = credentialOf(await this.#io.readSecrets());
    if (stored.equals(this.#credential)) {
      const value = new Secret(await this.#api.rotate(token.id));
      await this.#io.saveSecrets({ [credentialStep]: value }, { isIrreplaceable: true });
      this.#credential = value;
    } else {
      this.#credential = stored;
    }
    this.#ownId = undefined;
    return {};
  }

  get #api(): DescribedApi {
    return new DescribedApi(this.#io.http(this.#baseUrl), this.#description, this.#credential);
  }
}

/** @throws `unsupported` when that cannot be done to this very row */
function actingOn(target: ItemPath, action: ItemAction): Item {
  const row = target.at(-1);
  if (!row?.actions.includes(action)) {
    throw new TokenManagerError('unsupported', '', { code: action });
  }
  return row;
}
