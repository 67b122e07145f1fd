import { type Grouping, stateChoices } from './arrangement.ts';
import type { ItemNode, Node } from './branch.ts';
import type { Moment } from './matching.ts';
import { FoldedNames } from './nameOrder.ts';
import { collatedUpTo, nameCollator, picked } from './ordering.ts';
import { nodeState, type RowState } from './state.ts';

/** What the rows of a group have in common. */
export type GroupName =
  | { readonly by: 'state'; readonly state: RowState }
  /** `undefined`: the service does not tell. */
  | { readonly by: 'owner'; readonly owner: string | undefined }
  | { readonly by: 'provider'; readonly provider: string };

export interface Group {
  /** Unique and stable. */
  readonly key: string;
  readonly name: GroupName;
  readonly nodes: readonly ItemNode[];
}

export type FlatGrouping = Exclude<Grouping, 'connection'>;

/** Every entry in just one group, in the order given; groups by attention needed, or by name. */
export function grouped(
  entries: readonly ItemNode[],
  grouping: FlatGrouping,
  moment: Moment,
  locale: string,
): readonly Group[] {
  const names = new Names(grouping, moment);
  const groups = new Map<string, { key: string; name: GroupName; nodes: ItemNode[] }>();
  for (const node of entries) {
    const key = names.keyOf(node);
    const group = groups.get(key);
    if (group) {
      group.nodes.push(node);
    } else {
      groups.set(key, { key, name: names.nameOf(node), nodes: [node] });
    }
  }
  return inOrder([...groups.values()], locale);
}

/** Names the groups of rows; what rows above say is looked up once for all rows below. */
export class Names {
  readonly #grouping: FlatGrouping;
  readonly #moment: Moment;
  readonly #keys = new Map<string, string>();
  readonly #above = new Map<Node, string | undefined>();

  constructor(grouping: FlatGrouping, moment: Moment) {
    this.#grouping = grouping;
    this.#moment = moment;
  }

  keyOf(node: ItemNode): string {
    const { by, text } = this.#facts(node);
    const known = this.#keys.get(text ?? '');
    if (text !== undefined && known !== undefined) {
      return known;
    }
    // Upper and lower case of one name are one provider, one owner.
    const key = text === undefined ? by : `${by}:${encodeURIComponent(text.toLowerCase().toWellFormed())}`;
    if (text !== undefined) {
      this.#keys.set(text, key);
    }
    return key;
  }

  nameOf(node: ItemNode): GroupName {
    switch (this.#grouping) {
      case 'state':
        return { by: 'state', state: this.#stateOf(node) };
      case 'owner':
        return { by: 'owner', owner: this.#ownerOf(node) };
      case 'provider':
        return { by: 'provider', provider: this.#providerOf(node) };
    }
  }

  #facts(node: ItemNode): { readonly by: FlatGrouping; readonly text: string | undefined } {
    const by = this.#grouping;
    return {
      by,
      text:
        by === 'state' ? this.#stateOf(node) : by === 'owner' ? this.#ownerOf(node) : this.#providerOf(node),
    };
  }

  #stateOf(node: ItemNode): RowState {
    return nodeState(node, this.#moment.now + node.root.clockOffset, this.#moment.soonMs);
  }

  /** On whose behalf it acts, or else the user it stands below. */
  #ownerOf({ item, parent }: ItemNode): string | undefined {
    return item.owner || this.#nameAbove(parent.owner, ['user']);
  }

  /** Who it was given to or by: the provider itself, the application above it, or else the service. */
  #providerOf({ item, parent, connection }: ItemNode): string {
    return item.kind === 'provider' || item.kind === 'identity'
      ? item.name
      : (this.#nameAbove(parent.owner, ['provider', 'application']) ?? connection.serviceName);
  }

  #nameAbove(owner: Node, kinds: readonly string[]): string | undefined {
    if (owner.kind === 'connection') {
      return undefined;
    }
    if (!this.#above.has(owner)) {
      const { item, parent } = owner;
      this.#above.set(owner, kinds.includes(item.kind) ? item.name : this.#nameAbove(parent.owner, kinds));
    }
    return this.#above.get(owner);
  }
}

/** As `Ordering` has it: very many names could not afford the rules of the user's language. */
function inOrder(groups: readonly Group[], locale: string): readonly Group[] {
  if (groups.length <= collatedUpTo) {
    return groups.toSorted(byName(locale));
  }
  const unnamed = groups.filter(({ name }) => textOf(name) === undefined);
  const named = groups.filter(({ name }) => textOf(name) !== undefined);
  const order = new FoldedNames(named.map(({ name }) => textOf(name) ?? '')).order();
  return [...picked(named, order), ...unnamed];
}

function byName(locale: string): (one: Group, other: Group) => number {
  const collator = nameCollator(locale);
  const compare = (one: string | undefined, other: string | undefined) =>
    one === undefined || other === undefined
      ? Number(one === undefined) - Number(other === undefined)
      : collator.compare(one, other);
  return ({ name: one }, { name: other }) => {
    if (one.by === 'state' && other.by === 'state') {
      return placeOf(one.state) - placeOf(other.state);
    }
    return compare(textOf(one), textOf(other));
  };
}

function textOf(name: GroupName): string | undefined {
  return name.by === 'owner' ? name.owner : name.by === 'provider' ? name.provider : name.state;
}

/** Rows without a state come last. */
function placeOf(state: RowState): number {
  return state === 'none' ? stateChoices.length : stateChoices.indexOf(state);
}
