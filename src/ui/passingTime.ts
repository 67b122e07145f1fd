import { type TreeView, window } from 'vscode';
import { AutoRefresh } from '../core/autoRefresh.ts';
import type { Node } from '../core/branch.ts';
import { Countdown } from '../core/countdown.ts';
import { type Disposable, disposeAll } from '../core/event.ts';
import type { Clock, Documents, Leases } from '../core/ports.ts';
import { Standing } from '../core/standing.ts';
import { Warnings } from '../core/warnings.ts';
import type { WhatChanged } from '../core/whatChanged.ts';
import { registerBadge } from './badge.ts';
import { registerChanges } from './commands/changes.ts';
import type { CommandDeps } from './commands/deps.ts';
import { showExpiryWarning } from './expiryWarning.ts';
import { registerStatusBar } from './statusBar.ts';

export interface PassingTimeSettings {
  isStatusBarVisible(): boolean;
  expiringWithinMs(): number;
  refreshIntervalMs(): number;
  warningThresholdsMs(): readonly number[];
  onDidChange(listener: () => void): Disposable;
}

export interface PassingTimeDeps {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly leases: Leases;
  readonly changes: WhatChanged;
  readonly settings: PassingTimeSettings;
  /** Shows these rows anew, and what is below them. */
  readonly repaint: (nodes: readonly Node[]) => void;
}

/** Everything that happens by itself as time goes on: counting down, warning, reading again, telling what changed. */
export function registerPassingTime(deps: CommandDeps, passing: PassingTimeDeps): Disposable {
  const { inventory, view, wording, report } = deps;
  const { clock, documents, leases, changes, settings, repaint } = passing;
  const standing = new Standing({ inventory, clock, expiringWithinMs: settings.expiringWithinMs });
  const parts: Parts = {
    changes,
    countdown: new Countdown({ standing, clock, repaint }),
    autoRefresh: new AutoRefresh({
      clock,
      random: Math.random,
      intervalMs: settings.refreshIntervalMs,
      standing,
      refresh: (branch, isDue) => inventory.refresh(branch, isDue),
    }),
    warnings: new Warnings({
      standing,
      clock,
      documents,
      leases,
      thresholdsMs: settings.warningThresholdsMs,
      isInFront: () => window.state.focused,
      warn: (rows) => {
        showExpiryWarning(rows, deps, parts.warnings).catch((thrown: unknown) => report.error(thrown));
      },
    }),
  };
  return disposeAll([
    parts.countdown,
    parts.autoRefresh,
    parts.warnings,
    standing,
    registerChanges(deps, changes, parts.warnings),
    registerStatusBar(standing, settings, wording),
    registerBadge(view, standing, wording),
    followAttention(view, parts),
    changes.onDidChange(repaint),
    settings.onDidChange(() => {
      standing.recheck();
      parts.autoRefresh.replan();
      parts.warnings.check();
    }),
  ]);
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
  // Not while VS Code waits for the extension to have started.
  const first = setImmediate(follow);
  return disposeAll([
    { dispose: () => clearImmediate(first) },
    view.onDidChangeVisibility(follow),
    window.onDidChangeWindowState(follow),
  ]);
}
