import { Alarm } from './alarm.ts';
import type { Node } from './branch.ts';
import type { Disposable } from './event.ts';
import type { Clock } from './ports.ts';
import type { Standing } from './standing.ts';
import type { Survey } from './survey.ts';
import { nextStep } from './timeSteps.ts';

export interface CountdownDeps {
  readonly standing: Pick<Standing, 'surveys' | 'onDidRead'>;
  readonly clock: Clock;
  readonly expiringWithinMs: () => number;
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
  readonly #alarm: Alarm;
  readonly #subscription: Disposable;
  #isVisible = false;
  /** Up to when the rows are right, in epoch milliseconds. */
  #shownAt: number;

  constructor(deps: CountdownDeps) {
    this.#deps = deps;
    this.#shownAt = deps.clock.now();
    this.#alarm = new Alarm(deps.clock, () => this.#tick());
    this.#subscription = deps.standing.onDidRead(() => (this.#isVisible ? this.#tick() : undefined));
  }

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    if (isVisible) {
      this.#tick();
    } else {
      this.#alarm.set(undefined);
    }
  }

  dispose(): void {
    this.#alarm.dispose();
    this.#subscription.dispose();
  }

  #tick(): void {
    const now = this.#deps.clock.now();
    const surveys = this.#deps.standing.surveys();
    const changed = surveys.flatMap((surveyed) =>
      now < this.#shownAt ? [surveyed.root] : this.#changedRows(surveyed, now),
    );
    this.#shownAt = now;
    if (changed.length > 0) {
      this.#deps.repaint(changed);
    }
    const size = surveys.reduce((sum, { dated }) => sum + dated.rows.length, 0);
    const next = Math.min(...surveys.map((surveyed) => this.#nextChange(surveyed, now)));
    this.#alarm.set(Math.max(next, now + Math.max(soonestMs, size / rowsPerMs)));
  }

  #changedRows({ dated, root }: Survey, now: number): readonly Node[] {
    const before = this.#shownAt + root.clockOffset;
    const serviceNow = now + root.clockOffset;
    const within = this.#deps.expiringWithinMs();
    const changed = new Set<Node>();
    for (const [index, end] of dated.ends.entries()) {
      const node = dated.rows[index];
      if (node && nextWords(end, before, within) <= serviceNow) {
        // What has expired may be hidden from now on, which its parent's rows say.
        changed.add(before < end && end <= serviceNow ? node.parent.owner : node);
      }
    }
    return changed.size > mostRows ? [root] : [...changed];
  }

  #nextChange({ dated, root }: Survey, now: number): number {
    const serviceNow = now + root.clockOffset;
    const within = this.#deps.expiringWithinMs();
    let next = Number.POSITIVE_INFINITY;
    for (const end of dated.ends) {
      next = Math.min(next, nextWords(end, serviceNow, within));
    }
    return next - root.clockOffset;
  }
}

/** When a row's words or its state change next; all by the service's clock. */
function nextWords(end: number, now: number, expiringWithinMs: number): number {
  const step = nextStep(end, now);
  const expiringFrom = end - expiringWithinMs;
  return expiringFrom > now && expiringFrom < step ? expiringFrom : step;
}
