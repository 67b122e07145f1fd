import { isNarrowing } from '../../core/arrange/arrangement.ts';
import { found } from '../../core/arrange/found.ts';
import { toResult } from '../../core/model/errors.ts';
import { momentOf } from '../text/moment.ts';
import type { CommandDeps } from './deps.ts';

/** In so many lists what a filter finds is brought to light; who finds more than that narrows it. */
const mostOpened = 20;

/** What is found below collapsed rows would not be seen: they are opened, the first of all last, so that it is in view. */
export async function showMatches({ view, viewState, inventory, wording }: CommandDeps): Promise<void> {
  const { filter, grouping } = viewState.arrangement;
  if (!isNarrowing(filter) || grouping !== 'connection') {
    return;
  }
  const { firsts } = found(inventory.roots, filter, momentOf(wording));
  for (const node of firsts.slice(0, mostOpened).toReversed()) {
    // One that has gone meanwhile is not looked for.
    await toResult(Promise.resolve(view.reveal(node, { select: false, focus: false })));
  }
}
