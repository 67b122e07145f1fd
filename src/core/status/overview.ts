import type { Branch, ConnectionNode, ItemNode } from '../inventory/tree.ts';
import type { Item, ItemKind } from '../model/item.ts';
import { expiringFrom, type RowState, rowState } from '../model/state.ts';
import { day } from '../model/time.ts';

/** How far ahead the timeline looks, in days of this computer's time zone, today included. */
export const daysAhead = 90;

/** From the one that needs attention first. */
export const countedStates = [
  'expired',
  'expiring',
  'waiting',
  'active',
  'inactive',
  'revoked',
  'unknown',
] as const satisfies readonly RowState[];
export type CountedState = (typeof countedStates)[number];

/** Younger than 30 days, 90 days, 365 days; older; or the service does not say. */
export const ageGroups = ['month', 'quarter', 'year', 'older', 'unknown'] as const;
export type AgeGroup = (typeof ageGroups)[number];

/** What has been read so far, in figures. */
export interface Overview {
  readonly connections: readonly ConnectionFigures[];
  readonly weeks: readonly Week[];
  /** Lists that exist and have not been read, except those that are read on request only. */
  readonly unread: readonly Branch[];
  /** Lists that could not be read last time, or not all of them. */
  readonly failed: readonly Branch[];
  /** Lists of which only the first pages have been read. */
  readonly partial: number;
  /** Epoch milliseconds from which on other figures may be right, although nothing was read. */
  readonly changesAt: number;
}

export interface ConnectionFigures {
  readonly node: ConnectionNode;
  readonly total: number;
  readonly states: Readonly<Record<CountedState, number>>;
  readonly ages: Readonly<Record<AgeGroup, number>>;
}

/** Seven days of the timeline; the last week has fewer. */
export interface Week {
  /** Epoch milliseconds, the beginning of a day. */
  readonly from: number;
  /** Epoch milliseconds, the beginning of the first day after it. */
  readonly until: number;
  readonly total: number;
  /** By connection id. */
  readonly byConnection: ReadonlyMap<string, Expiries>;
  /** The first that expire, no more than asked for. */
  readonly first: readonly ItemNode[];
}

export interface Expiries {
  total: number;
  /** How many of them count as expiring already. */
  soon: number;
}

export interface OverviewOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  /** How long before its end a token counts as expiring, in milliseconds. */
  readonly soonMs: number;
  /** How many rows a week names. */
  readonly namedPerWeek: number;
}

/**
 * Counts everything that stands for a token: tokens, providers and identity links. What is below such a row
 * is a part of it and not counted again.
 */
export function overview(roots: readonly ConnectionNode[], options: OverviewOptions): Overview {
  const timeline = new Timeline(options);
  const unread: Branch[] = [];
  const failed: Branch[] = [];
  let partial = 0;
  const connections = roots.map((root) => {
    const figures = new Figures(root, options);
    const walk = (branch: Branch): void => {
      if (!branch.isLoaded && canBeRead(branch)) {
        unread.push(branch);
      }
      if (branch.error) {
        failed.push(branch);
      }
      partial += Number(branch.hasMore);
      for (const node of branch.nodes) {
        // Looked at once each: a row's item is made anew whenever it is asked for.
        const { item } = node;
        if (counts(item)) {
          timeline.add(node, item, figures.add(item, node.pendingReference !== undefined));
        } else if (item.children.kind !== 'none') {
          walk(node.branch);
        }
      }
    };
    walk(root.branch);
    return figures;
  });
  return { connections, weeks: timeline.weeks, unread, failed, partial, changesAt: timeline.changesAt };
}

const countedKinds: readonly ItemKind[] = ['token', 'provider', 'identity'];

function counts({ kind, status }: Item): boolean {
  return status !== undefined && countedKinds.includes(kind);
}

function canBeRead({ owner }: Branch): boolean {
  return owner.kind === 'connection' || owner.item.children.kind === 'list';
}

class Figures implements ConnectionFigures {
  readonly node: ConnectionNode;
  readonly states = { expired: 0, expiring: 0, waiting: 0, active: 0, inactive: 0, revoked: 0, unknown: 0 };
  readonly ages = { month: 0, quarter: 0, year: 0, older: 0, unknown: 0 };
  readonly #now: number;
  readonly #soonMs: number;
  total = 0;

  constructor(node: ConnectionNode, { now, soonMs }: OverviewOptions) {
    this.node = node;
    this.#now = now + node.clockOffset;
    this.#soonMs = soonMs;
  }

  add(item: Item, isWaiting: boolean): RowState {
    const state = isWaiting ? 'waiting' : rowState(item, this.#now, this.#soonMs);
    if (state !== 'none') {
      this.total++;
      this.states[state]++;
      this.ages[ageGroup(item.createdAt, this.#now)]++;
    }
    return state;
  }
}

function ageGroup(createdAt: number | undefined, now: number): AgeGroup {
  if (createdAt === undefined) {
    return 'unknown';
  }
  const days = (now - createdAt) / day;
  return days < 30 ? 'month' : days < 90 ? 'quarter' : days < 365 ? 'year' : 'older';
}

class Timeline {
  readonly weeks: readonly MutableWeek[];
  readonly #options: OverviewOptions;
  changesAt: number;

  constructor(options: OverviewOptions) {
    this.#options = options;
    this.changesAt = startOfDay(options.now, 1);
    this.weeks = Array.from({ length: Math.ceil(daysAhead / 7) }, (_, index) => ({
      from: startOfDay(options.now, index * 7),
      until: startOfDay(options.now, Math.min(index * 7 + 7, daysAhead)),
      total: 0,
      byConnection: new Map(),
      first: [],
    }));
  }

  add(node: ItemNode, item: Item, state: RowState): void {
    const { lifetime } = item;
    if (lifetime.kind !== 'expires') {
      return;
    }
    const { now, soonMs, namedPerWeek } = this.#options;
    const { at } = lifetime;
    for (const change of [at, expiringFrom(item, at, soonMs)]) {
      const here = change - node.root.clockOffset;
      if (here > now && here < this.changesAt) {
        this.changesAt = here;
      }
    }
    const week =
      state === 'active' || state === 'expiring' ? this.weeks.find(({ until }) => at < until) : undefined;
    if (week) {
      week.total++;
      const { id } = node.connection;
      const own = week.byConnection.get(id) ?? { total: 0, soon: 0 };
      own.total++;
      own.soon += Number(state === 'expiring');
      week.byConnection.set(id, own);
      insert(week.first, node, at, namedPerWeek);
    }
  }
}

interface MutableWeek extends Week {
  total: number;
  readonly byConnection: Map<string, Expiries>;
  readonly first: ItemNode[];
}

/** The beginning of a day in this computer's time zone, however long the days before it are. */
function startOfDay(now: number, daysLater: number): number {
  const today = new Date(now);
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() + daysLater).getTime();
}

/** Keeps the list in order and short. */
function insert(first: ItemNode[], node: ItemNode, at: number, most: number): void {
  let place = first.length;
  while (place > 0 && at < endOf(first[place - 1])) {
    place--;
  }
  if (place < most) {
    first.splice(place, 0, node);
    first.length = Math.min(first.length, most);
  }
}

function endOf(node: ItemNode | undefined): number {
  return node?.item.lifetime.kind === 'expires' ? node.item.lifetime.at : Number.NEGATIVE_INFINITY;
}
