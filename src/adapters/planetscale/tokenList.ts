import { fastInstant } from '../support/fastInstant.ts';
import type { Token } from './api.ts';

/** The tokens of one page, with their moments apart. */
export interface TokenList {
  readonly tokens: readonly TokenTexts[];
  readonly moments: Moments;
}

const momentNames = ['created_at', 'updated_at', 'expires_at', 'last_used_at'] as const;
type MomentName = (typeof momentNames)[number];
const places: Readonly<Record<MomentName, number>> = {
  created_at: 0,
  updated_at: 1,
  expires_at: 2,
  last_used_at: 3,
};

export type TokenTexts = Omit<Token, MomentName>;

/** The moments of a page's rows, in epoch milliseconds: as members of objects they would take three times as much. */
export class Moments {
  readonly #values: Float64Array;

  constructor(rows: number) {
    this.#values = new Float64Array(rows * momentNames.length);
  }

  /** @returns whether each of them is one, written the usual way, or none */
  read(row: number, from: Readonly<Partial<Record<MomentName, unknown>>>): boolean {
    const first = row * momentNames.length;
    return (
      this.#read(first + places.created_at, from.created_at) &&
      this.#read(first + places.updated_at, from.updated_at) &&
      this.#read(first + places.expires_at, from.expires_at) &&
      this.#read(first + places.last_used_at, from.last_used_at)
    );
  }

  set(row: number, name: MomentName, at: number | null | undefined): void {
    this.#values[row * momentNames.length + places[name]] = at ?? absent(at);
  }

  /** `null` where the service says "never", `undefined` where it says nothing. */
  get(row: number, name: MomentName): number | null | undefined {
    const at = this.#values[row * momentNames.length + places[name]];
    return at === undefined || Number.isNaN(at) ? undefined : at === Number.POSITIVE_INFINITY ? null : at;
  }

  #read(place: number, value: unknown): boolean {
    if (value == null) {
      this.#values[place] = absent(value);
      return true;
    }
    const at = typeof value === 'string' ? fastInstant(value) : Number.NaN;
    this.#values[place] = at;
    return !Number.isNaN(at);
  }
}

function absent(value: null | undefined): number {
  return value === null ? Number.POSITIVE_INFINITY : Number.NaN;
}

export function tokenList(tokens: readonly Token[]): TokenList {
  const moments = new Moments(tokens.length);
  for (const [row, token] of tokens.entries()) {
    for (const name of momentNames) {
      moments.set(row, name, token[name]);
    }
  }
  return { tokens, moments };
}
