import type { RangeRow, Row } from './row.ts';

/** More rows than this below one row are shown in ranges, so that VS Code never draws all of them at once. */
const mostRows = 500;
const rowsInRange = 250;

/** Rows that are made when they are asked for. */
export type Rows = Pick<readonly Row[], 'length' | 'slice' | 'indexOf'>;

type Owner = RangeRow['owner'];

/** The rows that stand for a range of others; each stays the same object, so that it stays open. */
export class Ranges {
  readonly #rows = new Map<string, RangeRow>();

  forget(): void {
    this.#rows.clear();
  }

  /** What stands below a row: these rows, or the ranges that they stand in. */
  below(owner: Owner, rows: Rows): readonly Row[] {
    if (rows.length <= mostRows) {
      return rows.slice();
    }
    const count = Math.ceil(rows.length / rowsInRange);
    return Array.from({ length: count }, (_, index) => this.#range(owner, index, rows.length));
  }

  /** The range that one of these rows stands in, or else what they stand below. */
  above(owner: Owner, rows: Rows, row: Row): Row | undefined {
    if (rows.length <= mostRows) {
      return owner;
    }
    const place = rows.indexOf(row);
    return place < 0 ? owner : this.#range(owner, Math.floor(place / rowsInRange), rows.length);
  }

  #range(owner: Owner, index: number, length: number): RangeRow {
    const key = `${ownerKey(owner)}#range${index}`;
    const from = index * rowsInRange;
    const row = this.#rows.get(key) ?? { kind: 'range', key, owner, from, to: from };
    row.to = Math.min(from + rowsInRange, length);
    this.#rows.set(key, row);
    return row;
  }
}

function ownerKey(owner: Owner): string {
  return owner === undefined ? '' : owner.kind === 'group' ? `group:${owner.key}` : owner.key;
}
