import type {
  AdapterIo,
  AdapterSession,
  ConnectionConfig,
  ListOptions,
  Page,
  Reach,
  RenewOutcome,
  Revocation,
  RevokeOutcome,
} from '../../core/adapter/contract.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import type { Item, ItemAction, ItemPath } from '../../core/model/item.ts';
import { Secret } from '../../core/model/secret.ts';
import type { Localize, Secrets } from '../../core/ports.ts';
import { forEachYielding, Slices } from '../../core/yielding.ts';
import { requireSecret } from '../support/requireSecret.ts';
import { sectionRow } from '../support/sectionRow.ts';
import { takeRows } from '../support/takeRows.ts';
import { DescribedApi, type Rotated } from './api.ts';
import { credentialStep, keptSecrets, textSetting, urlStep, valuesOf } from './credential.ts';
import { type Section, type ServiceDescription, sectionsOf } from './description.ts';
import { sameLength } from './moments.ts';
import { reachWords } from './reach.ts';
import { tokenRow } from './rows.ts';
import { credentialsOf, SignedIn } from './signIn.ts';

/** Kept beside the credential while a rotation is under way, and afterwards when its answer was lost. */
const rotationMark = '.rotation';

/** Which token of a list is in use. */
interface OwnToken {
  asked: Promise<string | undefined> | undefined;
  /** Whether the service has said it. */
  isKnown: boolean;
}

export class DescribedSession implements AdapterSession {
  readonly #description: ServiceDescription;
  readonly #sections: readonly Section[];
  readonly #config: ConnectionConfig;
  readonly #io: AdapterIo;
  readonly #localize: Localize;
  #secrets: Secrets;
  readonly #signedIn = new SignedIn();
  #own = new Map<Section, OwnToken>();
  /** The row of the token in use, once a list has shown it. */
  #ownPath: readonly string[] | undefined;

  readonly revocation?: Revocation;
  readonly pause?: (target: ItemPath, signal: AbortSignal) => Promise<void>;
  readonly resume?: (target: ItemPath, signal: AbortSignal) => Promise<void>;
  readonly renew?: (target: ItemPath, signal: AbortSignal) => Promise<RenewOutcome>;

  constructor(description: ServiceDescription, config: ConnectionConfig, io: AdapterIo, localize: Localize) {
    this.#description = description;
    this.#sections = sectionsOf(description);
    this.#config = config;
    this.#io = io;
    this.#localize = localize;
    textSetting(config.settings, urlStep);
    this.#secrets = keptSecrets(description, config.secrets);
    if (this.#sections.some(({ revoke }) => revoke)) {
      this.revocation = {
        reach: (target) => this.#reach(target),
        revoke: (target, signal) => this.#revoke(target, signal),
      };
    }
    if (this.#sections.some(({ rotate, extend }) => rotate ?? extend)) {
      this.renew = (target) => this.#renew(target);
    }
    if (this.#sections.some(({ pause }) => pause)) {
      this.pause = (target, signal) => this.#change(target, 'pause', signal);
    }
    if (this.#sections.some(({ resume }) => resume)) {
      this.resume = (target, signal) => this.#change(target, 'resume', signal);
    }
  }

  async list(
    parent: ItemPath | undefined,
    cursor: string | undefined,
    { includeExpired }: ListOptions,
    signal: AbortSignal,
  ): Promise<Page> {
    if (!parent && this.#description.lists) {
      return {
        items: this.#sections.map(({ id = '', name = id }) =>
          sectionRow(id, name, { kind: 'list', open: true }),
        ),
      };
    }
    const section = this.#sectionOf(parent);
    const [page, ownId] = await Promise.all([
      this.#api().page(section, cursor, includeExpired, signal),
      this.#knownOwnId(section, signal),
    ]);
    const context = { ownId, now: this.#io.clock.now(), localize: this.#localize };
    const { taken, problems } = takeRows(page.tokens);
    const items: Item[] = [];
    const show = (token: unknown) => {
      const row = tokenRow(section, token, context);
      if (row) {
        items.push(row);
      }
    };
    await forEachYielding(taken, show, new Slices(signal));
    const own = items.find(({ isOwnCredential }) => isOwnCredential);
    this.#ownIn(section).isKnown ||= own !== undefined;
    this.#ownPath = own ? [...(parent ?? []).map(({ id }) => id), own.id] : this.#ownPath;
    const unusable =
      items.length < taken.length
        ? [new TokenManagerError('protocol', section.token.id, { code: 'unexpected-shape' })]
        : [];
    const leavesOutExpired = !includeExpired && Object.keys(section.list.activeQuery).length > 0;
    return {
      items,
      ...(page.next !== undefined && { next: page.next }),
      ...(page.total !== undefined && { total: page.total }),
      ...(leavesOutExpired && { leavesOutExpired }),
      problems: [...unusable, ...problems, ...(page.problem ? [page.problem] : [])],
    };
  }

  find(value: Secret): readonly string[] | undefined {
    return this.#secrets[credentialStep]?.equals(value) ? this.#ownPath : undefined;
  }

