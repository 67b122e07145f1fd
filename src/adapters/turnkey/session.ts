import type {
  AdapterIo,
  AdapterSession,
  ConnectionConfig,
  Page,
  Reach,
  Revocation,
  RevokeOutcome,
} from '../../core/adapter/contract.ts';
import { TokenManagerError, throwIfCancelled, toResult } from '../../core/model/errors.ts';
import type { Item, ItemPath } from '../../core/model/item.ts';
import type { Clock, Localize } from '../../core/ports.ts';
import { mapYielding, Slices } from '../../core/yielding.ts';
import { picked } from '../support/picked.ts';
import { besideWords } from '../support/restClient.ts';
import { parseSettings } from '../support/storedSettings.ts';
import {
  type Activity,
  type LinkPlace,
  type OauthProvider,
  subOrganizationsPerPage,
  TurnkeyApi,
  type User,
} from './api.ts';
import { keyPair } from './keys.ts';
import { linkItem, organizationItem, subOrganizationsItem, userItem } from './rows.ts';
import { storedSettings, turnkeyUrl } from './settings.ts';

const dashboard = 'https://app.turnkey.com';

/** How often the vendor's own client asks how an activity is getting on. */
const pollEveryMs = 500;
const pollForMs = 30_000;

export class TurnkeySession implements AdapterSession {
  readonly #localize: Localize;
  readonly #clock: Clock;
  readonly #organizationId: string;
  readonly #picked: readonly string[];
  readonly #api: TurnkeyApi;
  /** How many links each user had when last read, by user id: the last one is not to go without a warning. */
  readonly #linkCounts = new Map<string, number>();
  /** Epoch milliseconds of the last activity submitted. */
  #submittedAt = 0;
  readonly webPage?: string;

  readonly revocation: Revocation = {
    reach: (target, together) => this.#reach(target, together?.length ?? 1),
    revoke: (target, signal) => this.#revoke(target, signal),
    outcome: async (target, reference, signal) => {
      const place = this.#placeOf(target);
      return this.#outcome(await this.#asked(place.organizationId, reference, signal), place, signal);
    },
  };

  constructor(config: ConnectionConfig, io: AdapterIo, localize: Localize) {
    const settings = parseSettings(storedSettings(), config.settings);
    const http = io.http(settings.baseUrl);
    this.#localize = localize;
    this.#clock = io.clock;
    this.#organizationId = settings.organizationId;
    this.#picked = settings.users;
    this.#api = new TurnkeyApi(http, keyPair(settings.apiPublicKey, config.secrets, localize), localize);
    if (http.baseUrl === new URL(turnkeyUrl).href) {
      this.webPage = dashboard;
    }
  }

  async list(
    parent: ItemPath | undefined,
    cursor: string | undefined,
    _: unknown,
    signal: AbortSignal,
  ): Promise<Page> {
    const row = parent?.at(-1);
    switch (row?.kind) {
      case undefined:
        return this.#listOutermost(signal);
      case 'section':
        return this.#listSubOrganizations(cursor, signal);
      case 'organization':
        return this.#users(row.id, signal);
      case 'user':
        return this.#links(this.#organizationOf(parent), row.id, signal);
      default:
        throw new TokenManagerError('unsupported');
    }
  }

  /** Only links are ever changed from here; the rows above them are found where they are listed. */
  async read(target: ItemPath, signal: AbortSignal): Promise<Item | undefined> {
    const row = target.at(-1);
    if (row?.kind === 'section' || row?.kind === 'organization') {
      return row;
    }
    const organizationId = this.#organizationOf(target);
    const siblings =
      row?.kind === 'user'
        ? await this.#users(organizationId, signal)
        : await this.#links(organizationId, linkPath(target).user.id, signal);
    const found = siblings.items.find(({ id }) => id === row?.id);
    const [problem] = siblings.problems;
    if (!found && problem) {
      // It may be what could not be read.
      throw problem;
    }
    return found;
  }

