import type { TokenManagerError } from '../model/errors.ts';
import type { Draft, FormIo, ProviderAdapter } from './contract.ts';

/** The id of a described service's adapter: apart from those we bring and those of other extensions. */
export function describedId(id: string): string {
  return `described.${id}`;
}

export function isDescribed(adapterId: string): boolean {
  return adapterId.startsWith(describedId(''));
}

export type ReadDescription =
  | {
      readonly kind: 'usable';
      readonly adapter: ProviderAdapter;
      /** Calls the service, reading only, and compares what it answers with the description. */
      tryOut(draft: Draft, io: FormIo, signal: AbortSignal): Promise<readonly DescriptionFinding[]>;
    }
  | { readonly kind: 'unusable'; readonly flaws: readonly DescriptionFlaw[] };

/** Something wrong in the description itself. */
export interface DescriptionFlaw {
  /** Member names joined by dots; empty for the whole. */
  readonly place: string;
  readonly problem: 'missing' | 'unknown' | 'invalid';
}

/** What a call to the service showed. */
export type DescriptionFinding =
  | { readonly kind: 'fits' | 'doesNotFit' | 'note'; readonly sentence: string }
  | {
      readonly kind: 'failed';
      /** The part of the description that names the call. */
      readonly part: string;
      readonly route: string;
      readonly error: TokenManagerError;
    };
