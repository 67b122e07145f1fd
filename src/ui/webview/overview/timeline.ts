import { daysAhead, type Overview, type Week } from '../../../core/status/overview.ts';
import type { PageWording } from '../formats.ts';
import { mostLines, section, sum } from '../parts.ts';
import { connectionName } from '../serviceShapes.ts';
import { type Child, type ElementView, h } from '../view.ts';
import { lane, type Mark, markSample, weekAxis } from './charts.ts';

/** How many rows a week of the table of expiries names. */
export const namedPerWeek = 10;

/** A line for each connection, with a mark for each week in which something of it expires. */
export function timeline(overview: Overview, wording: PageWording): ElementView {
  const { localize } = wording;
  const title = localize('Next {0} Days', daysAhead);
  const { weeks } = overview;
  if (weeks.every(({ total }) => total === 0)) {
    const words = localize('No loaded token expires in the next {0} days.', daysAhead);
    return section('timeline', title, h('p', { class: 'note' }, words));
  }
  return section(
    'timeline',
    title,
    h(
      'div',
      { class: 'chart' },
      lanes(overview, wording),
      h(
        'div',
        { class: 'line', 'data-key': 'axis' },
        h('span', { class: 'label' }),
        weekAxis(weeks.map(({ from }) => wording.day(from))),
      ),
    ),
    h(
      'ul',
      { class: 'legend' },
      h('li', {}, markSample(true), localize('at least one is expiring')),
      h('li', {}, markSample(false), localize('they expire later')),
    ),
  );
}

interface Lane {
  readonly label: string;
  readonly name: Child;
  readonly ids: readonly string[];
  readonly total: number;
}

function lanes({ connections, weeks }: Overview, wording: PageWording): ElementView[] {
  const { localize } = wording;
  const countOf = (ids: readonly string[]) => sum(weeks.map((week) => expiriesOf(week, ids).total));
  const ranked = connections
    .map(({ node }) => ({
      label: node.connection.label,
      name: connectionName(node),
      ids: [node.connection.id],
    }))
    .map((entry) => ({ ...entry, total: countOf(entry.ids) }))
    .filter(({ total }) => total > 0)
    .toSorted((a, b) => b.total - a.total);
  const rest = ranked.slice(mostLines);
  const shown: Lane[] = ranked.slice(0, mostLines);
  if (rest.length > 0) {
    const ids = rest.flatMap((entry) => entry.ids);
    const label = localize('{0} more connections', wording.number(rest.length));
    shown.push({ label, name: label, ids, total: countOf(ids) });
  }
  return shown.map(({ label, name, ids, total }) =>
    h(
      'div',
      { class: 'line', 'data-key': ids.join(' ') },
      h('span', { class: 'label', dir: 'auto' }, name),
      lane(
        weeks.map((week, index) => markOf(week, index, label, ids, wording)),
        label,
      ),
      h('span', { class: 'total' }, wording.number(total)),
    ),
  );
}

function expiriesOf({ byConnection }: Week, ids: readonly string[]): { total: number; soon: number } {
  const found = ids.flatMap((id) => byConnection.get(id) ?? []);
  return { total: sum(found.map(({ total }) => total)), soon: sum(found.map(({ soon }) => soon)) };
}

function markOf(
  week: Week,
  index: number,
  label: string,
  ids: readonly string[],
  wording: PageWording,
): Mark | undefined {
  const { localize } = wording;
  const { total, soon } = expiriesOf(week, ids);
  if (total === 0) {
    return undefined;
  }
  const days = weekWords(week, wording);
  return {
    count: wording.compact(total),
    isSoon: soon > 0,
    name:
      total === 1
        ? localize('{0}: 1 token expires {1}', label, days)
        : localize('{0}: {1} tokens expire {2}', label, wording.number(total), days),
    href: `#week-${index}`,
  };
}

export function weekWords({ from, until }: Week, wording: PageWording): string {
  // Noon is on the last day however long that day is.
  return wording.days(from, until - 12 * 60 * 60_000);
}
