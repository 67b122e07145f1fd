import type { ItemNode } from '../../../core/inventory/tree.ts';
import { daysAhead, type Overview, type Week } from '../../../core/status/overview.ts';
import { atService } from '../../text/clock.ts';
import { stateWord } from '../../text/states.ts';
import { stateOf } from '../../tree/rows.ts';
import { acts } from '../acts.ts';
import { moreWords } from '../details/detailsPage.ts';
import type { PageWording } from '../formats.ts';
import { mostLines, scroller, section, sum } from '../parts.ts';
import { type ElementView, h } from '../view.ts';
import { lane, type Mark, markSample, weekAxis } from './charts.ts';
import { stateShape } from './shapes.ts';

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

function lanes({ connections, weeks }: Overview, wording: PageWording): ElementView[] {
  const { localize } = wording;
  const countOf = (ids: readonly string[]) => sum(weeks.map((week) => expiriesOf(week, ids).total));
  const ranked = connections
    .map(({ node }) => ({ label: node.connection.label, ids: [node.connection.id] }))
    .map((entry) => ({ ...entry, total: countOf(entry.ids) }))
    .filter(({ total }) => total > 0)
    .toSorted((a, b) => b.total - a.total);
  const rest = ranked.slice(mostLines);
  const shown = ranked.slice(0, mostLines);
  if (rest.length > 0) {
    const ids = rest.flatMap((entry) => entry.ids);
    shown.push({
      label: localize('{0} more connections', wording.number(rest.length)),
      ids,
      total: countOf(ids),
    });
  }
  return shown.map(({ label, ids, total }) =>
    h(
      'div',
      { class: 'line', 'data-key': ids.join(' ') },
      h('span', { class: 'label', dir: 'auto' }, label),
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

function weekWords({ from, until }: Week, wording: PageWording): string {
  // Noon is on the last day however long that day is.
  return wording.days(from, until - 12 * 60 * 60_000);
}

/** The same as the timeline, in words; its marks lead here. */
export function expiries(weeks: readonly Week[], wording: PageWording): ElementView | undefined {
  const { localize } = wording;
  if (weeks.every(({ total }) => total === 0)) {
    return undefined;
  }
  const title = localize('What Expires, by Week');
  const heads = [
    localize('Name'),
    localize('Connection'),
    localize('Expires'),
    localize('Time left'),
    localize('State'),
  ];
  return section(
    'expiries',
    title,
    scroller(
      title,
      h('caption', { class: 'spoken' }, title),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads.map((head) => h('th', { scope: 'col' }, head)),
          h('td', {}),
        ),
      ),
      weeks.flatMap((week, index) =>
        week.total === 0 ? [] : [weekRows(week, index, heads.length + 1, wording)],
      ),
    ),
  );
}
function weekRows(week: Week, index: number, columns: number, wording: PageWording): ElementView {
  const { localize } = wording;
  const days = weekWords(week, wording);
  const more = week.total - week.first.length;
  const words =
    week.total === 1
      ? localize('{0}: 1 token', days)
      : localize('{0}: {1} tokens', days, wording.number(week.total));
  return h(
    'tbody',
    { 'data-key': index },
    h(
      'tr',
      {},
      h(
        'th',
        { id: `week-${index}`, class: 'week', scope: 'rowgroup', colspan: columns, tabindex: -1 },
        words,
      ),
    ),
    week.first.map((node) => expiryRow(node, wording)),
    more > 0
      ? h(
          'tr',
          { 'data-key': 'more' },
          h('td', { colspan: columns, class: 'note' }, moreWords(more, wording)),
        )
      : undefined,
  );
}

function expiryRow(node: ItemNode, wording: PageWording): ElementView {
  const { localize } = wording;
  const { item, connection, key } = node;
  const there = atService(wording, node);
  const state = stateOf(node, wording);
  const at = item.lifetime.kind === 'expires' ? item.lifetime.at : 0;
  const button = (act: string, attributes: { class?: string }, title: string, spoken?: string) =>
    h(
      'button',
      { type: 'button', ...attributes, 'data-act': act, 'data-row': key, 'aria-label': spoken },
      title,
    );
  return h(
    'tr',
    { 'data-key': key },
    h('th', { scope: 'row', dir: 'auto' }, button(acts.showDetails, { class: 'link' }, item.name)),
    h('td', { dir: 'auto' }, connection.label),
    h('td', {}, h('time', { datetime: new Date(at).toISOString() }, wording.absoluteTime(at))),
    h('td', {}, wording.relativeTime(at, there.now())),
    h('td', {}, h('span', { class: 'state' }, stateShape(state), stateWord(state, item, wording) ?? '')),
    h(
      'td',
      {},
      button(
        acts.showInTree,
        { class: 'link' },
        localize('Show in Tree'),
        localize('Show in Tree: {0}', item.name),
      ),
    ),
  );
}
