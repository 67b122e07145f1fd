import { type RuleId, ruleIds } from '../findings/rules.ts';
import type { ItemKind } from '../model/item.ts';
import type { RowState } from '../model/state.ts';

/** Which of the rows that have been read are shown, in which order, below what. */
export interface Arrangement {
  readonly filter: Filter;
  readonly sort: Sort;
  readonly grouping: Grouping;
}

/** What a row has to be to be shown; an empty list or text asks for nothing. */
export interface Filter {
  readonly text: string;
  readonly states: readonly StateChoice[];
  /** Connection ids. */
  readonly connections: readonly string[];
  readonly kinds: readonly ItemKind[];
  /** Rules that find something about it. */
  readonly findings: readonly RuleId[];
  /** Whether tokens that are dead are shown without their state having been asked for. */
  readonly showsExpired: boolean;
}

export type StateChoice = Exclude<RowState, 'none'>;

export interface Sort {
  readonly by: SortKey;
  readonly descending: boolean;
}

/** `service`: as the service lists them. */
export type SortKey = 'service' | 'name' | 'expiry' | 'lastUse' | 'created';

/** `connection`: the hierarchy as the services have it. */
export type Grouping = 'connection' | 'provider' | 'state' | 'owner' | 'finding';

/** An arrangement under a name of the user's. */
export interface Preset {
  readonly name: string;
  readonly arrangement: Arrangement;
}

/** What needs attention comes first. */
export const stateChoices: readonly StateChoice[] = [
  'expired',
  'expiring',
  'waiting',
  'unknown',
  'active',
  'inactive',
  'revoked',
];

export const kindChoices: readonly ItemKind[] = [
  'token',
  'provider',
  'identity',
  'application',
  'user',
  'organization',
];

export const sortKeys: readonly SortKey[] = ['service', 'name', 'expiry', 'lastUse', 'created'];

export const groupings: readonly Grouping[] = ['connection', 'provider', 'state', 'owner', 'finding'];

export const noFilter: Filter = {
  text: '',
  states: [],
  connections: [],
  kinds: [],
  findings: [],
  showsExpired: false,
};

export const usualArrangement: Arrangement = {
  filter: noFilter,
  sort: { by: 'service', descending: false },
  grouping: 'connection',
};

/** What is looked for first with each order: what ends soonest, what was used or made last. */
export function naturalSort(by: SortKey): Sort {
  return { by, descending: by === 'lastUse' || by === 'created' };
}

/** Whether rows are left out for another reason than that they are dead. */
export function isNarrowing({ text, states, connections, kinds, findings }: Filter): boolean {
  return (
    text !== '' || states.length > 0 || connections.length > 0 || kinds.length > 0 || findings.length > 0
  );
}

/** Whether the rules about rows have a say in which rows stand where. */
export function usesFindings({ filter, grouping }: Arrangement): boolean {
  return filter.findings.length > 0 || grouping === 'finding';
}

/** Whether the rows stand in another way than the services have them. */
export function isArranged({ filter, sort, grouping }: Arrangement): boolean {
  return isNarrowing(filter) || sort.by !== 'service' || grouping !== 'connection';
}

/** Whether dead tokens have to be asked of services that leave them out otherwise. */
export function needsDead({ showsExpired, states }: Filter): boolean {
  return showsExpired || states.includes('expired') || states.includes('revoked');
}

/**
 * An arrangement as it was stored. What cannot be understood, say of a later version, is as if it had never
 * been chosen.
 */
export function parsedArrangement(stored: unknown): Arrangement {
  const { filter, sort, grouping } = record(stored);
  return {
    filter: parsedFilter(record(filter)),
    sort: parsedSort(record(sort)),
    grouping: oneOf(groupings, grouping) ?? usualArrangement.grouping,
  };
}

export function parsedPresets(stored: unknown): readonly Preset[] {
  return list(stored)
    .map(record)
    .flatMap(({ name, arrangement }) =>
      typeof name === 'string' && name !== '' ? [{ name, arrangement: parsedArrangement(arrangement) }] : [],
    );
}

/** The presets with one more; one of the same name is replaced where it stands. */
export function withPreset(presets: readonly Preset[], preset: Preset): readonly Preset[] {
  return presets.some(({ name }) => name === preset.name)
    ? presets.map((other) => (other.name === preset.name ? preset : other))
    : [...presets, preset];
}

export function sameArrangement(one: Arrangement, other: Arrangement): boolean {
  return canonical(one) === canonical(other);
}

function canonical({ filter, sort, grouping }: Arrangement): string {
  const { text, states, connections, kinds, findings, showsExpired } = filter;
  return JSON.stringify([
    text,
    [...states].sort(),
    [...connections].sort(),
    [...kinds].sort(),
    [...findings].sort(),
    showsExpired,
    sort.by,
    sort.descending,
    grouping,
  ]);
}

function parsedFilter(stored: Record<string, unknown>): Filter {
  const { text, states, connections, kinds, findings, showsExpired } = stored;
  return {
    text: typeof text === 'string' ? text : '',
    states: list(states).flatMap((state) => oneOf(stateChoices, state) ?? []),
    connections: list(connections).filter((id) => typeof id === 'string'),
    kinds: list(kinds).flatMap((kind) => oneOf(kindChoices, kind) ?? []),
    findings: list(findings).flatMap((rule) => oneOf(ruleIds, rule) ?? []),
    showsExpired: showsExpired === true,
  };
}

function parsedSort({ by, descending }: Record<string, unknown>): Sort {
  return { by: oneOf(sortKeys, by) ?? usualArrangement.sort.by, descending: descending === true };
}

function oneOf<T>(choices: readonly T[], value: unknown): T | undefined {
  return choices.find((choice) => choice === value);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
