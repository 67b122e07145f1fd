import { displayText } from './displayText.ts';
import type { Breadth, Children, Field, Item, ItemAction, ItemKind, Lifetime, Status } from './item.ts';
import { plainItem } from './plainItem.ts';

/**
 * The one door for vendor text on its way to the screen; identifiers stay as they are, for requests. It
 * copies nothing: what it is asked for it cleans then, so that a row costs no memory for being clean.
 */
export class ShownItem implements Every<Item> {
  readonly #said: Item;

  constructor(said: Item) {
    this.#said = said;
  }

  /** The row as the adapter described it, also when it has come through the door already. */
  static said(item: Item): Item {
    return item instanceof ShownItem ? item.#said : item;
  }

  get id(): string {
    return this.#said.id;
  }

  get kind(): ItemKind {
    return this.#said.kind;
  }

  get name(): string {
    return displayText(this.#said.name) || displayText(this.#said.id) || '?';
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
    return owner === undefined ? undefined : displayText(owner);
  }

  get issuer(): string | undefined {
    const { issuer } = this.#said;
    return issuer === undefined ? undefined : displayText(issuer);
  }

  get breadth(): Breadth | undefined {
    return this.#said.breadth;
  }

  get isOwnCredential(): boolean | undefined {
    return this.#said.isOwnCredential;
  }

  get remark(): string | undefined {
    const { remark } = this.#said;
    return remark === undefined ? undefined : displayText(remark);
  }

  get fields(): readonly Field[] {
    return this.#said.fields.map(cleaned);
  }

  /** Rows that came with this one go through the door when they are shown themselves. */
  get children(): Children {
    return this.#said.children;
  }

  get actions(): readonly ItemAction[] {
    return this.#said.actions;
  }

  get identifier(): string | undefined {
    return this.#said.identifier;
  }

  toJSON(): Item {
    return plainItem(this);
  }
}

function cleaned(field: Field): Field {
  const label = displayText(field.label);
  return 'text' in field ? { label, text: displayText(field.text, 2000) } : { label, at: field.at };
}

/** With every member, so that none is forgotten here. */
type Every<T> = { readonly [K in keyof Required<T>]: T[K] };
