import type { Disposable } from '../../core/event.ts';
import type { ItemNode } from '../../core/inventory/tree.ts';
import type { Clock } from '../../core/ports.ts';
import { Timer } from '../../core/time/timer.ts';

/** VS Code moves a notification out of sight long before; what comes after this may be told beside it. */
const unansweredMs = 2 * 60_000;

/** A notification that is open. */
export interface OpenWarning {
  /** A button was pressed. @returns every row that this answers, also those that came up meanwhile */
  answered(): readonly ItemNode[];
  /** It was closed without an answer. */
  dismissed(): void;
}

/**
 * One notification about what expires soon at a time: what comes up while one is open belongs to that one, and is
 * told by itself only when that was closed unanswered, or was open for long.
 */
export class SingleWarning implements Disposable {
  readonly #clock: Clock;
  readonly #show: (rows: readonly ItemNode[], open: OpenWarning) => void;
  readonly #timer: Timer;
  #open: { readonly rows: readonly ItemNode[]; readonly since: number } | undefined;
  #later: readonly ItemNode[] = [];

  constructor(clock: Clock, show: (rows: readonly ItemNode[], open: OpenWarning) => void) {
    this.#clock = clock;
    this.#show = show;
    this.#timer = new Timer(clock, () => this.#tellAll());
  }

  warn(rows: readonly ItemNode[]): void {
    this.#later = soonestFirst([...this.#later, ...rows]);
    if (this.#open) {
      this.#timer.set(this.#open.since + unansweredMs);
    } else {
      this.#tellAll();
    }
  }

  dispose(): void {
    this.#timer.dispose();
  }

  #tellAll(): void {
    const rows = soonestFirst([...(this.#open?.rows ?? []), ...this.#later]);
    const open = { rows, since: this.#clock.now() };
    this.#open = open;
    this.#later = [];
    this.#show(rows, {
      answered: () => (this.#open === open ? [...rows, ...this.#close()] : rows),
      dismissed: () => {
        if (this.#open === open) {
          const later = this.#close();
          if (later.length > 0) {
            this.warn(later);
          }
        }
      },
    });
  }

  /** @returns what came up meanwhile */
  #close(): readonly ItemNode[] {
    const later = this.#later;
    this.#open = undefined;
    this.#later = [];
    this.#timer.set(undefined);
    return later;
  }
}

function soonestFirst(rows: readonly ItemNode[]): readonly ItemNode[] {
  return [...new Set(rows)].sort((one, other) => endOf(one) - endOf(other));
}

function endOf({ item: { lifetime }, root }: ItemNode): number {
  return lifetime.kind === 'expires' ? lifetime.at - root.clockOffset : Number.POSITIVE_INFINITY;
}
