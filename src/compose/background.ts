import type { ChangeTracker } from '../core/changes/changes.ts';
import type { Core } from '../core/createCore.ts';
import { type Disposable, disposeAll } from '../core/event.ts';
import { Warnings } from '../core/expiry/warnings.ts';
import type { ItemNode, Node } from '../core/inventory/tree.ts';
import type { Clock, Documents, Leases, Logger } from '../core/ports.ts';
import { RenewAhead } from '../core/renew/ahead.ts';
import { AutoRefresh } from '../core/schedule/autoRefresh.ts';
import { Countdown } from '../core/schedule/countdown.ts';
import { StatusTracker } from '../core/status/status.ts';

export interface BackgroundSettings {
  expiringWithinMs(): number;
  refreshIntervalMs(): number;
  warningThresholdsMs(): readonly number[];
  onDidChange(listener: () => void): Disposable;
}

export interface BackgroundPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly documents: Documents;
  readonly leases: Leases;
  readonly changes: ChangeTracker;
  readonly settings: BackgroundSettings;
  /** Shows these rows anew, and what is below them. */
  repaint(nodes: readonly Node[]): void;
  isFocused(): boolean;
  warn(rows: readonly ItemNode[]): void;
}

/** Everything that happens by itself as time goes on. */
export interface Background extends Disposable {
  readonly statusTracker: StatusTracker;
  readonly warnings: Warnings;
  /** Starts and stops what only makes sense while the view can be seen, or the window is looked at. */
  follow(attention: { readonly isVisible: boolean; readonly isFocused: boolean }): void;
}

/** Puts together what counts down, warns, reads again, renews and tells what changed. */
export function createBackground(
  { connections, inventory, renewals }: Pick<Core, 'connections' | 'inventory' | 'renewals'>,
  ports: BackgroundPorts,
): Background {
  const { clock, logger, documents, leases, changes, settings, repaint } = ports;
  const statusTracker = new StatusTracker({ inventory, clock, expiringWithinMs: settings.expiringWithinMs });
  const countdown = new Countdown({ statusTracker, clock, repaint });
  const autoRefresh = new AutoRefresh({
    clock,
    random: Math.random,
    intervalMs: settings.refreshIntervalMs,
    statusTracker,
    refresh: (branch, isDue) => inventory.refresh(branch, isDue),
  });
  const warnings = new Warnings({
    statusTracker,
    clock,
    documents,
    leases,
    thresholdsMs: settings.warningThresholdsMs,
    isInFront: ports.isFocused,
    warn: (rows) => ports.warn(rows),
  });
  const all = disposeAll([
    countdown,
    autoRefresh,
    warnings,
    statusTracker,
    new RenewAhead({ connections, inventory, renewals, clock, logger }),
    settings.onDidChange(() => {
      statusTracker.recheck();
      autoRefresh.replan();
      warnings.check();
    }),
  ]);
  return {
    statusTracker,
    warnings,
    follow: ({ isVisible, isFocused }) => {
      countdown.setVisible(isVisible);
      autoRefresh.setActive(isVisible && isFocused);
      if (isFocused) {
        warnings.check();
        // What another window has marked as seen is not marked here any more.
        void changes.recheck();
      }
    },
    dispose: () => all.dispose(),
  };
}
