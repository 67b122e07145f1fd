import { isPartOfEntry } from '../../core/arrange/filter.ts';
import type { Branch } from '../../core/inventory/tree.ts';
import type { Row } from './row.ts';

/** Rows that say what of a list could not be read, or why all of it could not. */
export function troublesOf(branch: Branch): readonly Row[] {
  const errors = branch.error ? [...branch.problems, branch.error] : branch.problems;
  return errors.map((error) => ({ kind: 'error', branch, error }));
}

/** The failures of a connection that have no row of their own when its lists have none. */
export function* troublesIn(branch: Branch): Generator<Row> {
  yield* troublesOf(branch);
  for (const below of branch.openedBelow()) {
    if (!isPartOfEntry(below.owner)) {
      yield* troublesIn(below);
    }
  }
}
