import { type Arrangement, type Grouping, isArranged, isNarrowing } from '../../core/arrange/arrangement.ts';
import { isPartOfEntry, Matcher, type Moment } from '../../core/arrange/filter.ts';
import { type Group, Groups } from '../../core/arrange/group.ts';
import { Ordering } from '../../core/arrange/sort.ts';
import { isIncomplete } from '../../core/inventory/loadEverything.ts';
import type { Branch, ConnectionNode, ItemNode, Node } from '../../core/inventory/tree.ts';
import { isEntry } from '../../core/model/item.ts';
import { stateChangesAt } from '../../core/model/state.ts';
import type { Wording } from '../text/context.ts';
import { momentOf } from '../text/moment.ts';
import { GroupRows } from './groupRows.ts';
import { Ranges, type Rows } from './ranges.ts';
import type { GroupRow, RangeRow, Row } from './row.ts';
import { troublesIn, troublesOf } from './troubles.ts';

export interface ArrangerDeps {
  roots(): readonly ConnectionNode[];
  arrangement(): Arrangement;
  readonly wording: Wording;
}

/** Why there is no row at all. */
export type Emptiness = 'none' | 'noConnection' | 'filtered' | 'filteredSoFar';

/** Lists up to this length are arranged anew at each look, which costs less than remembering them. */
const notRemembered = 100;

/**
 * Which rows stand below which, and in which order, as the user arranged them. Works on what has been read; a long
 * list is arranged once, and one changed row in it is only held against its neighbours.
 */
export class Arranger {
  readonly #deps: ArrangerDeps;
  readonly #groupRows = new GroupRows();
  readonly #ranges = new Ranges();
  #lists = new WeakMap<Branch, List>();
  #flat: Flat | undefined;

  constructor(deps: ArrangerDeps) {
    this.#deps = deps;
  }

  get grouping(): Grouping {
    return this.#arrangement.grouping;
  }

  get isFlat(): boolean {
    return this.grouping !== 'connection';
  }

  children(parent: Row | undefined): readonly Row[] {
    switch (parent?.kind) {
      case undefined:
        return this.#outermost();
      case 'connection':
      case 'item':
        return this.#below(parent);
      case 'group':
        return this.#ranges.below(parent, this.#nodesOf(parent));
      case 'range':
        return this.#whole(parent.owner).slice(parent.from, parent.to);
      default:
        return [];
    }
  }

  parent(row: Row): Row | undefined {
    switch (row.kind) {
      case 'connection':
      case 'unread':
      case 'nothing':
        return undefined;
      case 'group':
        return this.#rangeOf(undefined, row);
      case 'range':
        return row.owner;
      case 'item':
        return this.#parentOf(row);
      case 'error':
      case 'more':
      case 'empty':
      case 'loading':
      case 'hidden':
      case 'onRequest':
        return row.branch && (!this.isFlat || isPartOfEntry(row.branch.owner)) ? row.branch.owner : undefined;
    }
  }

  /** Why the tree shows nothing, where it does. */
  emptiness(): Emptiness {
    const roots = this.#deps.roots();
    if (roots.length === 0) {
      return 'noConnection';
    }
    if (!isNarrowing(this.#arrangement.filter) || this.#rowsBeforeUnread().length > 0) {
      return 'none';
    }
    return this.#incomplete() > 0 ? 'filteredSoFar' : 'filtered';
  }

  /** The arrangement is another. */
  forget(): void {
    this.#lists = new WeakMap();
    this.#flat = undefined;
    this.#groupRows.forget();
    this.#ranges.forget();
  }

  /** Something about this row, or below it, has changed; `undefined`: the connections themselves. */
  noteChange(node: Node | undefined): void {
    if (node === undefined || node.kind === 'connection') {
      this.#flat = undefined;
      if (node) {
        this.#lists.delete(node.branch);
      }
      return;
    }
    if (node.openedBranch) {
      this.#lists.delete(node.openedBranch);
    }
    const list = this.#lists.get(node.parent);
    if (list && !this.#staysIn(list, node)) {
      this.#lists.delete(node.parent);
    }
    for (let { owner } = node.parent; owner.kind === 'item'; owner = owner.parent.owner) {
      this.#lists.delete(owner.parent);
    }
    if (this.#flat && !isPartOfEntry(node.parent.owner) && !this.#staysInGroup(this.#flat, node)) {
      this.#flat = undefined;
    }
  }

  get #arrangement(): Arrangement {
    return this.#deps.arrangement();
  }

