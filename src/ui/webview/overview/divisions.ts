import type { ConnectionNode } from '../../../core/inventory/tree.ts';
import {
  type AgeGroup,
  ageGroups,
  type ConnectionFigures,
  countedStates,
} from '../../../core/status/overview.ts';
import { stateWord } from '../../text/states.ts';
import type { PageWording } from '../formats.ts';
import { mostLines, scroller, section, sum } from '../parts.ts';
import { connectionName } from '../serviceShapes.ts';
import { type SortColumn, type Sorts, sortedRows, sortHeads } from '../sorting.ts';
import { type ElementView, h } from '../view.ts';
import { bar, type Part, swatch } from './charts.ts';

/** How many connections have a row of their own in a table. */
const mostRows = 100;

/** One way to divide the tokens of a connection. */
export interface Division {
  readonly id: string;
  readonly title: string;
  readonly tableTitle: string;
  readonly parts: readonly { readonly name: Part['name']; readonly label: string }[];
  count(figures: ConnectionFigures, index: number): number;
}

export function stateDivision(wording: PageWording): Division {
  const { localize } = wording;
  return {
    id: 'states',
    title: localize('Tokens by State'),
    tableTitle: localize('Tokens by state and connection, as a table'),
    parts: countedStates.map((state) => ({
      name: state,
      label: stateWord(state, { kind: 'token' }, wording) ?? '',
    })),
    count: ({ states }, index) => states[countedStates[index] ?? 'unknown'],
  };
}

export function ageDivision(wording: PageWording): Division {
  const { localize } = wording;
  const labels: Record<AgeGroup, string> = {
    month: localize('under 30 days'),
    quarter: localize('30 to 89 days'),
    year: localize('90 to 364 days'),
    older: localize('a year and more'),
    unknown: localize('unknown'),
  };
  return {
    id: 'ages',
    title: localize('Tokens by Age'),
    tableTitle: localize('Tokens by age and connection, as a table'),
    parts: ageGroups.map((group) => ({ name: `age-${group}`, label: labels[group] })),
    count: ({ ages }, index) => ages[ageGroups[index] ?? 'unknown'],
  };
}

/** The counts of one line, be it of one connection or of several. */
interface Line {
  readonly key: string;
  readonly label: string;
  /** The connection, where it is one. */
  readonly node?: ConnectionNode;
  readonly counts: readonly number[];
}

/** A bar for each connection, and the same as a table. */
export function division(
  connections: readonly ConnectionFigures[],
  division: Division,
  sorts: Sorts,
  wording: PageWording,
): ElementView {
  const { localize } = wording;
  const { id, title, tableTitle } = division;
  const counted = connections.filter(({ total }) => total > 0).toSorted((a, b) => b.total - a.total);
  const all = counted.map((figures) => lineOf(figures, division));
  // What occurs nowhere would only be noise.
  const used = division.parts.map((_, index) => all.some(({ counts }) => (counts[index] ?? 0) > 0));
  const parts = division.parts.filter((_, index) => used[index]);
  const countsOf = ({ counts }: Line) => counts.filter((_, index) => used[index]);
  if (all.length === 0) {
    return section(id, title, h('p', { class: 'note' }, localize('No tokens loaded yet.')));
  }
  return section(
    id,
    title,
    h(
      'div',
      { class: 'chart' },
      shortened(all, mostLines, wording).map((line) => barLine(line, countsOf(line), parts, wording)),
    ),
    h(
      'ul',
      { class: 'legend' },
      parts.map(({ name, label }) => h('li', {}, swatch(name), label)),
    ),
    h(
      'details',
      {},
      h('summary', {}, tableTitle),
      countTable({ id, title, lines: all, parts, countsOf }, sorts, wording),
    ),
  );
}

function lineOf(figures: ConnectionFigures, { parts, count }: Division): Line {
  const { id, label } = figures.node.connection;
  return { key: id, label, node: figures.node, counts: parts.map((_, index) => count(figures, index)) };
}

function shortened(lines: readonly Line[], most: number, wording: PageWording): readonly Line[] {
  if (lines.length <= most) {
    return lines;
  }
  const rest = lines.slice(most);
  const counts = (rest[0]?.counts ?? []).map((_, index) => sum(rest.map((line) => line.counts[index] ?? 0)));
  const label = wording.localize('{0} more connections', wording.number(rest.length));
  return [...lines.slice(0, most), { key: '', label, counts }];
}

function barLine(
  { key, label, node }: Line,
  counts: readonly number[],
  parts: Division['parts'],
  wording: PageWording,
): ElementView {
  const said = parts.flatMap((part, index) => {
    const count = counts[index] ?? 0;
    return count === 0 ? [] : [wording.localize('{0} {1}', wording.number(count), part.label)];
  });
  const list = wording.list(said);
  return h(
    'div',
    { class: 'line', 'data-key': key },
    h('span', { class: 'label', dir: 'auto' }, node ? connectionName(node) : label),
    bar(
      parts.map(({ name }, index) => ({ name, count: counts[index] ?? 0 })),
      wording.localize('{0}: {1}', label, list),
    ),
    h('span', { class: 'total' }, wording.number(sum(counts))),
  );
}

interface CountTable {
  readonly id: string;
  readonly title: string;
  readonly lines: readonly Line[];
  readonly parts: Division['parts'];
  countsOf(line: Line): readonly number[];
}

/** The most of all first, until it is sorted otherwise. */
function countTable(
  { id, title, lines, parts, countsOf }: CountTable,
  sorts: Sorts,
  wording: PageWording,
): ElementView {
  const { localize } = wording;
  const columns: readonly SortColumn<Line>[] = [
    { id: 'connection', title: localize('Connection'), key: ({ label }) => label },
    ...parts.map(({ name, label }, index) => ({
      id: name,
      title: label,
      isNumber: true,
      key: (line: Line) => countsOf(line)[index],
    })),
    { id: 'all', title: localize('All'), isNumber: true, key: ({ counts }) => sum(counts) },
  ];
  const sort = sorts.get(id) ?? { column: 'all', isDescending: true };
  const shown = shortened(sortedRows(lines, columns, sort, wording), mostRows, wording);
  return scroller(
    title,
    h('caption', { class: 'spoken' }, title),
    h('thead', {}, h('tr', {}, sortHeads(id, columns, sort))),
    h(
      'tbody',
      {},
      shown.map((line) =>
        h(
          'tr',
          { 'data-key': line.key },
          h('th', { scope: 'row', dir: 'auto' }, line.node ? connectionName(line.node) : line.label),
          [...countsOf(line), sum(line.counts)].map((count) =>
            h('td', { class: 'number' }, wording.number(count)),
          ),
        ),
      ),
    ),
  );
}
