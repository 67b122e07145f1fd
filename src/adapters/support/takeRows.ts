import { TokenManagerError } from '../../core/model/errors.ts';

/** As many as anything here was made for. In an answer of the greatest size more would be of a few letters each. */
const mostRows = 100_000;

export interface TakenRows {
  readonly taken: readonly unknown[];
  /** Says that there were more. */
  readonly problems: readonly TokenManagerError[];
}

/** The entries of one answer that become rows. */
export function takeRows(entries: readonly unknown[]): TakenRows {
  return entries.length <= mostRows
    ? { taken: entries, problems: [] }
    : {
        taken: entries.slice(0, mostRows),
        problems: [new TokenManagerError('protocol', '', { code: 'endless-list' })],
      };
}
