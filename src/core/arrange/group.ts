import { bitOf } from '../findings/judge.ts';
import { type RuleId, ruleIds } from '../findings/rules.ts';
import type { ItemNode, Node } from '../inventory/tree.ts';
import { nodeState, type RowState } from '../model/state.ts';
import { type Grouping, stateChoices } from './arrangement.ts';
import type { Moment } from './filter.ts';
import { collatedUpTo, nameCollator, naturalKey, sortedByCharacters } from './sort.ts';

/** What the rows of a group have in common. */
export type GroupName =
  | { readonly by: 'state'; readonly state: RowState }
  /** `undefined`: the service does not tell. */
  | { readonly by: 'owner'; readonly owner: string | undefined }
  | { readonly by: 'provider'; readonly provider: string }
  /** The most serious of a row; `undefined`: no rule finds anything. */
  | { readonly by: 'finding'; readonly rule: RuleId | undefined };

/** Rows that have something in common, in the order given. */
export class Group {
  readonly name: GroupName;
  readonly nodes: ItemNode[];

  constructor(name: GroupName, nodes: ItemNode[]) {
    this.name = name;
    this.nodes = nodes;
  }

  /** Unique and stable. */
  get key(): string {
    const { by } = this.name;
    const text = folded(textOf(this.name));
    return text === undefined ? by : `${by}:${encodeURIComponent(text)}`;
  }
}

export type FlatGrouping = Exclude<Grouping, 'connection'>;

/** Every entry in just one group; groups by attention needed, or by name. */
export class Groups {
  readonly all: readonly Group[];
  readonly #grouping: FlatGrouping;
  readonly #byText = new Map<string | undefined, Group>();

  constructor(entries: readonly ItemNode[], grouping: FlatGrouping, moment: Moment, locale: string) {
    this.#grouping = grouping;
    const names = new Names(grouping, moment);
    const mixed = new Set<Group>();
    // There may be as many names as rows: each is folded once, not once a row.
    for (const [exactText, nodes] of Map.groupBy(entries, (node) => names.textOf(node))) {
      const text = folded(exactText);
      const group = this.#byText.get(text);
      const [first] = nodes;
      if (group) {
        for (const node of nodes) {
          group.nodes.push(node);
        }
        mixed.add(group);
      } else if (first) {
        this.#byText.set(text, new Group(names.nameOf(first), nodes));
      }
    }
    putBack(mixed, entries);
    this.all = inOrder([...this.#byText.values()], locale);
  }

  named(name: GroupName): Group | undefined {
    return this.#groupOf(textOf(name));
  }

  /** The group that a row belongs to at a moment, whether or not it was there when the groups were made. */
  for(node: ItemNode, moment: Moment): Group | undefined {
    return this.#groupOf(new Names(this.#grouping, moment).textOf(node));
  }

  #groupOf(text: string | undefined): Group | undefined {
    return this.#byText.get(folded(text));
  }
}

/** Into the order given: the rows of one name in upper and in lower case stand between each other. */
function putBack(groups: ReadonlySet<Group>, entries: readonly ItemNode[]): void {
  if (groups.size > 0) {
    const places = new Map(entries.map((node, place) => [node, place]));
    const placeOf = (node: ItemNode) => places.get(node) ?? 0;
    for (const group of groups) {
      group.nodes.sort((one, other) => placeOf(one) - placeOf(other));
    }
  }
}

/** Names the groups of rows; what rows above say is looked up once for all rows below. */
class Names {
  readonly #grouping: FlatGrouping;
  readonly #moment: Moment;
  readonly #above = new Map<Node, string | undefined>();

  constructor(grouping: FlatGrouping, moment: Moment) {
    this.#grouping = grouping;
    this.#moment = moment;
  }

  textOf(node: ItemNode): string | undefined {
    switch (this.#grouping) {
      case 'state':
        return this.#stateOf(node);
      case 'owner':
        return this.#ownerOf(node);
      case 'provider':
        return this.#providerOf(node);
      case 'finding':
        return this.#ruleOf(node);
    }
  }

  nameOf(node: ItemNode): GroupName {
    switch (this.#grouping) {
      case 'state':
        return { by: 'state', state: this.#stateOf(node) };
      case 'owner':
        return { by: 'owner', owner: this.#ownerOf(node) };
      case 'provider':
        return { by: 'provider', provider: this.#providerOf(node) };
      case 'finding':
        return { by: 'finding', rule: this.#ruleOf(node) };
    }
  }

  #stateOf(node: ItemNode): RowState {
    return nodeState(node, this.#moment.now + node.root.clockOffset, this.#moment.soonMs);
  }

  #ruleOf(node: ItemNode): RuleId | undefined {
    const bits = this.#moment.findingsOf?.(node) ?? 0;
    return ruleIds.find((rule) => (bits & bitOf(rule)) !== 0);
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
  return [...sortedByCharacters(named, ({ name }) => naturalKey(textOf(name) ?? '')), ...unnamed];
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
    if (one.by === 'finding' && other.by === 'finding') {
      return seriousness(one.rule) - seriousness(other.rule);
    }
    return compare(textOf(one), textOf(other));
  };
}

/** Upper and lower case of one name are one provider, one owner. */
function folded(text: string | undefined): string | undefined {
  return text?.toLowerCase().toWellFormed();
}

function textOf(name: GroupName): string | undefined {
  switch (name.by) {
    case 'owner':
      return name.owner;
    case 'provider':
      return name.provider;
    case 'state':
      return name.state;
    case 'finding':
      return name.rule;
  }
}

/** Rows without a finding come last. */
function seriousness(rule: RuleId | undefined): number {
  return rule === undefined ? ruleIds.length : ruleIds.indexOf(rule);
}

/** Rows without a state come last. */
function placeOf(state: RowState): number {
  return state === 'none' ? stateChoices.length : stateChoices.indexOf(state);
}
