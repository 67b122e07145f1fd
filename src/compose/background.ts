import { commands, type TreeView, window } from 'vscode';
import { contextKeys } from '../contributions.ts';
import type { WhatChanged } from '../core/changes/tracker.ts';
import type { Connections } from '../core/connections/connections.ts';
import { type Disposable, disposeAll } from '../core/event.ts';
import { Warnings } from '../core/expiry/warnings.ts';
import type { Inventory } from '../core/inventory/inventory.ts';
import type { Node } from '../core/inventory/tree.ts';
import type { Clock, Documents, Leases, Logger } from '../core/ports.ts';
import { RenewAhead } from '../core/renew/ahead.ts';
import type { Renewals } from '../core/renew/renew.ts';
import { AutoRefresh } from '../core/schedule/autoRefresh.ts';
import { Countdown } from '../core/schedule/countdown.ts';
import { Standing } from '../core/status/status.ts';
import type { Report } from '../ui/dialogs/notify.ts';
import { registerBadge } from '../ui/status/badge.ts';
import { showExpiryWarning } from '../ui/status/expiryWarning.ts';
import { registerStatusBar } from '../ui/status/statusBar.ts';
import type { Wording } from '../ui/text/context.ts';
import type { Row } from '../ui/tree/rows.ts';
import type { ViewState } from '../ui/tree/viewState.ts';

export interface PassingTimeSettings {
  isStatusBarVisible(): boolean;
  expiringWithinMs(): number;
  refreshIntervalMs(): number;
  warningThresholdsMs(): readonly number[];
  onDidChange(listener: () => void): Disposable;
}

export interface PassingTimeDeps {
  readonly connections: Connections;
  readonly inventory: Inventory;
  readonly renewals: Renewals;
  readonly view: TreeView<Row>;
  readonly viewState: ViewState;
  readonly wording: Wording;
  readonly report: Report;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly documents: Documents;
  readonly leases: Leases;
  readonly changes: WhatChanged;
  readonly settings: PassingTimeSettings;
  /** Shows these rows anew, and what is below them. */
  readonly repaint: (nodes: readonly Node[]) => void;
}

/** Everything that happens by itself as time goes on: counting down, warning, reading again, renewing, telling what changed. */
export class PassingTime implements Disposable {
  readonly #warnings: Warnings;
  readonly #all: Disposable;

  constructor(deps: PassingTimeDeps) {
    const { connections, inventory, view, wording, report, clock, documents, leases, changes } = deps;
    const { settings, repaint, logger } = deps;
    const standing = new Standing({ inventory, clock, expiringWithinMs: settings.expiringWithinMs });
    const countdown = new Countdown({ standing, clock, repaint });
    const autoRefresh = new AutoRefresh({
      clock,
      random: Math.random,
      intervalMs: settings.refreshIntervalMs,
      standing,
      refresh: (branch, isDue) => inventory.refresh(branch, isDue),
    });
    const warnings = new Warnings({
      standing,
      clock,
      documents,
      leases,
      thresholdsMs: settings.warningThresholdsMs,
      isInFront: () => window.state.focused,
      warn: (rows) => {
        showExpiryWarning(rows, deps, warnings).catch((thrown: unknown) => report.error(thrown));
      },
    });
    this.#warnings = warnings;
    this.#all = disposeAll([
      countdown,
      autoRefresh,
      warnings,
      standing,
      new RenewAhead({ connections, inventory, renewals: deps.renewals, clock, logger }),
      registerStatusBar(standing, settings, wording),
      registerBadge(view, standing, wording),
      followAttention(view, { countdown, autoRefresh, warnings, changes }),
      changes.onDidChange((nodes) => {
        repaint(nodes);
        tellMenus(changes);
      }),
      settings.onDidChange(() => {
        standing.recheck();
        autoRefresh.replan();
        warnings.check();
      }),
    ]);
  }

  /** Takes back every snoozing and muting of warnings. */
  listenAgain(): Promise<void> {
    return this.#warnings.listenAgain();
  }

  dispose(): void {
    this.#all.dispose();
  }
}

function tellMenus({ total }: WhatChanged): void {
  void commands.executeCommand('setContext', contextKeys.hasChanges, total > 0);
}

interface Parts {
  readonly countdown: Countdown;
  readonly autoRefresh: AutoRefresh;
  readonly warnings: Warnings;
  readonly changes: WhatChanged;
}

/** Starts and stops what only makes sense while somebody looks at the view, or at the window. */
function followAttention(
  view: Pick<TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>,
  { countdown, autoRefresh, warnings, changes }: Parts,
): Disposable {
  const follow = () => {
    countdown.setVisible(view.visible);
    autoRefresh.setActive(view.visible && window.state.focused);
    if (window.state.focused) {
      warnings.check();
      // What another window has marked as seen is not marked here any more.
      void changes.recheck();
    }
  };
  // Not while whatever made the product be there waits for it.
  const first = setImmediate(follow);
  return disposeAll([
    { dispose: () => clearImmediate(first) },
    view.onDidChangeVisibility(follow),
    window.onDidChangeWindowState(follow),
  ]);
}
