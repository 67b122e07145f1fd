import { displayText } from './displayText.ts';
import type { Breadth, Children, Field, Item, ItemAction, ItemKind, Lifetime, Status } from './item.ts';
import { type Checked, KnownSecrets, longestChecked } from './knownSecrets.ts';
import { plainItem } from './plainItem.ts';

/**
 * The one door for vendor text on its way to the screen: it quotes no credential, and is fit to stand in a row;
 * identifiers stay as they are, for requests. It copies nothing: what it is asked for it cleans then, so that a row costs
 * no memory for being clean. Nearly every row is fit as it was said; that is looked for once, and again when another
 * credential has become known.
 */
export class ShownItem implements Every<Item> {
  // Of these there may be 100,000: two members, and no private method, which would take the room of a third.
  readonly #said: Item;
  #checked: Checked;

  constructor(said: Item, known: KnownSecrets) {
    this.#said = said;
    this.#checked = known.unchecked;
  }

  /** The same, also when it has come through the door already. */
  static of(item: Item): ShownItem {
    return item instanceof ShownItem ? item : shownItem(item, new KnownSecrets());
  }

  /** Whether the texts of the row are fit as they were said. */
  static isAsSaid(item: ShownItem): boolean {
    if (item.#checked.result === 'none') {
      const { known } = item.#checked;
      item.#checked = known.checked(isFit(item.#said, known));
    }
    return item.#checked.result === 'asSaid';
  }

  get id(): string {
    return this.#said.id;
  }

  get kind(): ItemKind {
    return this.#said.kind;
  }

  get name(): string {
    const { name, id } = this.#said;
    const { known } = this.#checked;
    return ShownItem.isAsSaid(this) ? name : shown(name, known) || shown(id, known) || '?';
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
    const { owner } = this.#said;
    return owner === undefined || ShownItem.isAsSaid(this) ? owner : shown(owner, this.#checked.known);
  }

  get issuer(): string | undefined {
    const { issuer } = this.#said;
    return issuer === undefined || ShownItem.isAsSaid(this) ? issuer : shown(issuer, this.#checked.known);
  }

  get breadth(): Breadth | undefined {
    return this.#said.breadth;
  }

  get isOwnCredential(): boolean | undefined {
    return this.#said.isOwnCredential;
  }

  get remark(): string | undefined {
    const { remark } = this.#said;
    return remark === undefined || ShownItem.isAsSaid(this) ? remark : shown(remark, this.#checked.known);
  }

  get fields(): readonly Field[] {
    return this.#said.fields.map((field) => shownField(field, this.#checked.known));
  }

  get children(): Children {
    return shownChildren(this.#said.children, this.#checked.known);
  }

  get actions(): readonly ItemAction[] {
    return this.#said.actions;
  }

  get identifier(): string | undefined {
    const { identifier } = this.#said;
    const isGone =
      identifier !== undefined && !ShownItem.isAsSaid(this) && this.#checked.known.isIn(identifier);
    return isGone ? undefined : identifier;
  }

  toJSON(): Item {
    return plainItem(this);
  }
}

/** Keeps the rows that came with it, which are the same ones at each look. */
export class ShownParent extends ShownItem {
  readonly #children: Children;

  constructor(said: Item, known: KnownSecrets) {
    super(said, known);
    this.#children = super.children;
  }

  override get children(): Children {
    return this.#children;
  }
}

/** Rows below a row are often made when it is opened. */
class ShownInline {
  readonly kind = 'inline';
  readonly isPassive?: boolean;
  readonly #children: Inline;
  readonly #known: KnownSecrets;
  #items: readonly Item[] | undefined;

  constructor(children: Inline, known: KnownSecrets) {
    if (children.isPassive !== undefined) {
      this.isPassive = children.isPassive;
    }
    this.#children = children;
    this.#known = known;
  }

  get items(): readonly Item[] {
    this.#items ??= shownItems(this.#children.items, this.#known);
    return this.#items;
  }
}

export function shownItem(item: Item, known: KnownSecrets): ShownItem {
  return item.children.kind === 'inline' ? new ShownParent(item, known) : new ShownItem(item, known);
}

/** Without those whose identifier holds a credential: it is needed to the letter, and cannot be masked. */
export function shownItems(items: readonly Item[], known: KnownSecrets): readonly ShownItem[] {
  return items.filter(({ id }) => !known.isIn(id)).map((item) => shownItem(item, known));
}

function shownChildren(children: Children, known: KnownSecrets): Children {
  return children.kind === 'inline' ? new ShownInline(children, known) : children;
}

function shownField(field: Field, known: KnownSecrets): Field {
  const label = shown(field.label, known);
  return 'text' in field ? { label, text: shown(field.text, known, 2000) } : { label, at: field.at };
}

function shown(text: string, known: KnownSecrets, maxLength?: number): string {
  return displayText(known.maskIn(text), maxLength);
}

/** By the same door as a row that is not. */
function isFit({ name, owner, issuer, remark, identifier }: Item, known: KnownSecrets): boolean {
  const isTextFit = (text: string | undefined) =>
    text === undefined || (text.length <= longestChecked && shown(text, known) === text);
  return (
    name !== '' &&
    isTextFit(name) &&
    isTextFit(owner) &&
    isTextFit(issuer) &&
    isTextFit(remark) &&
    (identifier === undefined || (identifier.length <= longestChecked && !known.isIn(identifier)))
  );
}

type Inline = Children & { readonly kind: 'inline' };

/** With every member, so that none is forgotten here. */
type Every<T> = { readonly [K in keyof Required<T>]: T[K] };
