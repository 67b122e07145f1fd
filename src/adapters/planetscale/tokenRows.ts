import type { Children, Field, Item, ItemAction, Lifetime } from '../../core/model/item.ts';
import { noChildren } from '../../core/model/item.ts';
import { plainItem } from '../../core/model/plainItem.ts';
import type { Localize } from '../../core/ports.ts';
import { moment, text } from '../support/fields.ts';
import { accessGroups, hasAccesses } from './accessRows.ts';
import type { AttachedGrant } from './attachedGrants.ts';
import type { Accesses, Token } from './schemas.ts';

export interface TokenRowOptions {
  /** Attached grants by token id. */
  readonly grantOf: (tokenId: string) => AttachedGrant | undefined;
  /**
   * Whether what a token may do is kept with its row, or read again when the row is opened: it is most of what
   * the service says of a token, and there may be 100,000.
   */
  readonly keepsAccesses: boolean;
  readonly actors: ActorPool;
  readonly localize: Localize;
}

const momentsEach = 4;
type MomentOf = 'created' | 'updated' | 'expires' | 'lastUsed';
const placeOf: Readonly<Record<MomentOf, number>> = { created: 0, updated: 1, expires: 2, lastUsed: 3 };

/**
 * The rows of one page. What they have in common is kept once, and their moments are numbers of one array, not
 * four objects a row: of 100,000 tokens that is a tenth of the memory.
 */
export class TokenRows {
  readonly localize: Localize;
  readonly #options: TokenRowOptions;
  readonly #moments: Float64Array;
  #count = 0;

  /** @param most so many rows at most */
  constructor(most: number, options: TokenRowOptions) {
    this.localize = options.localize;
    this.#options = options;
    this.#moments = new Float64Array(most * momentsEach);
  }

  add(token: Token): Item {
    const index = this.#count++;
    const { created_at, updated_at, expires_at, last_used_at } = token;
    this.#moments.set([created_at, updated_at, expires_at, last_used_at].map(toNumber), index * momentsEach);
    return new TokenRow(token, this, index, this.#options);
  }

  moment(index: number, which: MomentOf): number | null | undefined {
    return fromNumber(this.#moments[index * momentsEach + placeOf[which]]);
  }
}

/** `null` is the vendor's "never"; nothing at all says nothing. */
function toNumber(moment: number | null | undefined): number {
  return moment === null ? Number.POSITIVE_INFINITY : (moment ?? Number.NaN);
}

function fromNumber(number: number | undefined): number | null | undefined {
  return number === Number.POSITIVE_INFINITY ? null : Number.isNaN(number) ? undefined : number;
}

/** On whose behalf tokens act. */
interface Actor {
  readonly name: string | null | undefined;
  readonly type: string | null | undefined;
}

/** One object for each actor of a list, however many tokens that actor has. */
export class ActorPool {
  readonly #byId = new Map<string, Actor>();

  intern({ actor_id: id, actor_display_name: name, actor_type: type }: Token): Actor {
    const known = id ? this.#byId.get(id) : undefined;
    if (known && known.name === name && known.type === type) {
      return known;
    }
    const actor = { name, type };
    if (id) {
      this.#byId.set(id, actor);
    }
    return actor;
  }
}

/** What only some rows have. */
interface Rest {
  readonly grant: AttachedGrant | undefined;
  readonly children: Children;
}

const readWhenOpened: Rest = { grant: undefined, children: { kind: 'list' } };
const nothingMore: Rest = { grant: undefined, children: noChildren };

/** A token in as few words as it takes to say everything about it. */
class TokenRow implements Item {
  readonly id: string;
  readonly #internalName: string | null | undefined;
  readonly #displayName: string | null | undefined;
  readonly #actor: Actor;
  readonly #rest: Rest;
  readonly #page: TokenRows;
  readonly #index: number;

  constructor(token: Token, page: TokenRows, index: number, options: TokenRowOptions) {
    this.id = token.id;
    this.#internalName = token.name;
    this.#displayName = token.display_name;
    this.#actor = options.actors.intern(token);
    this.#rest = restOf(token, options);
    this.#page = page;
    this.#index = index;
  }

  get kind(): 'token' {
    return 'token';
  }

  get name(): string {
    return this.#displayName || this.#internalName || this.id;
  }

  get status(): 'active' {
    return 'active';
  }

  get createdAt(): number | undefined {
    return this.#page.moment(this.#index, 'created') ?? undefined;
  }

  get lastUsedAt(): number | null | undefined {
    return this.#page.moment(this.#index, 'lastUsed');
  }

  get lifetime(): Lifetime {
    const at = this.#page.moment(this.#index, 'expires');
    return at === undefined ? { kind: 'unknown' } : at === null ? { kind: 'never' } : { kind: 'expires', at };
  }

  get owner(): string | undefined {
    return this.#actor.name || undefined;
  }

  get remark(): string | undefined {
    const { grant } = this.#rest;
    const { localize } = this.#page;
    return grant && remarkOf(grant, localize('refresh token attached'), localize);
  }

  get fields(): readonly Field[] {
    const { localize } = this.#page;
    return [
      ...text(localize('Name'), this.name),
      ...(this.#internalName === this.name ? [] : text(localize('Internal name'), this.#internalName)),
      ...text(localize('ID'), this.id),
      ...text(localize('Actor'), this.#actor.name),
      ...text(localize('Actor type'), this.#actor.type),
      ...moment(localize('Expires'), this.#page.moment(this.#index, 'expires'), localize('never')),
      ...moment(localize('Last used'), this.lastUsedAt, localize('never')),
      ...moment(localize('Created'), this.createdAt),
      ...moment(localize('Updated'), this.#page.moment(this.#index, 'updated')),
    ];
  }

  get children(): Children {
    return this.#rest.children;
  }

  /** Revoke stays even when the token has expired: its entry, and its refresh token, may well live on. */
  get actions(): readonly ItemAction[] {
    return this.#rest.grant ? ['revoke', 'renew', 'detach'] : ['revoke', 'attach'];
  }

  get identifier(): string {
    return this.id;
  }

  toJSON(): Item {
    return plainItem(this);
  }
}

function restOf(token: Token, { grantOf, keepsAccesses, localize }: TokenRowOptions): Rest {
  const grant = grantOf(token.id);
  if (!hasAccesses(token)) {
    return grant ? { grant, children: noChildren } : nothingMore;
  }
  if (!keepsAccesses) {
    return grant ? { ...readWhenOpened, grant } : readWhenOpened;
  }
  const { service_token_accesses, oauth_accesses_by_resource } = token;
  const accesses = { service_token_accesses, oauth_accesses_by_resource };
  return { grant, children: new InlineAccesses(accesses, localize) };
}

/** What a token may do, made into rows when they are opened. */
class InlineAccesses {
  readonly kind = 'inline';
  readonly isPassive = true;
  readonly #accesses: Accesses;
  readonly #localize: Localize;
  #items: readonly Item[] | undefined;

  constructor(accesses: Accesses, localize: Localize) {
    this.#accesses = accesses;
    this.#localize = localize;
  }

  get items(): readonly Item[] {
    this.#items ??= accessGroups(this.#accesses, this.#localize);
    return this.#items;
  }
}

/** What says that a row's attached grant is of no use any more, or may be. */
export function remarkOf({ isRenewing }: AttachedGrant, remark: string, localize: Localize): string {
  return isRenewing
    ? localize('{0}; its last renewal was interrupted, so it may be invalid', remark)
    : remark;
}
