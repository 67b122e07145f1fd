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
import { settled, TokenManagerError } from '../../core/model/errors.ts';
import type { Item, ItemAction, ItemPath } from '../../core/model/item.ts';
import { Secret } from '../../core/model/secret.ts';
import type { Localize, Secrets } from '../../core/ports.ts';
import { isHeaderText } from '../support/headerText.ts';
import { present } from '../support/present.ts';
import { DescribedApi, type Rotated } from './api.ts';
import type { ServiceDescription } from './description.ts';
import { sameLength } from './moments.ts';
import { tokenRow } from './rows.ts';

/** Names of form steps; connections are stored under them. */
const urlStep = 'baseUrl';
const credentialStep = 'credential';
/** Kept beside the credential while a rotation is under way, and afterwards when its answer was lost. */
const rotationMark = '.rotation';

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
  const [account, page] = await Promise.all([
    settled(api.account(signal)),
    settled(api.page(undefined, false, signal)),
  ]);
  // A service that answers `200 {}` to a wrong credential says at the list what is wrong.
  if (page instanceof TokenManagerError) {
    throw page;
  }
  if (account instanceof TokenManagerError) {
    throw account;
  }
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
  /** Whether the service has said which token is in use. */
  #isOwnKnown = false;

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
    const unusable =
      items.length < rows.length
        ? [new TokenManagerError('protocol', this.#description.token.id, { code: 'unexpected-shape' })]
        : [];
    return {
      items,
      ...(page.next !== undefined && { next: page.next }),
      ...(page.total !== undefined && { total: page.total }),
      ...(leavesOutExpired(this.#description, includeExpired) && { leavesOutExpired: true }),
      problems: [...unusable, ...(page.problem ? [page.problem] : [])],
    };
  }

  /** Asked once a connection; a failure is not worth losing the list for, and is tried again next time. */
  async #knownOwnId(signal: AbortSignal): Promise<string | undefined> {
    this.#ownId ??= this.#api.ownId(signal);
    try {
      const ownId = await this.#ownId;
      this.#isOwnKnown = ownId !== undefined;
      return ownId;
    } catch {
      this.#isOwnKnown = false;
      this.#ownId = undefined;
      return undefined;
    }
  }

  #reach([token]: ItemPath): Reach {
    const { revoke, name } = this.#description;
    return {
      sentence: revoke?.reach ?? this.#localize('Whatever uses this token loses its access to {0}.', name),
      warnings: this.#ownWarnings(token),
    };
  }

  #ownWarnings({ isOwnCredential }: Item): string[] {
    if (isOwnCredential) {
      return [this.#localize('This connection uses the token itself and will need a new one.')];
    }
    return this.#isOwnKnown
      ? []
      : [
          this.#localize(
            'Which token this connection uses itself could not be told: if it is this one, the connection will need a new one.',
          ),
        ];
  }

  async #revoke(target: ItemPath, signal: AbortSignal): Promise<RevokeOutcome> {
    const token = actingOn(target, 'revoke');
    return { kind: (await this.#api.revoke(token.id, signal)) ? 'accepted' : 'alreadyGone' };
  }

  /**
   * Only ever the connection's own token: the new value replaces the stored one and is not shown. What another
   * window has stored meanwhile is adopted, and a value whose rotation may have happened is not sent again, because
   * services take the successor back when a used-up value comes: https://gitlab.com/gitlab-org/gitlab/-/issues/524639
   */
  async #rotate(target: ItemPath): Promise<RenewOutcome> {
    const token = actingOn(target, 'renew');
    const secrets = await this.#io.readSecrets();
    const stored = credentialOf(secrets);
    this.#ownId = undefined;
    if (!stored.equals(this.#credential)) {
      this.#credential = stored;
      return {};
    }
    if (secrets[rotationMark]) {
      await this.#assertStillGood();
    }
    const { value, expiresAt } = await this.#rotated(token);
    // In memory first: should storing fail, this session goes on with what works.
    this.#credential = value;
    const changes = { [credentialStep]: value, [rotationMark]: undefined };
    await this.#io.saveSecrets(changes, { isIrreplaceable: true });
    return expiresAt === undefined ? {} : { expiresAt };
  }

  async #rotated(token: Item): Promise<Rotated> {
    await this.#io.saveSecrets({ [rotationMark]: new Secret('sent') });
    try {
      return await this.#api.rotate(token.id, sameLength(token, this.#io.clock.now()));
    } catch (thrown) {
      const error = TokenManagerError.from(thrown);
      if (error.traits.refused) {
        await settled(this.#io.saveSecrets({ [rotationMark]: undefined }));
      }
      throw error;
    }
  }

  /** Reading takes nothing back: a value that still reads was not rotated, whatever became of the answer. */
  async #assertStillGood(): Promise<void> {
    const { signal } = new AbortController();
    const answer = await settled(this.#api.page(undefined, false, signal));
    if (answer instanceof TokenManagerError) {
      const detail = this.#localize(
        'The answer to the last renewal was lost, so that the stored token may be used up. Enter the new one, or make another.',
      );
      throw answer.kind === 'unauthorized'
        ? new TokenManagerError('unauthorized', detail, { code: 'renewal-in-doubt' })
        : answer;
    }
  }

  get #api(): DescribedApi {
    return new DescribedApi(this.#io.http(this.#baseUrl), this.#description, this.#credential);
  }
}

/** Whether there may be expired tokens that the service was not asked for. */
function leavesOutExpired({ list }: ServiceDescription, includeExpired: boolean): boolean {
  return !includeExpired && Object.keys(list.activeQuery).length > 0;
}

/** @throws `unsupported` when that cannot be done to this very row */
function actingOn(target: ItemPath, action: ItemAction): Item {
  const row = target.at(-1);
  if (!row?.actions.includes(action)) {
    throw new TokenManagerError('unsupported', '', { code: action });
  }
  return row;
}
