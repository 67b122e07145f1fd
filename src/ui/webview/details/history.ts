import type { Observation } from '../../../core/changes/rowHistory.ts';
import type { Node } from '../../../core/inventory/tree.ts';
import type { Field, Item } from '../../../core/model/item.ts';
import type { RowState } from '../../../core/model/state.ts';
import type { Wording } from '../../text/context.ts';
import { stateWord } from '../../text/states.ts';

/** One line of a row's history. */
export interface HistoryEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly text: string;
}

/**
 * What is remembered, what was seen and when it was read last; the newest first.
 * @param isOver whether the row is not there because it has expired, and expired ones are not shown
 */
export function historyEntries(
  known: { readonly observations: readonly Observation[]; readonly journal: readonly HistoryEntry[] },
  node: Node | undefined,
  wording: Wording,
  isOver = false,
): HistoryEntry[] {
  const item = node?.kind === 'item' ? node.item : undefined;
  const readAt = node?.kind === 'item' ? node.parent.loadedAt : node?.branch.loadedAt;
  const entries = [
    ...known.journal,
    ...known.observations.map((observation) => ({
      at: observation.at,
      text:
        isOver && observation.kind === 'gone' && observation === known.observations.at(-1)
          ? wording.localize('Expired, and no longer shown')
          : observationWords(observation, item, wording),
    })),
    ...(readAt === undefined ? [] : [{ at: readAt, text: wording.localize('Last read from the service') }]),
  ];
  return entries.toSorted((a, b) => b.at - a.at);
}

function observationWords(observation: Observation, item: Item | undefined, wording: Wording): string {
  const { localize } = wording;
  switch (observation.kind) {
    case 'first':
      return localize('First looked at in this window');
    case 'gone':
      return localize('No longer in the list');
    case 'back':
      return localize('Reappeared');
    case 'renamed':
      return localize('Name changed from “{0}” to “{1}”', observation.from, observation.to);
    case 'state':
      return localize(
        'State changed from {0} to {1}',
        stateText(observation.from, item, wording),
        stateText(observation.to, item, wording),
      );
    case 'field':
      return fieldWords(observation.from, observation.to, wording);
    case 'rows':
      return rowsWords(observation.came, observation.went, wording);
  }
}

function stateText(state: RowState, item: Item | undefined, wording: Wording): string {
  return stateWord(state, item ?? { kind: 'token' }, wording) ?? '–';
}

function fieldWords(from: Field | undefined, to: Field | undefined, wording: Wording): string {
  const { localize } = wording;
  if (from && to) {
    return localize(
      '{0} changed from “{1}” to “{2}”',
      to.label,
      valueText(from, wording),
      valueText(to, wording),
    );
  }
  return to
    ? localize('{0} is now “{1}”', to.label, valueText(to, wording))
    : localize('{0} removed (was “{1}”)', from?.label ?? '', from ? valueText(from, wording) : '');
}

function valueText(field: Field, { absoluteTime }: Wording): string {
  return 'text' in field ? field.text : absoluteTime(field.at);
}

function rowsWords(came: readonly string[], went: readonly string[], wording: Wording): string {
  const { localize } = wording;
  if (went.length === 0) {
    return localize('New below: {0}', listed(came, wording));
  }
  return came.length === 0
    ? localize('Removed below: {0}', listed(went, wording))
    : localize('New below: {0}. Removed below: {1}', listed(came, wording), listed(went, wording));
}

const mostNames = 10;

function listed(names: readonly string[], { locale, localize }: Wording): string {
  const shown = names.slice(0, mostNames);
  const rest = names.length - shown.length;
  const all = rest === 0 ? shown : [...shown, localize('{0} more', rest)];
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(all);
}
