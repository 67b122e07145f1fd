import { renewsAhead } from '../adapter/reservedSettings.ts';
import type { Connections } from '../connections/connections.ts';
import type { Disposable } from '../event.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { ConnectionNode, ItemNode } from '../inventory/tree.ts';
import { TokenManagerError } from '../model/errors.ts';
import type { Clock, Logger } from '../ports.ts';
import type { Renewals } from './renew.ts';

export interface RenewAheadDeps {
  readonly connections: Connections;
  readonly inventory: Inventory;
  readonly renewals: Pick<Renewals, 'renew'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Long enough for a slow server to be asked more than once. */
const leadMs = 10 * 60_000;
/** A clock that jumps, as after sleep, is noticed within this time. */
const longestSleepMs = 5 * 60_000;
const firstRetryMs = 60_000;
/** Renewals in a row that bring no longer lifetime; the row tells of the first already. */
const mostInVain = 3;
/** Rows that change one after another are looked at once. */
const settleMs = 1000;
const sameMs = 5000;
/** Connections that are not shown are first read when VS Code has had time to start. */
const firstLookMs = 20_000;

/** How long a row's token has been known to live, and how renewing it has gone. */
interface Watch {
  readonly expiresAt: number;
  /** When that was first seen, by the clock of its service. */
  readonly seenAt: number;
  readonly failures: number;
  /** Not before this moment, by this computer's clock. */
  readonly notBefore: number;
  /** Trying again would bring the same until the user signs in. */
  readonly isOver: boolean;
}

/**
 * Renews the tokens of connections for which the user has switched it on, some time before they expire. All
 * windows do so; each renewal is one window's, because the others wait for its lease and find it done.
 */
export class RenewAhead implements Disposable {
  readonly #deps: RenewAheadDeps;
  #watches = new Map<string, Watch>();
  /** When a connection that could not be read was last read, by its row. */
  readonly #readAt = new Map<string, number>();
  readonly #over = new AbortController();
  readonly #subscriptions: readonly Disposable[];
  #awake: AbortController | undefined;
  #isRunning = false;

  constructor(deps: RenewAheadDeps) {
    this.#deps = deps;
    this.#subscriptions = [
      deps.connections.onDidChange(() => this.#begin(0)),
      deps.inventory.onDidChange(() => this.#awake?.abort()),
    ];
    this.#begin(firstLookMs);
  }

  dispose(): void {
    this.#over.abort();
    this.#awake?.abort();
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  /** Nothing runs, and no timer stands, as long as nothing is switched on. */
  #begin(delayMs: number): void {
    if (this.#isRunning) {
      this.#awake?.abort();
    } else if (this.#roots().length > 0) {
      this.#isRunning = true;
      void this.#run(delayMs).finally(() => {
        this.#isRunning = false;
      });
    }
  }

  #roots(): ConnectionNode[] {
    return this.#deps.inventory.roots.filter(({ connection }) => renewsAhead(connection.settings));
  }

  async #run(delayMs: number): Promise<void> {
    await this.#sleep(delayMs);
    for (;;) {
      await this.#deps.clock.sleep(settleMs, this.#over.signal).catch(() => undefined);
      if (this.#over.signal.aborted) {
        return;
      }
      const roots = this.#roots();
      if (roots.length === 0) {
        return;
      }
      for (const root of roots) {
        await this.#read(root);
      }
      const next = await this.#renewDue(roots.flatMap((root) => [...root.branch.descendants()]));
      await this.#sleep(Math.min(next, longestSleepMs));
    }
  }

  /** What could not be read at start, without a network say, is tried again now and then. */
  async #read({ key, branch }: ConnectionNode): Promise<void> {
    const { inventory, clock } = this.#deps;
    const failedAt = this.#readAt.get(key);
    if (branch.error && (failedAt === undefined || clock.now() - failedAt >= longestSleepMs)) {
      this.#readAt.set(key, clock.now());
      await inventory.refresh(branch);
    } else {
      await inventory.open(branch);
    }
  }

  /** @returns how many milliseconds there are until the next one */
  async #renewDue(nodes: readonly ItemNode[]): Promise<number> {
    let next = longestSleepMs;
    const renewable = nodes.filter(({ item }) => item.actions.includes('renew'));
    this.#watches = new Map([...this.#watches].filter(([key]) => renewable.some((node) => node.key === key)));
    for (const node of renewable) {
      const left = this.#due(node) - this.#deps.clock.now();
      if (left > 0) {
        next = Math.min(next, left);
      } else if (!this.#over.signal.aborted) {
        await this.#renew(node);
        next = 0;
      }
    }
    return next;
  }

  /** By this computer's clock. Short lives are renewed after three quarters of what was left of them. */
  #due(node: ItemNode): number {
    const { lifetime } = node.item;
    const watch = this.#watch(node);
    if (lifetime.kind !== 'expires' || watch?.isOver) {
      return Number.POSITIVE_INFINITY;
    }
    const seenAt = watch?.seenAt ?? lifetime.at;
    const due = Math.max(lifetime.at - leadMs, seenAt + ((lifetime.at - seenAt) * 3) / 4);
    return Math.max(due - node.root.clockOffset, watch?.notBefore ?? 0);
  }

  #watch(node: ItemNode): Watch | undefined {
    const { lifetime } = node.item;
    if (lifetime.kind !== 'expires') {
      return undefined;
    }
    const known = this.#watches.get(node.key);
    // The moments that a token response and the server's later answers name differ by parts of seconds.
    if (known && Math.abs(known.expiresAt - lifetime.at) < sameMs) {
      return known;
    }
    const seenAt = this.#deps.clock.now() + node.root.clockOffset;
    const watch = { expiresAt: lifetime.at, seenAt, failures: 0, notBefore: 0, isOver: false };
    this.#watches.set(node.key, watch);
    return watch;
  }

  /** What goes wrong shows on the rows, and in the log; no notification tells of what the user has not just done. */
  async #renew(node: ItemNode): Promise<void> {
    const { renewals, clock, logger } = this.#deps;
    const before = this.#watch(node);
    try {
      await renewals.renew(node, this.#over.signal, { isUnattended: true });
      logger.info('renewed ahead of expiry');
    } catch (thrown) {
      const { kind, code, traits } = TokenManagerError.from(thrown);
      logger.warn(`renewing ahead of expiry: ${kind} ${code ?? ''}`.trimEnd());
      if (before) {
        const failures = before.failures + 1;
        const wait = Math.min(firstRetryMs * 2 ** (failures - 1), leadMs);
        const notBefore = clock.now() + wait;
        this.#watches.set(node.key, { ...before, failures, isOver: !traits.mayPass, notBefore });
      }
      return;
    }
    const renewed = this.#watch(node);
    if (renewed && renewed === before) {
      // The server gave nothing longer, which trying again for ever would not change.
      const failures = renewed.failures + 1;
      const notBefore = clock.now() + firstRetryMs * 2 ** (failures - 1);
      this.#watches.set(node.key, { ...renewed, failures, notBefore, isOver: failures >= mostInVain });
    }
  }

  async #sleep(ms: number): Promise<void> {
    this.#awake = new AbortController();
    const signal = AbortSignal.any([this.#awake.signal, this.#over.signal]);
    await this.#deps.clock.sleep(ms, signal).catch(() => undefined);
    this.#awake = undefined;
  }
}
