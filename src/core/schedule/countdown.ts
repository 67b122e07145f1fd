import type { Disposable } from '../event.ts';
import type { Node } from '../inventory/tree.ts';
import type { Clock } from '../ports.ts';
import type { Survey } from '../status/expiryIndex.ts';
import type { StatusTracker } from '../status/status.ts';
import { Timer } from '../time/timer.ts';
import { nextStep } from '../time/units.ts';

export interface CountdownDeps {
  readonly statusTracker: Pick<StatusTracker, 'surveys' | 'onDidRead'>;
  readonly clock: Clock;
  /** Shows these rows anew, and what is below them. */
  readonly repaint: (nodes: readonly Node[]) => void;
}

/** Rows change together once a second at most; with very many, as long apart as keeps looking a trifle. */
const soonestMs = 1000;
const rowsPerMs = 100;

/** Where more rows of a connection change at once, the connection is shown anew as a whole. */
const mostRows = 500;

/**
 * Keeps the time left on rows right while they can be seen: a row is shown anew when its words change, and not
 * before. While nothing can be seen nothing runs; what has passed meanwhile is caught up at once.
 */
export class Countdown implements Disposable {
  readonly #deps: CountdownDeps;
  readonly #timer: Timer;
  readonly #subscription: Disposable;
  #isVisible = false;
  /** Up to when the rows are right, in epoch milliseconds. */
  #shownAt: number;

  constructor(deps: CountdownDeps) {
    this.#deps = deps;
    this.#shownAt = deps.clock.now();
    this.#timer = new Timer(deps.clock, () => this.#tick());
    this.#subscription = deps.statusTracker.onDidRead(() => (this.#isVisible ? this.#tick() : undefined));
  }

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    if (isVisible) {
      this.#tick();
    } else {
      this.#timer.set(undefined);
    }
  }

  dispose(): void {
    this.#timer.dispose();
    this.#subscription.dispose();
  }

  #tick(): void {
    const now = this.#deps.clock.now();
    const surveys = this.#deps.statusTracker.surveys();
    const changed = surveys.flatMap((surveyed) =>
      now < this.#shownAt ? [surveyed.root] : this.#changedRows(surveyed, now),
    );
    this.#shownAt = now;
    if (changed.length > 0) {
      this.#deps.repaint(changed);
    }
    const size = surveys.reduce((sum, { dated }) => sum + dated.rows.length, 0);
    const next = Math.min(...surveys.map((surveyed) => this.#nextChange(surveyed, now)));
    this.#timer.set(Math.max(next, now + Math.max(soonestMs, size / rowsPerMs)));
  }

  #changedRows(surveyed: Survey, now: number): readonly Node[] {
    const {
      dated: { rows, ends },
      root,
    } = surveyed;
    const before = this.#shownAt + root.clockOffset;
    const serviceNow = now + root.clockOffset;
    const changed = new Set<Node>();
    for (let index = 0; index < ends.length; index++) {
      const end = ends[index] ?? 0;
      if (nextWords(end, startOf(surveyed, index), before) <= serviceNow) {
        const node = rows[index];
        if (node) {
          // What has expired may be hidden from now on, which its parent's rows say.
          changed.add(before < end && end <= serviceNow ? node.parent.owner : node);
        }
      }
    }
    return changed.size > mostRows ? [root] : [...changed];
  }

  #nextChange(surveyed: Survey, now: number): number {
    const {
      dated: { ends },
      root,
    } = surveyed;
    const serviceNow = now + root.clockOffset;
    let next = Number.POSITIVE_INFINITY;
    for (let index = 0; index < ends.length; index++) {
      next = Math.min(next, nextWords(ends[index] ?? 0, startOf(surveyed, index), serviceNow));
    }
    return next - root.clockOffset;
  }
}

/** From when a row counts as expiring. */
function startOf({ dated: { ends }, leads, expiringWithinMs }: Survey, index: number): number {
  return (ends[index] ?? 0) - (leads[index] || expiringWithinMs);
}

/** When a row's words or its state change next; all by the service's clock. */
function nextWords(end: number, start: number, now: number): number {
  const step = nextStep(end, now);
  return start > now && start < step ? start : step;
}
