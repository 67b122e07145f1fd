import type { Arrangement, Filter, Grouping, Sort, StateChoice } from '../../core/arrange/arrangement.ts';
import { naturalSort } from '../../core/arrange/arrangement.ts';
import type { GroupName } from '../../core/arrange/group.ts';
import type { Connection, ItemKind } from '../../core/model/item.ts';
import type { Wording } from './context.ts';
import { ruleTitle } from './findings.ts';

/** A state as a choice or a heading, whatever kind of row is in it. */
export function stateChoiceWord(state: StateChoice, { localize }: Wording): string {
  switch (state) {
    case 'active':
      return localize('Active');
    case 'expiring':
      return localize('Expiring');
    case 'expired':
      return localize('Expired');
    case 'inactive':
      return localize('Inactive');
    case 'revoked':
      return localize('Revoked');
    case 'waiting':
      return localize('Waiting for approval');
    case 'unknown':
      return localize('State unknown');
  }
}

export function kindChoiceWord(kind: ItemKind, { localize }: Wording): string {
  switch (kind) {
    case 'token':
      return localize('Tokens');
    case 'provider':
      return localize('Providers');
    case 'identity':
      return localize('Identity links');
    case 'application':
      return localize('Applications');
    case 'user':
      return localize('Users');
    case 'organization':
      return localize('Organizations');
    case 'section':
      return localize('Groups');
    case 'access':
      return localize('Permissions');
    case 'note':
      return localize('Notes');
  }
}

export function groupWord(name: GroupName, wording: Wording): string {
  switch (name.by) {
    case 'state':
      return name.state === 'none'
        ? wording.localize('Without a state')
        : stateChoiceWord(name.state, wording);
    case 'owner':
      return name.owner ?? wording.localize('Owner unknown');
    case 'provider':
      return name.provider;
    case 'finding':
      return name.rule === undefined ? wording.localize('No finding') : ruleTitle(name.rule, wording);
  }
}

/** What of an arrangement is not as usual, in a few words; nothing where all is. */
export function arrangementWords(
  { filter, sort, grouping }: Arrangement,
  connections: readonly Connection[],
  wording: Wording,
): string | undefined {
  const parts = [
    ...filterWords(filter, connections, wording),
    sortWords(sort, wording),
    groupingWords(grouping, wording),
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(' · ') : undefined;
}

/** One text for each thing a filter asks for. */
function filterWords(filter: Filter, connections: readonly Connection[], wording: Wording): string[] {
  const { text, states, kinds, findings } = filter;
  const labels = connections.flatMap(({ id, label }) => (filter.connections.includes(id) ? [label] : []));
  const either = (words: readonly string[]) => alternatives(words, wording);
  return [
    ...(text === '' ? [] : [wording.localize('“{0}”', text)]),
    ...either(states.map((state) => stateChoiceWord(state, wording))),
    ...either(kinds.map((kind) => kindChoiceWord(kind, wording))),
    ...either(findings.map((rule) => ruleTitle(rule, wording))),
    ...either(labels),
  ];
}

/** "a, b, or c" as one text, or none. */
export function alternatives(words: readonly string[], { locale }: Wording): string[] {
  return words.length === 0
    ? []
    : [new Intl.ListFormat(locale, { type: 'disjunction', style: 'short' }).format(words)];
}

function sortWords(sort: Sort, wording: Wording): string | undefined {
  const { localize } = wording;
  const word = sortWord(sort, wording);
  const isReversed = naturalSort(sort.by).descending !== sort.descending;
  return word !== undefined && isReversed ? localize('{0}, reversed', word) : word;
}

function sortWord({ by }: Sort, { localize }: Wording): string | undefined {
  switch (by) {
    case 'name':
      return localize('by name');
    case 'expiry':
      return localize('by expiry');
    case 'lastUse':
      return localize('by last use');
    case 'created':
      return localize('by creation');
    case 'service':
      return undefined;
  }
}

function groupingWords(grouping: Grouping, { localize }: Wording): string | undefined {
  switch (grouping) {
    case 'provider':
      return localize('grouped by provider');
    case 'state':
      return localize('grouped by state');
    case 'owner':
      return localize('grouped by owner');
    case 'finding':
      return localize('grouped by finding');
    case 'connection':
      return undefined;
  }
}
