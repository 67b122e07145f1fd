import type { Branch, ItemNode } from '../../../core/inventory/tree.ts';
import type { Overview } from '../../../core/status/overview.ts';
import { atService, clockWords } from '../../text/clock.ts';
import { errorWords } from '../../text/errors.ts';
import { lifetimeWords } from '../../text/states.ts';
import { stateOf } from '../../tree/rows.ts';
import { acts } from '../acts.ts';
import { nameOf } from '../details/rowTable.ts';
import type { PageWording } from '../formats.ts';
import { sum } from '../parts.ts';
import { connectionName } from '../serviceShapes.ts';
import { type Child, type ElementView, h } from '../view.ts';
import { stateShape } from './shapes.ts';

/** How many lists that cannot be read are named. */
const mostFailures = 5;

/**
 * What most people open the page for: what ends next, what is wrong, what should go. Nothing is said to be absent that
 * has only not been read.
 */
export function questions(overview: Overview, showsExpired: boolean, wording: PageWording): ElementView {
  const { localize } = wording;
  const answer = (question: string, ...words: readonly Child[]) =>
    h('div', {}, h('dt', {}, question), h('dd', {}, words));
  return h(
    'dl',
    { class: 'questions', 'data-key': 'questions' },
    answer(localize('What ends next'), nextEnd(overview, wording)),
    answer(localize('What is wrong'), problems(overview, wording)),
    answer(localize('What should go'), leftovers(overview, showsExpired, wording)),
  );
}

export function isPartlyRead({ partial, unread, failed }: Overview): boolean {
  return partial > 0 || unread.length > 0 || failed.length > 0;
}

/** Whether nothing has been read since the window opened: then there is nothing to say yet. */
export function isUnread({ connections }: Overview): boolean {
  return connections.every(({ node: { branch } }) => !branch.isLoaded && branch.error === undefined);
}

function nextEnd(overview: Overview, wording: PageWording): Child {
  const { localize } = wording;
  const first: ItemNode | undefined = overview.weeks.flatMap((week) => week.first).at(0);
  const isPartial = isPartlyRead(overview);
  if (!first) {
    return isUnread(overview)
      ? notKnown(wording)
      : h('p', {}, isPartial ? localize('Nothing so far') : localize('Nothing'));
  }
  const words = lifetimeWords(first.item, atService(wording, first)) ?? '';
  return [
    h('p', { class: 'state' }, stateShape(stateOf(first, wording)), rowLink(first.key, first.item.name)),
    h('p', {}, isPartial ? localize('{0} (so far)', words) : words),
    h('p', { class: 'note' }, connectionName(first.root)),
  ];
}

function notKnown({ localize }: PageWording): ElementView {
  return h('p', { class: 'note' }, localize('Not known until loaded'));
}

function rowLink(key: string, name: string): ElementView {
  return h(
    'button',
    { type: 'button', class: 'link', dir: 'auto', 'data-act': acts.showDetails, 'data-row': key },
    name,
  );
}

/** What could not be read; each leads to the row, where it says what helps. */
function problems(overview: Overview, wording: PageWording): Child {
  const { failed, connections } = overview;
  const { localize, number } = wording;
  // Once, however many services find it wrong.
  const clocks = new Set(connections.flatMap(({ node }) => clockWords(node.clockOffset, wording) ?? []));
  const shown = failed.slice(0, mostFailures);
  const more = failed.length - shown.length;
  if (shown.length === 0 && clocks.size === 0) {
    return isUnread(overview) ? notKnown(wording) : h('p', {}, localize('No problems found.'));
  }
  return h(
    'ul',
    { class: 'problems', 'data-key': 'failures' },
    [...clocks].map((words) =>
      h('li', { 'data-key': words }, localize('{0}: {1}', localize('Clock'), words)),
    ),
    shown.map((branch) => failure(branch, wording)),
    more > 0 ? h('li', {}, localize('{0} more', number(more))) : undefined,
  );
}

function failure({ owner, error }: Branch, wording: PageWording): ElementView {
  const link = rowLink(owner.key, nameOf(owner));
  return h(
    'li',
    { 'data-key': owner.key },
    owner.kind === 'connection' ? connectionName(owner, link) : link,
    ' ',
    error ? errorWords(error, wording).title : '',
  );
}

function leftovers(overview: Overview, showsExpired: boolean, wording: PageWording): Child {
  const { localize, number } = wording;
  if (isUnread(overview)) {
    return notKnown(wording);
  }
  const expired = sum(overview.connections.map(({ states }) => states.expired));
  const isAll = showsExpired && !isPartlyRead(overview);
  const count =
    expired === 0
      ? isAll
        ? localize('No expired tokens')
        : localize('No expired tokens loaded')
      : expired === 1
        ? localize('1 expired token')
        : localize('{0} expired tokens', number(expired));
  return [
    h('p', { class: 'state' }, expired > 0 ? stateShape('expired') : undefined, count),
    h(
      'button',
      { type: 'button', 'data-act': acts.cleanUp, 'data-row': '', 'data-key': acts.cleanUp },
      localize('Clean Up…'),
    ),
  ];
}
