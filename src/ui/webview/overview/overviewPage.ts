import { type CountedState, daysAhead, type Overview } from '../../../core/status/overview.ts';
import type { Wording } from '../../text/context.ts';
import { acts } from '../acts.ts';
import { type PageWording, pageWording } from '../formats.ts';
import type { PageView } from '../panel.ts';
import { section, sum } from '../parts.ts';
import { noSorts, type Sorts } from '../sorting.ts';
import { type ElementView, h } from '../view.ts';
import { patternDefinitions } from './charts.ts';
import { ageDivision, division, stateDivision } from './divisions.ts';
import { expiries } from './expiries.ts';
import { type FindingsView, findingsSection } from './findings.ts';
import { isPartlyRead, isUnread, questions } from './questions.ts';
import { stateShape } from './shapes.ts';
import { timeline } from './timeline.ts';

/** What most people come for on top; below it the figures of everything that has been read. */
export function overviewPage(
  overview: Overview,
  showsExpired: boolean,
  plainWording: Wording,
  sorts: Sorts = noSorts,
  findings?: FindingsView,
): PageView {
  const wording = pageWording(plainWording);
  const title = wording.localize('Overview');
  return {
    title,
    content:
      overview.connections.length === 0
        ? [header(title), noConnection(wording)]
        : [
            patternDefinitions(),
            header(title, leadOf(overview, wording)),
            questions(overview, showsExpired, wording),
            completeness(overview, showsExpired, wording),
            ...(isUnread(overview) ? [] : allFigures(overview, sorts, wording, findings)),
          ].filter((part) => part !== undefined),
  };
}

function header(title: string, lead?: string): ElementView {
  return h(
    'header',
    {},
    h('h1', { tabindex: -1 }, title),
    lead === undefined ? undefined : h('p', { class: 'lead' }, lead),
  );
}

function leadOf(overview: Overview, { localize }: PageWording): string {
  return isUnread(overview)
    ? localize('Nothing has been loaded in this window yet.')
    : isPartlyRead(overview)
      ? localize('Loaded so far')
      : localize('Everything is loaded.');
}

/** Says what will be here, and how to get there. */
function noConnection({ localize }: PageWording): ElementView {
  return h(
    'div',
    { class: 'empty', 'data-key': 'empty' },
    h('p', {}, localize('There is no connection yet.')),
    h(
      'p',
      { class: 'note' },
      localize('Connect a service to see here what expires next, what is wrong and what can go.'),
    ),
    buttons([[acts.addConnection, localize('Add Connection…')]]),
  );
}

/** Where everything has been read and there is no token, that is said once, and not by five empty parts. */
function allFigures(
  overview: Overview,
  sorts: Sorts,
  wording: PageWording,
  findings: FindingsView | undefined,
): readonly (ElementView | undefined)[] {
  const { connections, weeks } = overview;
  if (sum(connections.map(({ total }) => total)) === 0) {
    const { localize } = wording;
    return [
      section('tokens', localize('Tokens'), h('p', { class: 'note' }, localize('No tokens loaded yet.'))),
    ];
  }
  return [
    findings && findingsSection(findings, wording),
    figures(overview, wording),
    timeline(overview, wording),
    expiries(weeks, sorts, wording),
    division(connections, stateDivision(wording), sorts, wording),
    division(connections, ageDivision(wording), sorts, wording),
  ];
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
        ? localize('1 list is only partly loaded.')
        : localize('{0} lists are only partly loaded.', wording.number(partial));
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
      ...(partial > 0 ? ([[acts.loadAll, localize('Load All')]] as const) : []),
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