  /** The list that a row stands in. @throws `unsupported` */
  #sectionOf(path: ItemPath | undefined): Section {
    const section = this.#description.lists
      ? this.#sections.find(({ id }) => id === path?.[0].id)
      : this.#sections[0];
    if (!section) {
      throw new TokenManagerError('unsupported', '', { code: 'list' });
    }
    return section;
  }

  #ownIn(section: Section): OwnToken {
    const known = this.#own.get(section) ?? { asked: undefined, isKnown: false };
    this.#own.set(section, known);
    return known;
  }

  /** Asked once a connection; a failure is not worth losing the list for, and is tried again next time. */
  async #knownOwnId(section: Section, signal: AbortSignal): Promise<string | undefined> {
    const own = this.#ownIn(section);
    own.asked ??= this.#api().ownId(section, signal);
    try {
      const ownId = await own.asked;
      own.isKnown = ownId !== undefined;
      return ownId;
    } catch {
      own.isKnown = false;
      own.asked = undefined;
      return undefined;
    }
  }

  #reach(target: ItemPath): Reach {
    const section = this.#sectionOf(target);
    const token = target[target.length - 1];
    const words = reachWords(section.noun ?? 'token', this.#description.name, this.#localize);
    return {
      sentence: section.revoke?.reach ?? words,
      warnings: this.#ownWarnings(section, token?.isOwnCredential ?? false),
    };
  }

  #ownWarnings(section: Section, isOwn: boolean): string[] {
    if (isOwn) {
      return [this.#localize('This connection uses the token itself and will need a new one.')];
    }
    return this.#ownIn(section).isKnown
      ? []
      : [
          this.#localize(
            'It is not known which token this connection uses. If it is this one, the connection will need a new one.',
          ),
        ];
  }

  async #revoke(target: ItemPath, signal: AbortSignal): Promise<RevokeOutcome> {
    const token = actingOn(target, 'revoke');
    const isDone = await this.#api().revoke(this.#sectionOf(target), token.id, signal);
    return { kind: isDone ? 'accepted' : 'alreadyGone' };
  }

  async #change(target: ItemPath, act: 'pause' | 'resume', signal: AbortSignal): Promise<void> {
    await this.#api().pause(this.#sectionOf(target), act, actingOn(target, act).id, signal);
  }

  async #renew(target: ItemPath): Promise<RenewOutcome> {
    const token = actingOn(target, 'renew');
    const section = this.#sectionOf(target);
    if (section.rotate && token.isOwnCredential) {
      return this.#rotate(section, token);
    }
    const newEnd = sameLength(token, this.#io.clock.now());
    if (newEnd === undefined) {
      const detail = this.#localize('It has no end, or it is not known how long it was made for.');
      throw new TokenManagerError('rejected', detail, { code: 'no-length' });
    }
    return this.#api().extend(section, token.id, newEnd);
  }

  /**
   * Only ever the connection's own token: the new value replaces the stored one and is not shown. What another
   * window has stored meanwhile is adopted, and a value whose rotation may have happened is not sent again, because
   * services take the successor back when a used-up value comes: https://gitlab.com/gitlab-org/gitlab/-/issues/524639
   */
  async #rotate(section: Section, token: Item): Promise<RenewOutcome> {
    const secrets = await this.#io.readSecrets();
    const stored = keptSecrets(this.#description, secrets);
    this.#own = new Map();
    this.#ownPath = undefined;
    if (!requireSecret(stored[credentialStep]).equals(requireSecret(this.#secrets[credentialStep]))) {
      this.#secrets = stored;
      return {};
    }
    if (secrets[rotationMark]) {
      await this.#assertStillGood(section);
    }
    const { value, expiresAt } = await this.#rotated(section, token);
    // In memory first: should storing fail, this session goes on with what works.
    this.#secrets = { ...stored, [credentialStep]: value };
    const changes = { [credentialStep]: value, [rotationMark]: undefined };
    await this.#io.saveSecrets(changes, { isIrreplaceable: true });
    return expiresAt === undefined ? {} : { expiresAt };
  }

  async #rotated(section: Section, token: Item): Promise<Rotated> {
    await this.#io.saveSecrets({ [rotationMark]: new Secret('sent') });
    try {
      return await this.#api().rotate(section, token.id, sameLength(token, this.#io.clock.now()));
    } catch (thrown) {
      const error = TokenManagerError.from(thrown);
      if (error.traits.refused) {
        await toResult(this.#io.saveSecrets({ [rotationMark]: undefined }));
      }
      throw error;
    }
  }

  /** Reading takes nothing back: a value that still reads was not rotated, whatever became of the answer. */
  async #assertStillGood(section: Section): Promise<void> {
    const { signal } = new AbortController();
    const answer = await toResult(this.#api().page(section, undefined, false, signal));
    if (answer instanceof TokenManagerError) {
      const detail = this.#localize(
        'The response to the last renewal was lost, so the stored token may be invalid. Enter the new one, or create another.',
      );
      throw answer.kind === 'unauthorized'
        ? new TokenManagerError('unauthorized', detail, { code: 'renewal-in-doubt' })
        : answer;
    }
  }

  #api(): DescribedApi {
    const { settings } = this.#config;
    return new DescribedApi(
      this.#io.http(textSetting(settings, urlStep)),
      this.#description,
      credentialsOf(this.#description, this.#secrets, settings, this.#signedIn),
      valuesOf(this.#description, settings),
    );
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
