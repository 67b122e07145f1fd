import type { Children, Field, Item, ItemAction, Lifetime } from '../../core/model.ts';
import { noChildren } from '../../core/model.ts';
import { plainItem } from '../../core/plainItem.ts';
import type { Localize } from '../../core/ports.ts';
import { moment, text } from '../support/fields.ts';
import { accessGroups, hasAccesses } from './accessRows.ts';
import type { Accesses, Token } from './api.ts';
import type { AttachedGrant } from './attachedGrants.ts';

/** What is the same for every row of one listing. */
export interface TokenRowsOptions {
  /** Attached grants by token id. */
  readonly grantOf: (tokenId: string) => AttachedGrant | undefined;
  /** Those seen so far by id: an application has far more tokens than people. */
  readonly people: People;
  /**
   * Whether what a token may do is kept with its row, or read again when the row is opened. It is most of
   * what the service says of a token, and there may be 100,000.
   */
  readonly keepsAccesses: boolean;
  readonly localize: Localize;
}

export type People = Map<string, Person>;

/** On whose behalf tokens act. */
export interface Person {
  readonly id: string | null | undefined;
  readonly name: string | null | undefined;
  readonly type: string | null | undefined;
  readonly avatar: string | null | undefined;
}

export function tokenRows(tokens: readonly Token[], options: TokenRowsOptions): Item[] {
  const shared = new SharedByRows(tokens.length, options);
  return tokens.map((token, index) => new TokenRow(token, index, shared));
}

/** The moments of one page's rows; numbers of this size cost three times as much as members of an object. */
class SharedByRows {
  readonly options: TokenRowsOptions;
  readonly #moments: Float64Array;

  constructor(rows: number, options: TokenRowsOptions) {
    this.options = options;
    this.#moments = new Float64Array(rows * momentsOfRow);
  }

  set(row: number, which: Moment, at: number | null | undefined): void {
    this.#moments[row * momentsOfRow + which] =
      at === undefined ? Number.NaN : at === null ? Number.POSITIVE_INFINITY : at;
  }

  /** `null` where the service says "never", `undefined` where it says nothing. */
  get(row: number, which: Moment): number | null | undefined {
    const at = this.#moments[row * momentsOfRow + which];
    return at === undefined || Number.isNaN(at) ? undefined : at === Number.POSITIVE_INFINITY ? null : at;
  }
}

const created = 0;
const updated = 1;
const expires = 2;
const lastUsed = 3;
type Moment = typeof created | typeof updated | typeof expires | typeof lastUsed;
const momentsOfRow = 4;

/** What only some rows have. */
interface Rest {
  readonly grant: AttachedGrant | undefined;
  readonly children: Children;
}

const readWhenOpened: Rest = { grant: undefined, children: { kind: 'list' } };
const nothingMore: Rest = { grant: undefined, children: noChildren };

/** A token in as few words as it takes to say everything about it. */
class TokenRow implements Item {
  readonly #shared: SharedByRows;
  readonly #index: number;
  readonly #id: string;
  readonly #internalName: string | null | undefined;
  readonly #displayName: string | null | undefined;
  readonly #person: Person;
  readonly #rest: Rest;

  constructor(token: Token, index: number, shared: SharedByRows) {
    this.#shared = shared;
    this.#index = index;
    this.#id = token.id;
    this.#internalName = token.name;
    this.#displayName = token.display_name;
    this.#person = personOf(token, shared.options.people);
    this.#rest = restOf(token, shared.options);
    shared.set(index, created, token.created_at);
    shared.set(index, updated, token.updated_at);
    shared.set(index, expires, token.expires_at);
    shared.set(index, lastUsed, token.last_used_at);
  }

  get id(): string {
    return this.#id;
  }

  get kind(): 'token' {
    return 'token';
  }

  get name(): string {
    return this.#displayName || this.#internalName || this.#id;
  }

  get status(): 'active' {
    return 'active';
  }

  /** `null` is the vendor's "never expires"; nothing at all says nothing. */
  get lifetime(): Lifetime {
    const at = this.#moment(expires);
    return at === undefined ? { kind: 'unknown' } : at === null ? { kind: 'never' } : { kind: 'expires', at };
  }

  get createdAt(): number | undefined {
    return this.#moment(created) ?? undefined;
  }

  get lastUsedAt(): number | null | undefined {
    return this.#moment(lastUsed);
  }

  get owner(): string | undefined {
    return this.#person.name || undefined;
  }

  get remark(): string | undefined {
    const { grant } = this.#rest;
    const { localize } = this.#shared.options;
    return grant && remarkOf(grant, localize('refresh token attached'), localize);
  }

  get fields(): readonly Field[] {
    const { localize } = this.#shared.options;
    const { id, type, name, avatar } = this.#person;
    return [
      ...text(localize('Name'), this.name),
      ...(this.#internalName === this.name ? [] : text(localize('Internal name'), this.#internalName)),
      ...text(localize('ID'), this.#id),
      ...text(localize('Actor'), name),
      ...text(localize('Actor type'), type),
      ...text(localize('Actor ID'), id),
      ...moment(localize('Expires'), this.#moment(expires), localize('never')),
      ...moment(localize('Last used'), this.#moment(lastUsed), localize('never')),
      ...moment(localize('Created'), this.#moment(created)),
      ...moment(localize('Updated'), this.#moment(updated)),
      ...text(localize('Avatar'), avatar),
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
    return this.#id;
  }

  toJSON(): Item {
    return plainItem(this);
  }

  #moment(which: Moment): number | null | undefined {
    return this.#shared.get(this.#index, which);
  }
}

function personOf(token: Token, people: People): Person {
  const { actor_id: id, actor_display_name: name, actor_type: type, avatar_url: avatar } = token;
  const known = typeof id === 'string' ? people.get(id) : undefined;
  if (known && known.name === name && known.type === type && known.avatar === avatar) {
    return known;
  }
  const person = { id, name, type, avatar };
  if (typeof id === 'string') {
    people.set(id, person);
  }
  return person;
}

function restOf(token: Token, { grantOf, keepsAccesses, localize }: TokenRowsOptions): Rest {
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

/** What a token may do, made into rows when somebody looks. */
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
  return isRenewing ? localize('{0}; a renewal of it did not end, so it may be used up', remark) : remark;
}
