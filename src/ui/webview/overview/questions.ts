import type { ItemNode } from '../../../core/inventory/tree.ts';
import type { Overview } from '../../../core/status/overview.ts';
import { atService } from '../../text/clock.ts';
import { lifetimeWords } from '../../text/states.ts';
import { acts } from '../acts.ts';
import type { PageWording } from '../formats.ts';
import { sum } from '../parts.ts';
import { type Child, type ElementView, h } from '../view.ts';

/** What most people open the page for: what ends next, what is wrong, what should go. */
export function questions(overview: Overview, wording: PageWording): ElementView {
  const { localize } = wording;
  const line = (question: string, answer: Child | readonly Child[]) =>
    h('div', {}, h('dt', {}, question), h('dd', {}, answer));
  return h(
    'dl',
    { class: 'questions', 'data-key': 'questions' },
    line(localize('What ends next'), nextEnd(overview, wording)),
    line(localize('What is wrong'), problems(overview, wording)),
    line(localize('What should go'), leftovers(overview, wording)),
  );
}

function nextEnd({ weeks, partial, unread }: Overview, wording: PageWording): readonly Child[] {
  const { localize } = wording;
  const first: ItemNode | undefined = weeks.flatMap((week) => week.first).at(0);
  const isPartial = partial > 0 || unread.length > 0;
  if (!first) {
    return [isPartial ? localize('Nothing so far') : localize('Nothing')];
  }
  const words = lifetimeWords(first.item, atService(wording, first)) ?? '';
  return [
    h(
      'button',
      { type: 'button', class: 'link', 'data-act': acts.showDetails, 'data-row': first.key },
      first.item.name,
    ),
    ` ${[first.connection.label, words, ...(isPartial ? [localize('so far')] : [])].join(' · ')}`,
  ];
}

function problems({ failed }: Overview, { localize, number }: PageWording): string {
  if (failed.length === 0) {
    return localize('No problems found.');
  }
  return failed.length === 1
    ? localize('1 list could not be loaded')
    : localize('{0} lists could not be loaded', number(failed.length));
}

function leftovers({ connections }: Overview, { localize, number }: PageWording): string {
  const expired = sum(connections.map(({ states }) => states.expired));
  if (expired === 0) {
    return localize('No expired tokens');
  }
  return expired === 1 ? localize('1 expired token') : localize('{0} expired tokens', number(expired));
}
