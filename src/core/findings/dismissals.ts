import { Emitter } from '../event.ts';
import { asArray, isRecord } from '../json.ts';
import { displayText } from '../model/displayText.ts';
import { maskShapes } from '../model/secretShapes.ts';
import type { Clock, Documents, Leases } from '../ports.ts';
import { type RuleId, ruleIds } from './rules.ts';

/** That a finding is to be shown no more, for one row or for all. */
export interface Dismissal {
  readonly rule: RuleId;
  /** The key of the row; absent where the rule is dismissed for all rows. */
  readonly row?: string;
  /** What the row was called; absent where its name shows a part of a value. */
  readonly name?: string;
  /** In the words of the user. */
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Epoch milliseconds from which on it counts no more; absent: for good. */
  readonly until?: number;
}

export interface DismissalsDeps {
  readonly documents: Documents;
  readonly leases: Leases;
  readonly clock: Clock;
}

const document = 'findings';
const longestName = 60;
const longestReason = 200;
/** Beyond it the oldest are forgotten. */
const mostKept = 2000;

/** What the user has dismissed, kept on this computer for all windows. */
export class Dismissals {
  readonly #deps: DismissalsDeps;
  readonly #changed = new Emitter<void>();
  #kept: readonly Dismissal[] = [];
  readonly onDidChange = this.#changed.event;

  constructor(deps: DismissalsDeps) {
    this.#deps = deps;
  }

  /** Those that count now, the last first. */
  get all(): readonly Dismissal[] {
    const now = this.#deps.clock.now();
    return this.#kept.filter(({ until }) => until === undefined || until > now);
  }

  /** Reads them anew: another window may have dismissed something. Rejects with kind `storage`. */
  async load(): Promise<void> {
    this.#kept = parsed(await this.#deps.documents.read(document));
  }

  /** Rejects with kind `storage`. */
  async dismiss(dismissal: Omit<Dismissal, 'at'>): Promise<void> {
    const { name, reason, ...rest } = dismissal;
    const shownName = name === undefined ? '' : keptName(name);
    const entry: Dismissal = {
      ...rest,
      ...(shownName !== '' && { name: shownName }),
      // Whatever is pasted here stays on disk.
      reason: displayText(maskShapes(reason), longestReason),
      at: this.#deps.clock.now(),
    };
    await this.#change((kept) => [entry, ...kept.filter((other) => !isSame(other, entry))]);
  }

  /** The finding counts again. Rejects with kind `storage`. */
  async undo(dismissal: Pick<Dismissal, 'rule' | 'row'>): Promise<void> {
    await this.#change((kept) => kept.filter((other) => !isSame(other, dismissal)));
  }

  async #change(change: (kept: readonly Dismissal[]) => readonly Dismissal[]): Promise<void> {
    const { documents, leases } = this.#deps;
    await leases.hold(document, new AbortController().signal, async () => {
      await this.load();
      const kept = change(this.all).slice(0, mostKept);
      await documents.write(document, { dismissed: kept });
      this.#kept = kept;
    });
    this.#changed.fire();
  }
}

function isSame(one: Pick<Dismissal, 'rule' | 'row'>, other: Pick<Dismissal, 'rule' | 'row'>): boolean {
  return one.rule === other.rule && one.row === other.row;
}

/** A masked name shows the end of a value. */
function keptName(name: string): string {
  return /^[…•*]/u.test(name) ? '' : displayText(maskShapes(name), longestName);
}

function parsed(stored: unknown): readonly Dismissal[] {
  return asArray(isRecord(stored) ? stored.dismissed : undefined).flatMap((entry) => {
    if (!isRecord(entry)) {
      return [];
    }
    const { row, name, reason, at, until } = entry;
    const rule = ruleIds.find((id) => id === entry.rule);
    return rule === undefined || typeof at !== 'number'
      ? []
      : [
          {
            rule,
            at,
            reason: typeof reason === 'string' ? reason : '',
            ...(typeof row === 'string' && { row }),
            ...(typeof name === 'string' && { name }),
            ...(typeof until === 'number' && { until }),
          },
        ];
  });
}
