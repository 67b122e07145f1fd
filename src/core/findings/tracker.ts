import { type Disposable, Emitter } from '../event.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { locate } from '../inventory/locate.ts';
import type { ConnectionNode, ItemNode } from '../inventory/tree.ts';
import { toResult } from '../model/errors.ts';
import { minute } from '../model/time.ts';
import type { Clock } from '../ports.ts';
import type { Dismissal, Dismissals } from './dismissals.ts';
import { bitOf, judge, type RootFindings } from './judge.ts';
import { type Finding, type Limits, type RuleId, ruleIds } from './rules.ts';

export interface FindingsTrackerDeps {
  readonly inventory: Pick<Inventory, 'roots' | 'onDidChange'>;
  readonly clock: Clock;
  readonly dismissals: Dismissals;
  readonly limits: () => Limits;
}

/** What is known of one rule. */
export interface RuleSummary {
  readonly rule: RuleId;
  /** Rows that it finds, without those that were dismissed. */
  readonly count: number;
  readonly first: readonly ItemNode[];
  /** Rows that it cannot judge, because their service does not tell. */
  readonly unjudged: number;
  /** The connections that those rows are of. */
  readonly unjudgedIn: readonly ConnectionNode[];
}

export interface FindingsSummary {
  readonly rules: readonly RuleSummary[];
  /** How many rows have any finding. */
  readonly rows: number;
  readonly dismissed: readonly Dismissal[];
  /** Whether something has changed since, and is being judged. */
  readonly isJudging: boolean;
}

/** Time alone changes findings by the day; so often they are looked at again while they are shown. */
const staleAfterMs = 10 * minute;

/** What the rules say, worked out only for those who look, and only of what has changed. */
export class FindingsTracker implements Disposable {
  readonly #deps: FindingsTrackerDeps;
  readonly #judged = new Map<ConnectionNode, RootFindings>();
  readonly #outdated = new Set<ConnectionNode>();
  readonly #changed = new Emitter<void>();
  readonly #subscriptions: readonly Disposable[];
  #dismissed: ReadonlyMap<ItemNode, number> = new Map();
  /** The rules that are dismissed for all rows. */
  #muted = 0;
  #limits = '';
  #at = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  /** Something was judged anew, or dismissed. */
  readonly onDidChange = this.#changed.event;
  readonly dismissals: Dismissals;

  constructor(deps: FindingsTrackerDeps) {
    this.#deps = deps;
    this.dismissals = deps.dismissals;
    this.#subscriptions = [
      deps.inventory.onDidChange((node) => (node ? this.#outdated.add(node.root) : this.#forgetRemoved())),
      deps.dismissals.onDidChange(() => {
        this.#placeDismissals();
        this.#changed.fire();
      }),
    ];
  }

  /**
   * What is known; whatever has changed since is judged now, and {@link onDidChange} tells when it has been.
   * @param named how many rows a rule names
   */
  look(named: number): FindingsSummary {
    const isJudging = this.#isStale();
    void this.ask();
    return { ...this.#summary(named), dismissed: this.dismissals.all, isJudging };
  }

  /** Has judged whatever has changed, and resolves when that has been done. */
  async ask(): Promise<void> {
    if (this.#isStale()) {
      this.#running ??= this.#judge();
    }
    await this.#running;
  }

  /** What counts of a row, a bit for each rule as `bitOf` tells; 0 as long as it has not been judged. */
  readonly bitsOf = (node: ItemNode): number => {
    const found = this.#judged.get(node.root)?.bitsOf(node) ?? 0;
    return found === 0 ? 0 : found & ~(this.#muted | (this.#dismissed.get(node) ?? 0));
  };

  /** What counts of a row, the most serious first. */
  of(node: ItemNode): readonly Finding[] {
    const bits = this.bitsOf(node);
    const found = this.#judged.get(node.root)?.of(node) ?? [];
    return found.filter(({ rule }) => (bits & bitOf(rule)) !== 0);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    this.#changed.dispose();
  }

  #isStale(): boolean {
    const { clock, inventory, limits } = this.#deps;
    return (
      clock.now() - this.#at >= staleAfterMs ||
      JSON.stringify(limits()) !== this.#limits ||
      inventory.roots.some((root) => this.#outdated.has(root) || !this.#judged.has(root))
    );
  }

  async #judge(): Promise<void> {
    const { clock, inventory, limits } = this.#deps;
    try {
      const [now, wanted] = [clock.now(), limits()];
      const roots = [...inventory.roots];
      const isAllOld = now - this.#at >= staleAfterMs || JSON.stringify(wanted) !== this.#limits;
      // Findings that cannot be dismissed are better than none.
      await toResult(this.dismissals.load());
      for (const root of roots) {
        if (isAllOld || this.#outdated.has(root) || !this.#judged.has(root)) {
          // What changes meanwhile is judged once more.
          this.#outdated.delete(root);
          this.#judged.set(root, await judge(root, { now, limits: wanted, roots }));
        }
      }
      this.#at = now;
      this.#limits = JSON.stringify(wanted);
      this.#placeDismissals();
    } finally {
      this.#running = undefined;
      this.#changed.fire();
    }
  }

  #summary(named: number): Pick<FindingsSummary, 'rules' | 'rows'> {
    const counts = ruleIds.map(() => 0);
    const first: ItemNode[][] = ruleIds.map(() => []);
    this.#placeDismissals();
    let rows = 0;
    for (const root of this.#deps.inventory.roots) {
      for (const node of this.#judged.get(root)?.found ?? []) {
        const left = this.bitsOf(node);
        rows += Number(left !== 0);
        for (let index = 0; left >> index > 0; index++) {
          if ((left & (1 << index)) !== 0) {
            counts[index] = (counts[index] ?? 0) + 1;
            const list = first[index];
            if (list && list.length < named) {
              list.push(node);
            }
          }
        }
      }
    }
    const rules = ruleIds.map((rule, index) => ({
      rule,
      count: counts[index] ?? 0,
      first: first[index] ?? [],
      ...this.#unjudged(rule),
    }));
    return { rules, rows };
  }

  #unjudged(rule: RuleId): Pick<RuleSummary, 'unjudged' | 'unjudgedIn'> {
    const rowsIn = (root: ConnectionNode) => this.#judged.get(root)?.unjudged.get(rule) ?? 0;
    const unjudgedIn = this.#deps.inventory.roots.filter((root) => rowsIn(root) > 0);
    return { unjudged: unjudgedIn.reduce((total, root) => total + rowsIn(root), 0), unjudgedIn };
  }

  #placeDismissals(): void {
    const placed = new Map<ItemNode, number>();
    let muted = 0;
    for (const { rule, row } of this.dismissals.all) {
      const found = row === undefined ? undefined : locate(this.#deps.inventory.roots, row);
      muted |= row === undefined ? bitOf(rule) : 0;
      if (found?.kind === 'found' && found.node.kind === 'item') {
        placed.set(found.node, (placed.get(found.node) ?? 0) | bitOf(rule));
      }
    }
    this.#dismissed = placed;
    this.#muted = muted;
  }

  #forgetRemoved(): void {
    const roots = new Set(this.#deps.inventory.roots);
    for (const root of this.#judged.keys()) {
      if (!roots.has(root)) {
        this.#judged.delete(root);
      }
    }
  }
}
