import type { ItemNode } from '../../core/branch.ts';
import {
  type AgeGroup,
  ageGroups,
  type ConnectionFigures,
  type CountedState,
  countedStates,
  daysAhead,
  type Overview,
  type Week,
} from '../../core/overview.ts';
import { atService } from '../clockWords.ts';
import { stateWord } from '../stateWords.ts';
import { relativeTime } from '../timeWords.ts';
import { stateOf } from '../tree/rows.ts';
import type { Wording } from '../wording.ts';
import { acts } from './acts.ts';
import {
  bar,
  lane,
  type Mark,
  markSample,
  type Part,
  patternDefinitions,
  swatch,
  weekAxis,
} from './charts.ts';
import { moreWords } from './details.ts';
import { type PageWording, pageWording } from './formats.ts';
import type { PageView } from './panel.ts';
import { stateShape } from './shapes.ts';
import { type Child, type ElementView, h } from './view.ts';

/** How many connections have a line of their own in a drawing; the others share one. */
const mostLines = 12;
/** How many connections have a row of their own in a table. */
const mostRows = 100;
/** How many rows a week of the table of expiries names. */
export const namedPerWeek = 10;

/** The figures of everything that has been read. */
export function overviewPage(overview: Overview, showsExpired: boolean, plainWording: Wording): PageView {
  const wording = pageWording(plainWording);
  const { localize } = wording;
  const title = localize('Overview');
  const header = (lead: string) =>
    h('header', {}, h('h1', { tabindex: -1 }, title), h('p', { class: 'lead' }, lead));
  if (overview.connections.length === 0) {
    return {
      title,
      content: [
        header(localize('There is no connection yet.')),
        buttons([[acts.addConnection, localize('Add Connection…')]]),
      ],
    };
  }
  return {
    title,
    content: [
      patternDefinitions(),
      header(localize('What has been read so far, as of {0}', wording.moment(wording.now()))),
      completeness(overview, showsExpired, wording),
      figures(overview, wording),
      timeline(overview, wording),
      division(overview.connections, stateDivision(wording), wording),
      division(overview.connections, ageDivision(wording), wording),
      expiries(overview.weeks, wording),
    ].filter((part) => part !== undefined),
  };
}

function buttons(given: readonly (readonly [act: string, title: string])[]): ElementView {
  return h(
    'ul',
    { class: 'actions' },
    given.map(([act, title]) =>
      h('li', { 'data-key': act }, h('button', { type: 'button', 'data-act': act, 'data-row': '' }, title)),
    ),
  );
}

/** What the figures leave out. */
function completeness(
  { unread, partial }: Overview,
  showsExpired: boolean,
  wording: PageWording,
): ElementView {
  const { localize } = wording;
  const unreadWords =
    unread.length === 0
      ? undefined
      : unread.length === 1
        ? localize('1 list has not been read yet.')
        : localize('{0} lists have not been read yet.', wording.number(unread.length));
  const partialWords =
    partial === 0
      ? undefined
      : partial === 1
        ? localize('Of 1 list only the first part has been read.')
        : localize('Of {0} lists only the first part has been read.', wording.number(partial));
  const expiredWords = showsExpired
    ? undefined
    : localize('Some services list expired tokens only while they are shown.');
  const words = [unreadWords, partialWords, expiredWords].filter((part) => part !== undefined);
  return h(
    'div',
    { 'data-key': 'completeness' },
    h(
      'div',
      { role: 'status', class: 'notes' },
      words.map((text) => h('p', { class: 'note' }, text)),
    ),
    buttons([
      ...(unread.length > 0 ? ([[acts.readLists, localize('Read Them Now')]] as const) : []),
      [acts.refresh, localize('Refresh All')],
    ]),
  );
}

