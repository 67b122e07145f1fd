import type { Wording } from '../text/context.ts';
import { acts } from './acts.ts';
import { type ElementView, h } from './view.ts';

export interface Sort {
  /** One of the table's columns. */
  readonly column: string;
  readonly isDescending: boolean;
}

/** How the tables of a page are sorted where that was chosen; by the table's own name. */
export type Sorts = ReadonlyMap<string, Sort>;

export const noSorts: Sorts = new Map();

export interface SortColumn<Row> {
  readonly id: string;
  readonly title: string;
  /** Counts and moments; the largest comes first at the first press. */
  readonly isNumber?: boolean;
  /** What it is sorted by; rows without it come last in either direction. */
  key(row: Row): string | number | undefined;
}

/**
 * The heads of a table that can be sorted, each a button that says what a press does next: one direction, the other,
 * and back to the order that the table has by itself (https://www.w3.org/WAI/ARIA/apg/patterns/table/).
 */
export function sortHeads<Row>(
  table: string,
  columns: readonly SortColumn<Row>[],
  sort: Sort | undefined,
): ElementView[] {
  return columns.map(({ id, title, isNumber = false }) => {
    const isSorted = sort?.column === id;
    const direction = isSorted ? (sort.isDescending ? 'descending' : 'ascending') : undefined;
    const next = isSorted
      ? sort.isDescending === isNumber
        ? { column: id, isDescending: !sort.isDescending }
        : undefined
      : { column: id, isDescending: isNumber };
    const press = { type: 'button', 'data-act': acts.sort, 'data-row': offerOf(table, next) };
    return h(
      'th',
      { 'data-key': id, scope: 'col', class: isNumber ? 'number' : undefined, 'aria-sort': direction },
      h('button', { ...press, class: 'sort' }, title, arrow(direction)),
    );
  });
}

/** Where there is no arrow there is its place, so that no column moves when one is sorted. */
function arrow(direction: 'ascending' | 'descending' | undefined): ElementView {
  const outline = direction === 'descending' ? 'M3 4L6 8L9 4' : 'M3 8L6 4L9 8';
  return h(
    'svg',
    { class: 'arrow', viewBox: '0 0 12 12', width: 12, height: 12, 'aria-hidden': 'true' },
    direction && h('path', { d: outline }),
  );
}

/** Names of tables and columns are ours, and have no spaces. */
function offerOf(table: string, next: Sort | undefined): string {
  return next ? `${table} ${next.column} ${next.isDescending ? 'descending' : 'ascending'}` : table;
}

/** What a head says a press does, done. */
export function pressed(sorts: Sorts, offer: string): Sorts {
  const [table = '', column, direction] = offer.split(' ');
  const others = [...sorts].filter(([name]) => name !== table);
  return new Map(
    column === undefined
      ? others
      : [...others, [table, { column, isDescending: direction === 'descending' }]],
  );
}

/** The rows in that order; equal ones stay as they were. */
export function sortedRows<Row>(
  rows: readonly Row[],
  columns: readonly SortColumn<Row>[],
  sort: Sort | undefined,
  { locale }: Pick<Wording, 'locale'>,
): readonly Row[] {
  const column = columns.find(({ id }) => id === sort?.column);
  if (!column || !sort) {
    return rows;
  }
  const { compare } = new Intl.Collator(locale, { numeric: true });
  const sign = sort.isDescending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: column.key(row) }));
  return keyed
    .toSorted(({ key: a }, { key: b }) => {
      if (a === undefined || b === undefined) {
        return Number(a === undefined) - Number(b === undefined);
      }
      return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : compare(String(a), String(b)));
    })
    .map(({ row }) => row);
}
