import type { Group, Groups } from '../../core/arrange/group.ts';
import type { Rows } from './ranges.ts';
import type { GroupRow } from './row.ts';

/** So many groups are open at first. */
const openGroups = 12;

/** The rows that stand for groups; each stays the same object, so that it stays open. */
export class GroupRows {
  readonly #rows = new Map<string, GroupRow>();

  forget(): void {
    this.#rows.clear();
  }

  of(groups: Groups): Rows {
    const { all } = groups;
    return {
      length: all.length,
      slice: (from, to) => all.slice(from, to).map((group) => this.row(group, groups)),
      indexOf: (row) => all.findIndex((group) => row.kind === 'group' && group === groups.named(row.name)),
    };
  }

  row({ key, name, nodes }: Group, { all }: Groups): GroupRow {
    const known = this.#rows.get(key);
    if (known) {
      return known;
    }
    const row = { kind: 'group', key, name, count: nodes.length, isOpen: all.length <= openGroups } as const;
    this.#rows.set(key, row);
    return row;
  }

  /** The rows are in these groups now. */
  recount(groups: Groups): void {
    for (const row of this.#rows.values()) {
      row.count = groups.named(row.name)?.nodes.length ?? 0;
    }
  }
}
