import { type RuleId, ruleIds } from '../../core/findings/rules.ts';
import type { RowState } from '../../core/model/state.ts';

/** What a model sent that cannot be meant; the sentence tells the model alone what to send instead. */
export class UnfitInput extends Error {}

export interface ListInput {
  readonly connection: string | undefined;
  readonly text: string;
  readonly states: readonly RowState[];
  readonly finding: RuleId | undefined;
  readonly expiresWithinDays: number | undefined;
  readonly unusedForDays: number | undefined;
  /** How many rows of the list are left out. */
  readonly from: number;
}

export const listedStates = [
  'active',
  'expiring',
  'expired',
  'inactive',
  'revoked',
  'waiting',
  'unknown',
] as const satisfies readonly RowState[];

const mostDays = 3650;
export const mostProposed = 50;

export function listInput(input: unknown): ListInput {
  const members = object(input, [
    'connection',
    'text',
    'states',
    'finding',
    'expiresWithinDays',
    'unusedForDays',
    'from',
  ]);
  return {
    connection: optional(members.connection, (value) => text(value, 'connection')),
    text: optional(members.text, (value) => text(value, 'text')) ?? '',
    states: optional(members.states, states) ?? [],
    finding: optional(members.finding, rule),
    expiresWithinDays: optional(members.expiresWithinDays, (value) =>
      whole(value, 'expiresWithinDays', mostDays),
    ),
    unusedForDays: optional(members.unusedForDays, (value) => whole(value, 'unusedForDays', mostDays)),
    from: optional(members.from, (value) => whole(value, 'from', 1_000_000)) ?? 0,
  };
}

export function rowInput(input: unknown): string {
  return text(object(input, ['row']).row, 'row');
}

export function rowsInput(input: unknown): readonly string[] {
  const { rows } = object(input, ['rows']);
  if (!Array.isArray(rows) || rows.length === 0 || rows.length > mostProposed) {
    throw new UnfitInput(`rows has to be a list of 1 to ${mostProposed} row ids from list_tokens.`);
  }
  return [...new Set(rows.map((row) => text(row, 'rows')))];
}

export function noInput(input: unknown): void {
  object(input ?? {}, []);
}

function object(input: unknown, names: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new UnfitInput('The input has to be a JSON object.');
  }
  const unknown = Object.keys(input).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new UnfitInput(`The input may have these members only: ${names.join(', ') || 'none'}.`);
  }
  return { ...input };
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value);
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value.length > 200) {
    throw new UnfitInput(`${name} has to be a text of at most 200 characters.`);
  }
  return value;
}

function whole(value: unknown, name: string, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) {
    throw new UnfitInput(`${name} has to be a whole number from 0 to ${most}.`);
  }
  return value;
}

function states(value: unknown): readonly RowState[] {
  const wanted = Array.isArray(value) ? value : [value];
  return wanted.map((state) => {
    const known = listedStates.find((one) => one === state);
    if (!known) {
      throw new UnfitInput(`states may be: ${listedStates.join(', ')}.`);
    }
    return known;
  });
}

function rule(value: unknown): RuleId {
  const known = ruleIds.find((one) => one === value);
  if (!known) {
    throw new UnfitInput(`finding may be: ${ruleIds.join(', ')}.`);
  }
  return known;
}