  get #moment(): Moment {
    return momentOf(this.#deps.wording);
  }

  #matcher(): Matcher {
    const { filter } = this.#arrangement;
    // A connection that is gone must not leave a filter that nothing can ever match.
    const known = new Set(this.#deps.roots().map(({ connection }) => connection.id));
    const connections = filter.connections.filter((id) => known.has(id));
    const keeps = (branch: Branch) => (this.#remembered(branch)?.ordering.nodes.length ?? 0) > 0;
    return new Matcher({ ...filter, connections }, this.#moment, keeps);
  }

  #outermost(): readonly Row[] {
    const rows = this.#rowsBeforeUnread();
    // Before the first answer the rows say that they are being loaded.
    const hasAnswer = rows.some(({ kind }) => kind !== 'loading');
    const connections = hasAnswer && isArranged(this.#arrangement) ? this.#incomplete() : 0;
    return connections > 0 ? [...rows, { kind: 'unread', connections }] : rows;
  }

  #rowsBeforeUnread(): readonly Row[] {
    const matcher = this.#matcher();
    if (!this.isFlat) {
      return this.#deps.roots().filter((root) => matcher.keepsRoot(root));
    }
    const flat = this.#arrangedFlat();
    const admitted = this.#deps.roots().filter((root) => matcher.admits(root));
    const troubles = admitted.flatMap(({ branch }) => [...troublesIn(branch)]);
    const hidden: Row[] = flat.hidden > 0 ? [{ kind: 'hidden', branch: undefined, count: flat.hidden }] : [];
    const loading = admitted
      .filter(({ branch }) => !branch.isLoaded)
      .map(({ branch }) => ({ kind: 'loading', branch, isFlat: true }) as const);
    const rows = [
      ...troubles,
      ...this.#ranges.below(undefined, this.#groupRows.of(flat.groups)),
      ...loading,
      ...hidden,
    ];
    const isQuiet = admitted.some(({ branch }) => branch.isLoaded) && !isNarrowing(this.#arrangement.filter);
    return rows.length === 0 && isQuiet ? [{ kind: 'nothing' }] : rows;
  }

  #incomplete(): number {
    const matcher = this.#matcher();
    return this.#deps.roots().filter((root) => matcher.admits(root) && isIncomplete(root)).length;
  }

  #below(node: Node): readonly Row[] {
    const { branch } = node;
    if (!branch.isLoaded) {
      return [{ kind: branch.isOnRequest ? 'onRequest' : 'loading', branch }];
    }
    const { ordering, hidden } = this.#list(branch);
    const rows: readonly Row[] = [
      // First, where it is seen however long the list is.
      ...troublesOf(branch),
      ...this.#ranges.below(node, ordering.nodes),
      ...(hidden > 0 ? [{ kind: 'hidden', branch, count: hidden } as const] : []),
      ...(branch.hasMore ? [{ kind: 'more', branch } as const] : []),
    ];
    return rows.length > 0 ? rows : [{ kind: 'empty', branch }];
  }

