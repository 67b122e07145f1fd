import type { ItemNode } from '../../core/inventory/tree.ts';
import { atService } from './clock.ts';
import type { Wording } from './context.ts';
import { lifetimeWords } from './states.ts';

/** The one that expires first, and how many others; a number from partly loaded lists says so. */
export function warningSentence(rows: readonly ItemNode[], wording: Wording): string {
  const { localize } = wording;
  const [first] = rows;
  if (!first) {
    return '';
  }
  const { name } = first.item;
  const { label } = first.connection;
  const left = lifetimeWords(first.item, atService(wording, first)) ?? '';
  const others = rows.length - 1;
  if (others === 0) {
    return localize('“{0}” ({1}) {2}.', name, label, left);
  }
  if (isAnyPartial(rows)) {
    return localize('“{0}” ({1}) {2}. More tokens expire soon: {3} so far.', name, label, left, others);
  }
  return others === 1
    ? localize('“{0}” ({1}) {2}. 1 more token expires soon.', name, label, left)
    : localize('“{0}” ({1}) {2}. {3} more tokens expire soon.', name, label, left, others);
}

function isAnyPartial(rows: readonly ItemNode[]): boolean {
  return [...new Set(rows.map(({ root }) => root))].some(({ branch }) =>
    [...branch.opened()].some(({ hasMore }) => hasMore),
  );
}
