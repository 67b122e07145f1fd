import { type Disposable, Emitter } from '../event.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { ConnectionNode } from '../inventory/tree.ts';
import type { Clock } from '../ports.ts';
import { Timer } from '../time/timer.ts';
import { judge, nextChange, type Survey, survey, type TimedSummary } from './expiryIndex.ts';

export interface StatusTrackerDeps {
  readonly inventory: Pick<Inventory, 'roots' | 'onDidChange'>;
  readonly clock: Clock;
  readonly expiringWithinMs: () => number;
}

/** Long enough for what comes together to be told together, too short to be waited for. */
const soonestMs = 100;

/** Others get their turn before what follows. */
const nextTurnMs = 1;

/** How many rows are walked through per millisecond of waiting before it, so that walking stays a trifle. */
const rowsPerMs = 100;

/**
 * How every connection stands, kept right by what is read and by time passing. A connection is walked through
 * once after it has changed and not before it is asked for; from then on time alone costs a binary search.
 */
export class StatusTracker implements Disposable {
  readonly #deps: StatusTrackerDeps;
  readonly #surveys = new Map<ConnectionNode, Survey>();
  readonly #read = new Emitter<void>();
  readonly #changed = new Emitter<void>();
  readonly #gathering: Timer;
  readonly #telling: Timer;
  readonly #passing: Timer;
  readonly #subscription: Disposable;
  readonly #startedAt: number;
  /** Something was read or acted upon; fires for many such changes at once. */
  readonly onDidRead = this.#read.event;
  /** What is told may be another: something was read, or its time has come. */
  readonly onDidChange = this.#changed.event;

  constructor(deps: StatusTrackerDeps) {
    this.#deps = deps;
    this.#startedAt = deps.clock.now();
    // With very many rows each of the three takes its time.
    this.#gathering = new Timer(deps.clock, () => {
      this.surveys();
      this.#telling.set(deps.clock.now() + nextTurnMs);
    });
    this.#telling = new Timer(deps.clock, () => {
      this.#read.fire();
      this.#passing.set(deps.clock.now() + nextTurnMs);
    });
    this.#passing = new Timer(deps.clock, () => this.recheck());
    this.#subscription = deps.inventory.onDidChange((node) => this.#outdate(node?.root));
  }

  /** The connections in their order, as they were found when they were last walked through. */
  surveys(): Survey[] {
    const within = this.#deps.expiringWithinMs();
    return this.#deps.inventory.roots.map((root) => {
      const known = this.#surveys.get(root);
      if (known?.expiringWithinMs === within) {
        return known;
      }
      const made = survey(root, within);
      this.#surveys.set(root, made);
      return made;
    });
  }

  summaries(): TimedSummary[] {
    const now = this.#deps.clock.now();
    return this.surveys().map((surveyed) => judge(surveyed, now, this.#startedAt));
  }

  /** Tells it anew and waits for the next moment at which that is due; also when a setting has changed. */
  recheck(): void {
    const now = this.#deps.clock.now();
    const next = this.surveys().map((surveyed) => nextChange(surveyed, now));
    this.#passing.set(Math.max(Math.min(...next), now + soonestMs));
    this.#changed.fire();
  }

  dispose(): void {
    this.#gathering.dispose();
    this.#telling.dispose();
    this.#passing.dispose();
    this.#subscription.dispose();
    this.#read.dispose();
    this.#changed.dispose();
  }

  #outdate(root: ConnectionNode | undefined): void {
    const before = root && this.#surveys.get(root);
    if (root) {
      this.#surveys.delete(root);
    } else {
      this.#forgetRemoved();
    }
    if (!this.#gathering.isSet) {
      const rows = before?.size ?? 0;
      this.#gathering.set(this.#deps.clock.now() + Math.max(soonestMs, rows / rowsPerMs));
    }
  }

  #forgetRemoved(): void {
    const roots = new Set(this.#deps.inventory.roots);
    for (const root of this.#surveys.keys()) {
      if (!roots.has(root)) {
        this.#surveys.delete(root);
      }
    }
  }
}
