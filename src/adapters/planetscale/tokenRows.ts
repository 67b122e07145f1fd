import type { Children, Field, Item, ItemAction, Lifetime } from '../../core/model/item.ts';
import { noChildren } from '../../core/model/item.ts';
import { plainItem } from '../../core/model/plainItem.ts';
import type { Localize } from '../../core/ports.ts';
import { moment, text } from '../support/fields.ts';
import { accessGroups, hasAccesses } from './accessRows.ts';
import type { Accesses } from './api.ts';
import type { AttachedGrant } from './attachedGrants.ts';
import type { People, Person } from './people.ts';
import type { Moments, TokenList, TokenTexts } from './tokenList.ts';

export interface TokenRowsOptions {
  /** Attached grants by token id. */
  readonly grantOf: (tokenId: string) => AttachedGrant | undefined;
  /**
   * Whether what a token may do is kept with its row, or read again when the row is opened: it is most of what
   * the service says of a token, and there may be 100,000.
   */
  readonly keepsAccesses: boolean;
  /** Those seen so far: an application has far more tokens than people. For long lists, where it matters. */
  readonly people?: People;
  readonly localize: Localize;
}

export function tokenRows({ tokens, moments }: TokenList, options: TokenRowsOptions): TokenRow[] {
  const { people } = options;
  const page: Page = { moments, localize: options.localize };
  const rows = tokens.map((token, index) => new TokenRow(token, index, page, restOf(token, options)));
  if (people) {
    // Looking people up takes longer than all the rest, and nobody waits for it.
    setImmediate(() => {
      for (const row of rows) {
        row.sharePerson(people);
      }
    });
  }
  return rows;
}

/** What a page's rows have in common. */
interface Page {
  readonly moments: Moments;
  readonly localize: Localize;
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
  readonly #page: Page;
  readonly #index: number;
  readonly #id: string;
  readonly #internalName: string | null | undefined;
  readonly #displayName: string | null | undefined;
  readonly #rest: Rest;
  #person: Person;

  constructor(token: TokenTexts, index: number, page: Page, rest: Rest) {
    this.#page = page;
    this.#index = index;
    this.#id = token.id;
    this.#internalName = token.name;
    this.#displayName = token.display_name;
    this.#rest = rest;
    this.#person = {
      id: token.actor_id,
      name: token.actor_display_name,
      type: token.actor_type,
      avatar: token.avatar_url,
    };
  }

  sharePerson(people: People): void {
    this.#person = people.shared(this.#person);
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
    const at = this.#moment('expires_at');
    return at === undefined ? { kind: 'unknown' } : at === null ? { kind: 'never' } : { kind: 'expires', at };
  }

  get createdAt(): number | undefined {
    return this.#moment('created_at') ?? undefined;
  }

  get lastUsedAt(): number | null | undefined {
    return this.#moment('last_used_at');
  }

  get owner(): string | undefined {
    return this.#person.name || undefined;
  }

  get remark(): string | undefined {
    const { grant } = this.#rest;
    const { localize } = this.#page;
    return grant && remarkOf(grant, localize('refresh token attached'), localize);
  }

  get fields(): readonly Field[] {
    const { localize } = this.#page;
    const { id, type, name, avatar } = this.#person;
    return [
      ...text(localize('Name'), this.name),
      ...(this.#internalName === this.name ? [] : text(localize('Internal name'), this.#internalName)),
      ...text(localize('ID'), this.#id),
      ...text(localize('Actor'), name),
      ...text(localize('Actor type'), type),
      ...text(localize('Actor ID'), id),
      ...moment(localize('Expires'), this.#moment('expires_at'), localize('never')),
      ...moment(localize('Last used'), this.#moment('last_used_at'), localize('never')),
      ...moment(localize('Created'), this.#moment('created_at')),
      ...moment(localize('Updated'), this.#moment('updated_at')),
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

  #moment(name: Parameters<Moments['get']>[1]): number | null | undefined {
    return this.#page.moments.get(this.#index, name);
  }
}

function restOf(token: TokenTexts, { grantOf, keepsAccesses, localize }: TokenRowsOptions): Rest {
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
  return isRenewing
    ? localize('{0}; its last renewal was interrupted, so it may be invalid', remark)
    : remark;
}