  #remembered(branch: Branch): List | undefined {
    const known = this.#lists.get(branch);
    const isRight =
      known?.source === branch.nodes &&
      known.clockOffset === branch.owner.root.clockOffset &&
      known.until > this.#moment.now;
    return isRight ? known : undefined;
  }

  #list(branch: Branch): List {
    const known = this.#remembered(branch);
    if (known) {
      return known;
    }
    const source = branch.nodes;
    const { clockOffset } = branch.owner.root;
    const { sort } = this.#arrangement;
    const { nodes, hidden, until } = this.#matcher().below(branch);
    const order = isPartOfEntry(branch.owner) ? unsorted : sort;
    const ordering = new Ordering(nodes, order, this.#deps.wording.locale);
    const list = { source, clockOffset, hidden, until, ordering };
    if (source.length > notRemembered) {
      this.#lists.set(branch, list);
    }
    return list;
  }

  #arrangedFlat(): Flat {
    const moment = this.#moment;
    if (this.#flat && this.#flat.until > moment.now) {
      return this.#flat;
    }
    const { locale } = this.#deps.wording;
    const { nodes, hidden, until } = this.#matcher().entries(this.#deps.roots());
    const groups =
      this.grouping === 'connection'
        ? new Groups([], 'provider', moment, locale)
        : new Groups(nodes, this.grouping, moment, locale);
    this.#flat = { groups, lists: new Map(), hidden, until };
    this.#groupRows.recount(groups);
    return this.#flat;
  }

  #nodesOf({ name }: GroupRow): readonly ItemNode[] {
    const flat = this.#arrangedFlat();
    const group = flat.groups.named(name);
    return group ? this.#listOf(flat, group).ordering.nodes : [];
  }

  /** A group is put in order when it is first opened: there may be as many groups as rows. */
  #listOf(flat: Flat, group: Group): FlatGroup {
    const known = flat.lists.get(group);
    if (known) {
      return known;
    }
    const ordering = new Ordering(group.nodes, this.#arrangement.sort, this.#deps.wording.locale);
    const list = { ordering, until: flat.until };
    flat.lists.set(group, list);
    return list;
  }

  /** What would stand below a row if there were no ranges. */
  #whole(owner: RangeRow['owner']): Rows {
    return owner === undefined
      ? this.#groupRows.of(this.#arrangedFlat().groups)
      : owner.kind === 'group'
        ? this.#nodesOf(owner)
        : this.#list(owner.branch).ordering.nodes;
  }

  #rangeOf(owner: RangeRow['owner'], row: Row): Row | undefined {
    return this.#ranges.above(owner, this.#whole(owner), row);
  }

  #parentOf(node: ItemNode): Row | undefined {
    const { owner } = node.parent;
    if (!this.isFlat || isPartOfEntry(owner)) {
      return this.#rangeOf(owner, node);
    }
    const { groups } = this.#arrangedFlat();
    const group = groups.for(node, this.#moment);
    return group && this.#rangeOf(this.#groupRows.row(group, groups), node);
  }

  #staysIn(list: List | FlatGroup, node: ItemNode): boolean {
    const { nodes } = list.ordering;
    const place = nodes.indexOf(node);
    const fate = this.#matcher().fateOf(node);
    if (place < 0) {
      return fate === 'out';
    }
    const { now, soonMs } = this.#moment;
    const offset = node.root.clockOffset;
    list.until = Math.min(list.until, stateChangesAt(node.item, now + offset, soonMs) - offset);
    return fate === 'shown' && list.ordering.fits(node, nodes[place - 1], nodes[place + 1]);
  }

  #staysInGroup(flat: Flat, node: ItemNode): boolean {
    const group = isEntry(node.item) ? flat.groups.for(node, this.#moment) : undefined;
    if (!group?.nodes.includes(node)) {
      return false;
    }
    const list = this.#listOf(flat, group);
    const stays = this.#staysIn(list, node);
    flat.until = Math.min(flat.until, list.until);
    return stays;
  }
}

const unsorted = { by: 'service', descending: false } as const;

interface List {
  /** What it was made of; another array means that the branch was read again. */
  readonly source: readonly ItemNode[];
  readonly clockOffset: number;
  readonly hidden: number;
  readonly ordering: Ordering;
  /** Until when it holds if nothing is read, in epoch milliseconds. */
  until: number;
}

interface FlatGroup {
  readonly ordering: Ordering;
  until: number;
}

interface Flat {
  readonly groups: Groups;
  /** The groups that were opened. */
  readonly lists: Map<Group, FlatGroup>;
  readonly hidden: number;
  until: number;
}