function figures({ connections, weeks }: Overview, wording: PageWording): ElementView {
  const { localize } = wording;
  const inState = (state: CountedState) => sum(connections.map(({ states }) => states[state]));
  const tile = (label: string, count: number, state?: CountedState) =>
    h(
      'div',
      {},
      h('dt', {}, label),
      h('dd', {}, state && count > 0 ? stateShape(state) : undefined, wording.number(count)),
    );
  return h(
    'dl',
    { class: 'figures', 'data-key': 'figures' },
    tile(localize('Connections'), connections.length),
    tile(localize('Tokens'), sum(connections.map(({ total }) => total))),
    tile(localize('Expired'), inState('expired'), 'expired'),
    tile(localize('Expiring'), inState('expiring'), 'expiring'),
    tile(localize('Expire within {0} days', daysAhead), sum(weeks.map(({ total }) => total))),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}

function section(id: string, title: string, ...content: readonly Child[]): ElementView {
  return h('section', { 'data-key': id, 'aria-labelledby': id }, h('h2', { id }, title), content);
}

function timeline(overview: Overview, wording: PageWording): ElementView {
  const { localize } = wording;
  const title = localize('Next {0} Days', daysAhead);
  const { weeks } = overview;
  if (weeks.every(({ total }) => total === 0)) {
    const words = localize('Nothing that has been read expires in the next {0} days.', daysAhead);
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
function expiries(weeks: readonly Week[], wording: PageWording): ElementView | undefined {
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

function scroller(name: string, ...content: readonly Child[]): ElementView {
  return h(
    'div',
    { class: 'scroller', role: 'group', tabindex: 0, 'aria-label': name },
    h('table', {}, content),
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
  const { localize, locale } = wording;
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
    h('td', {}, h('time', { datetime: new Date(at).toISOString() }, wording.moment(at))),
    h('td', {}, relativeTime(at, there.now(), locale)),
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

/** One way to divide the tokens of a connection. */
interface Division {
  readonly id: string;
  readonly title: string;
  readonly tableTitle: string;
  readonly parts: readonly { readonly name: Part['name']; readonly label: string }[];
  count(figures: ConnectionFigures, index: number): number;
}

function stateDivision(wording: PageWording): Division {
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

function ageDivision(wording: PageWording): Division {
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
  readonly counts: readonly number[];
}

function division(
  connections: readonly ConnectionFigures[],
  division: Division,
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
    return section(id, title, h('p', { class: 'note' }, localize('No token has been read yet.')));
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
      countTable(
        title,
        shortened(all, mostRows, wording),
        parts.map(({ label }) => label),
        countsOf,
        wording,
      ),
    ),
  );
}

function lineOf(figures: ConnectionFigures, { parts, count }: Division): Line {
  const { id, label } = figures.node.connection;
  return { key: id, label, counts: parts.map((_, index) => count(figures, index)) };
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
  { key, label }: Line,
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
    h('span', { class: 'label', dir: 'auto' }, label),
    bar(
      parts.map(({ name }, index) => ({ name, count: counts[index] ?? 0 })),
      wording.localize('{0}: {1}', label, list),
    ),
    h('span', { class: 'total' }, wording.number(sum(counts))),
  );
}

function countTable(
  name: string,
  lines: readonly Line[],
  labels: readonly string[],
  countsOf: (line: Line) => readonly number[],
  wording: PageWording,
): ElementView {
  const { localize } = wording;
  const heads = [localize('Connection'), ...labels, localize('All')];
  return scroller(
    name,
    h('caption', { class: 'spoken' }, name),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        heads.map((head, index) =>
          h('th', { scope: 'col', class: index === 0 ? undefined : 'number' }, head),
        ),
      ),
    ),
    h(
      'tbody',
      {},
      lines.map((line) =>
        h(
          'tr',
          { 'data-key': line.key },
          h('th', { scope: 'row', dir: 'auto' }, line.label),
          [...countsOf(line), sum(line.counts)].map((count) =>
            h('td', { class: 'number' }, wording.number(count)),
          ),
        ),
      ),
    ),
  );
}