  async #listOutermost(signal: AbortSignal): Promise<Page> {
    const users = await this.#users(this.#organizationId, signal);
    const { rows, problems } = picked(users.items, this.#picked, (id) =>
      this.#localize('The user {0}, picked for this connection, no longer exists.', id),
    );
    return {
      items: [...rows, subOrganizationsItem(this.#localize)],
      problems: [...users.problems, ...problems],
    };
  }

  async #listSubOrganizations(cursor: string | undefined, signal: AbortSignal): Promise<Page> {
    const ids = await this.#api.subOrganizations(this.#organizationId, cursor, signal);
    const items = await mapYielding(ids, (id) => organizationItem(id, this.#localize), new Slices(signal));
    const last = ids.at(-1);
    const isFull = ids.length >= subOrganizationsPerPage && last !== undefined;
    return { items, ...(isFull && { next: last }) };
  }

  async #users(organizationId: string, signal: AbortSignal): Promise<ReadItems> {
    const { rows, problems } = await this.#api.users(organizationId, signal);
    const show = (user: User) => {
      this.#linkCounts.set(user.userId, user.oauthProviders.length);
      return userItem(user, this.#localize);
    };
    return { items: await mapYielding(rows, show, new Slices(signal)), problems };
  }

  async #links(organizationId: string, userId: string, signal: AbortSignal): Promise<ReadItems> {
    const { rows, problems } = await this.#api.oauthProviders(organizationId, userId, signal);
    this.#linkCounts.set(userId, rows.length);
    const show = (provider: OauthProvider) => linkItem(provider, this.#localize);
    return { items: await mapYielding(rows, show, new Slices(signal)), problems };
  }

  /** @param count how many of the user's links go in the same act */
  #reach(target: ItemPath, count: number): Reach {
    const { user, link } = linkPath(target);
    const sentence = this.#localize(
      'The sign-in “{0}” is unlinked from the user “{1}”, who can then no longer use it.',
      link.name,
      user.name,
    );
    const lockOut =
      count > 1
        ? this.#localize(
            'No sign-in stays linked to “{0}”. Without another way to sign in, the user is locked out.',
            user.name,
          )
        : this.#localize(
            'It is the last sign-in linked to “{0}”. Without another way to sign in, the user is locked out.',
            user.name,
          );
    // Not having counted them is no reason to keep quiet.
    const isLast = (this.#linkCounts.get(user.id) ?? 1) <= count;
    const isBelow = this.#organizationOf(target) !== this.#organizationId;
    return {
      sentence,
      warnings: [...(isLast ? [lockOut] : []), ...(isBelow ? [this.#parentKeyWords()] : [])],
    };
  }

  async #revoke(target: ItemPath, signal: AbortSignal): Promise<RevokeOutcome> {
    const place = this.#placeOf(target);
    const submitted = await this.#submit(place, signal);
    const activity = await this.#ended(submitted, place.organizationId, signal);
    return this.#outcome(activity, place, signal);
  }

  /** That the question was rejected says nothing of what was asked about. */
  async #asked(organizationId: string, activityId: string, signal: AbortSignal): Promise<Activity> {
    const activity = await toResult(this.#api.activity(organizationId, activityId, signal));
    if (activity instanceof TokenManagerError) {
      throw activity.kind === 'rejected'
        ? new TokenManagerError('protocol', activity.detail, { code: 'not-asked', cause: activity })
        : activity;
    }
    return activity;
  }

  #placeOf(target: ItemPath): LinkPlace {
    const { user, link } = linkPath(target);
    return { organizationId: this.#organizationOf(target), userId: user.id, providerId: link.id };
  }

  async #submit(place: LinkPlace, signal: AbortSignal): Promise<Activity> {
    // The moment is what tells a new activity from an old one, so no two may have the same.
    this.#submittedAt = Math.max(this.#clock.now(), this.#submittedAt + 1);
    try {
      return await this.#api.deleteOauthProvider(place, this.#submittedAt, signal);
    } catch (thrown) {
      const error = TokenManagerError.from(thrown);
      if (error.kind !== 'forbidden' || place.organizationId === this.#organizationId) {
        throw error;
      }
      const { status, code } = error;
      const detail = besideWords(this.#parentKeyWords(), error.detail, this.#localize);
      throw new TokenManagerError('forbidden', detail, {
        cause: error,
        ...(status !== undefined && { status }),
        ...(code !== undefined && { code }),
      });
    }
  }

  #parentKeyWords(): string {
    return this.#localize(
      'The user belongs to a sub-organization, which the API key of its parent organization usually may not change.',
    );
  }

  /** The activity as soon as nothing more happens by itself, or as it was when asking ended. */
  async #ended(submitted: Activity, organizationId: string, signal: AbortSignal): Promise<Activity> {
    const deadline = this.#clock.now() + pollForMs;
    let activity = submitted;
    // Counted as well, because the clock is the service's, which may run backwards.
    for (let asked = 0; isRunning(activity) && asked * pollEveryMs < pollForMs; asked++) {
      if (this.#clock.now() >= deadline) {
        break;
      }
      await this.#clock.sleep(pollEveryMs, signal);
      try {
        activity = await this.#api.activity(organizationId, activity.id, signal);
      } catch (thrown) {
        throwIfCancelled(signal);
        if (!TokenManagerError.from(thrown).traits.mayPass) {
          throw thrown;
        }
        break; // It has been accepted; not being able to ask how it goes does not make it fail.
      }
    }
    return activity;
  }

  async #outcome(activity: Activity, place: LinkPlace, signal: AbortSignal): Promise<RevokeOutcome> {
    const { id, status, reason } = activity;
    switch (status) {
      case 'ACTIVITY_STATUS_COMPLETED':
        return { kind: 'accepted' };
      case 'ACTIVITY_STATUS_CREATED':
      case 'ACTIVITY_STATUS_PENDING':
        return { kind: 'stillRunning', reference: id };
      case 'ACTIVITY_STATUS_CONSENSUS_NEEDED':
      case 'ACTIVITY_STATUS_AUTHENTICATORS_NEEDED':
        return { kind: 'waitingForApproval', reference: id };
      case 'ACTIVITY_STATUS_REJECTED':
        throw new TokenManagerError('rejected', this.#localize('The activity {0} was rejected.', id), {
          code: status,
        });
      case 'ACTIVITY_STATUS_FAILED':
        // How it fails when the link is not there (any more) is not documented, so look.
        if (!(await this.#isLinked(place, signal))) {
          return { kind: 'alreadyGone' };
        }
        throw new TokenManagerError('rejected', this.#failureWords(id, reason), { code: status });
    }
  }

  #failureWords(id: string, reason: string): string {
    return reason === ''
      ? this.#localize('The activity {0} failed.', id)
      : this.#localize('The activity {0} failed: {1}', id, reason);
  }

  /** When that cannot be read, the activity's own failure is what there is to tell. */
  async #isLinked({ organizationId, userId, providerId }: LinkPlace, signal: AbortSignal): Promise<boolean> {
    try {
      const { items, problems } = await this.#links(organizationId, userId, signal);
      return problems.length > 0 || items.some(({ id }) => id === providerId);
    } catch {
      return true;
    }
  }

  #organizationOf(path: ItemPath | undefined): string {
    return path?.find(({ kind }) => kind === 'organization')?.id ?? this.#organizationId;
  }
}

interface ReadItems {
  readonly items: readonly Item[];
  readonly problems: readonly TokenManagerError[];
}

function isRunning({ status }: Activity): boolean {
  return status === 'ACTIVITY_STATUS_CREATED' || status === 'ACTIVITY_STATUS_PENDING';
}

/** The path of a link's own row. @throws `unsupported` for any other row */
function linkPath(path: ItemPath): { readonly user: Item; readonly link: Item } {
  const [user, link] = path.slice(-2);
  if (user?.kind !== 'user' || link?.kind !== 'identity') {
    throw new TokenManagerError('unsupported', '', { code: 'revoke' });
  }
  return { user, link };
}
