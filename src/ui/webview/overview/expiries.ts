import type { ItemNode } from '../../../core/inventory/tree.ts';
import type { Week } from '../../../core/status/overview.ts';
import { atService } from '../../text/clock.ts';
import { stateWord, timeLeft } from '../../text/states.ts';
import { stateOf } from '../../tree/rows.ts';
import { acts } from '../acts.ts';
import { moreWords } from '../details/detailsPage.ts';
import type { PageWording } from '../formats.ts';
import { scroller, section, sum } from '../parts.ts';
import { connectionName } from '../serviceShapes.ts';
import { type SortColumn, type Sorts, sortedRows, sortHeads } from '../sorting.ts';
import { type ElementView, h } from '../view.ts';
import { stateShape } from './shapes.ts';
import { weekWords } from './timeline.ts';

const table = 'expiries';

/**
 * The same as the timeline, in words; its marks lead here. By week, which is the order in which they end; sorted by
 * anything else the weeks would only be in the way.
 */
export function expiries(
  weeks: readonly Week[],
  sorts: Sorts,
  wording: PageWording,
): ElementView | undefined {
  const { localize } = wording;
  if (weeks.every(({ total }) => total === 0)) {
    return undefined;
  }
  const title = localize('What Expires, by Week');
  const columns = expiryColumns(wording);
  const sort = sorts.get(table);
  const width = columns.length + 1;
  return section(
    'expiries',
    title,
    scroller(
      title,
      h('caption', { class: 'spoken' }, title),
      h('thead', {}, h('tr', {}, sortHeads(table, columns, sort ?? ascending), h('td', {}))),
      sort === undefined
        ? weeks.flatMap((week, index) => (week.total === 0 ? [] : [weekRows(week, index, width, wording)]))
        : sortedBody(weeks, sortedRows(places(weeks), columns, sort, wording), width, wording),
    ),
  );
}

const ascending = { column: 'expires', isDescending: false };

/** A row, and the week whose mark leads to it. */
interface Place {
  readonly node: ItemNode;
  readonly id: string | undefined;
}

function places(weeks: readonly Week[]): Place[] {
  return weeks.flatMap(({ first }, week) =>
    first.map((node, index) => ({ node, id: index === 0 ? weekId(week) : undefined })),
  );
}

function weekId(index: number): string {
  return `week-${index}`;
}

function expiryColumns(wording: PageWording): readonly SortColumn<Place>[] {
  const { localize } = wording;
  const end = ({ node }: Place) => endOf(node);
  return [
    { id: 'name', title: localize('Name'), key: ({ node }) => node.item.name },
    { id: 'connection', title: localize('Connection'), key: ({ node }) => node.connection.label },
    { id: 'expires', title: localize('Expires'), key: end },
    { id: 'left', title: localize('Time left'), key: ({ node }) => endOf(node) - node.root.clockOffset },
    {
      id: 'state',
      title: localize('State'),
      key: ({ node }) => stateWord(stateOf(node, wording), node.item, wording),
    },
  ];
}

function endOf({ item: { lifetime } }: ItemNode): number {
  return lifetime.kind === 'expires' ? lifetime.at : 0;
}

function sortedBody(
  weeks: readonly Week[],
  rows: readonly Place[],
  columns: number,
  wording: PageWording,
): ElementView {
  const more = sum(weeks.map(({ total }) => total)) - rows.length;
  return h(
    'tbody',
    { 'data-key': 'sorted' },
    rows.map(({ node, id }) => expiryRow(node, wording, id)),
    more > 0 ? moreRow(more, columns, wording) : undefined,
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
      h('th', { id: weekId(index), class: 'week', scope: 'rowgroup', colspan: columns, tabindex: -1 }, words),
    ),
    week.first.map((node) => expiryRow(node, wording)),
    more > 0 ? moreRow(more, columns, wording) : undefined,
  );
}

function moreRow(more: number, columns: number, wording: PageWording): ElementView {
  return h(
    'tr',
    { 'data-key': 'more' },
    h('td', { colspan: columns, class: 'note' }, moreWords(more, wording)),
  );
}

/** @param id where a mark of the timeline leads to this row */
function expiryRow(node: ItemNode, wording: PageWording, id?: string): ElementView {
  const { localize } = wording;
  const { item, key } = node;
  const there = atService(wording, node);
  const state = stateOf(node, wording);
  const at = endOf(node);
  const button = (act: string, title: string, spoken?: string) =>
    h(
      'button',
      { type: 'button', class: 'link', 'data-act': act, 'data-row': key, 'aria-label': spoken },
      title,
    );
  return h(
    'tr',
    { 'data-key': key },
    h(
      'th',
      { id, scope: 'row', dir: 'auto', tabindex: id === undefined ? undefined : -1 },
      button(acts.showDetails, item.name),
    ),
    h('td', { dir: 'auto' }, connectionName(node.root)),
    h('td', {}, h('time', { datetime: new Date(at).toISOString() }, wording.absoluteTime(at))),
    h('td', {}, timeLeft(at, there)),
    h('td', {}, h('span', { class: 'state' }, stateShape(state), stateWord(state, item, wording) ?? '')),
    h('td', {}, button(acts.showInTree, localize('Show in Tree'), localize('Show in Tree: {0}', item.name))),
  );
}
