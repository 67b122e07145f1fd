import type { Branch } from '../../../core/inventory/tree.ts';
import { type CountedState, daysAhead, type Overview } from '../../../core/status/overview.ts';
import type { Wording } from '../../text/context.ts';
import { errorWords } from '../../text/errors.ts';
import { acts } from '../acts.ts';
import { nameOf } from '../details/detailsPage.ts';
import { type PageWording, pageWording } from '../formats.ts';
import type { PageView } from '../panel.ts';
import { sum } from '../parts.ts';
import { type ElementView, h } from '../view.ts';
import { patternDefinitions } from './charts.ts';
import { ageDivision, division, stateDivision } from './divisions.ts';
import { questions } from './questions.ts';
import { stateShape } from './shapes.ts';
import { expiries, timeline } from './timeline.ts';

/** How many lists that cannot be read are named. */
const mostFailures = 5;

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
      header(localize('Loaded so far')),
      questions(overview, wording),
      failures(overview.failed, wording),
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

/** What could not be read; each leads to the row, where it says what helps. */
function failures(failed: readonly Branch[], wording: PageWording): ElementView | undefined {
  const shown = failed.slice(0, mostFailures);
  const more = failed.length - shown.length;
  return shown.length === 0
    ? undefined
    : h(
        'ul',
        { class: 'problems', 'data-key': 'failures' },
        shown.map(({ owner, error }) =>
          h(
            'li',
            { 'data-key': owner.key },
            h(
              'button',
              { type: 'button', class: 'link', 'data-act': acts.showDetails, 'data-row': owner.key },
              nameOf(owner),
            ),
            ' ',
            error ? errorWords(error, wording).title : '',
          ),
        ),
        more > 0 ? h('li', {}, wording.localize('{0} more', wording.number(more))) : undefined,
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
