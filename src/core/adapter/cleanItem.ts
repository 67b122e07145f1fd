import type {
  Breadth,
  Children,
  Field,
  Item,
  ItemAction,
  ItemKind,
  Lifetime,
  Status,
} from '../model/item.ts';
import type { KnownSecrets } from '../model/knownSecrets.ts';
import { plainItem } from '../model/plainItem.ts';
import { forEachYielding, type Slices } from '../yielding.ts';

/**
 * A row that quotes no credential. Its texts are searched when they are asked for: services make them late,
 * too, and of 100,000 rows a few are looked at.
 */
export function cleanItem(item: Item, known: KnownSecrets): Item {
  return item.children.kind === 'inline' ? new CleanParent(item, known) : new CleanItem(item, known);
}

/** Without those whose identifier holds a credential: it is needed to the letter, and cannot be masked. */
export function cleanItems(items: readonly Item[], known: KnownSecrets): readonly Item[] {
  return items.filter(({ id }) => !known.isIn(id)).map((item) => cleanItem(item, known));
}

/** The same for the rows of a list, of which there may be many. */
export async function cleanRows(
  items: readonly Item[],
  known: KnownSecrets,
  slices: Slices,
): Promise<readonly Item[]> {
  const clean: Item[] = [];
  await forEachYielding(items, (item) => clean.push(...cleanItems([item], known)), slices);
  return clean;
}

/** With every member, so that none is forgotten here. */
type Every<T> = { readonly [K in keyof Required<T>]: T[K] };

/** Of these there may be 100,000: it has two members, and no private method, which would take the room of a third. */
class CleanItem implements Every<Item> {
  readonly #said: Item;
  readonly #known: KnownSecrets;

  constructor(said: Item, known: KnownSecrets) {
    this.#said = said;
    this.#known = known;
  }

  get id(): string {
    return this.#said.id;
  }

  get kind(): ItemKind {
    return this.#said.kind;
  }

  get name(): string {
    return this.#known.maskIn(this.#said.name);
  }

  get status(): Status | undefined {
    return this.#said.status;
  }

  get lifetime(): Lifetime {
    return this.#said.lifetime;
  }

  get createdAt(): number | undefined {
    return this.#said.createdAt;
  }

  get lastUsedAt(): number | null | undefined {
    return this.#said.lastUsedAt;
  }

  get owner(): string | undefined {
    return masked(this.#said.owner, this.#known);
  }

  get issuer(): string | undefined {
    return masked(this.#said.issuer, this.#known);
  }

  get breadth(): Breadth | undefined {
    return this.#said.breadth;
  }

  get isOwnCredential(): boolean | undefined {
    return this.#said.isOwnCredential;
  }

  get remark(): string | undefined {
    return masked(this.#said.remark, this.#known);
  }

  get fields(): readonly Field[] {
    return this.#said.fields.map((field) => cleanField(field, this.#known));
  }

  get children(): Children {
    return cleanChildren(this.#said.children, this.#known);
  }

  get actions(): readonly ItemAction[] {
    return this.#said.actions;
  }

  get identifier(): string | undefined {
    const { identifier } = this.#said;
    return identifier === undefined || this.#known.isIn(identifier) ? undefined : identifier;
  }

  toJSON(): Item {
    return plainItem(this);
  }
}

/** Keeps the rows that came with it, which are the same ones at each look. */
class CleanParent extends CleanItem {
  readonly #children: Children;

  constructor(said: Item, known: KnownSecrets) {
    super(said, known);
    this.#children = super.children;
  }

  override get children(): Children {
    return this.#children;
  }
}

function masked(text: string | undefined, known: KnownSecrets): string | undefined {
  return text === undefined ? undefined : known.maskIn(text);
}

function cleanField(field: Field, known: KnownSecrets): Field {
  const label = known.maskIn(field.label);
  return 'text' in field ? { ...field, label, text: known.maskIn(field.text) } : { ...field, label };
}

function cleanChildren(children: Children, known: KnownSecrets): Children {
  return children.kind === 'inline' ? new CleanInline(children, known) : children;
}

/** Rows below a row are often made when it is opened. */
class CleanInline {
  readonly kind = 'inline';
  readonly isPassive?: boolean;
  readonly #children: Children & { readonly kind: 'inline' };
  readonly #known: KnownSecrets;
  #items: readonly Item[] | undefined;

  constructor(children: Children & { readonly kind: 'inline' }, known: KnownSecrets) {
    if (children.isPassive !== undefined) {
      this.isPassive = children.isPassive;
    }
    this.#children = children;
    this.#known = known;
  }

  get items(): readonly Item[] {
    this.#items ??= cleanItems(this.#children.items, this.#known);
    return this.#items;
  }
}
