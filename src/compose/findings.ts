import type { Core } from '../core/createCore.ts';
import { Dismissals, type DismissalsDeps } from '../core/findings/dismissals.ts';
import type { Limits } from '../core/findings/rules.ts';
import { FindingsTracker } from '../core/findings/tracker.ts';

/** Judges nothing before a page or a filter looks. */
export function createFindings(
  { inventory }: Pick<Core, 'inventory'>,
  { clock, documents, leases }: DismissalsDeps,
  limits: () => Limits,
): FindingsTracker {
  const dismissals = new Dismissals({ documents, leases, clock });
  return new FindingsTracker({ inventory, clock, dismissals, limits });
}
