import { type TreeView, window } from 'vscode';
import type { AutoRefresh } from '../core/autoRefresh.ts';
import type { Countdown } from '../core/countdown.ts';
import { type Disposable, disposeAll } from '../core/event.ts';
import type { Warnings } from '../core/warnings.ts';
import type { WhatChanged } from '../core/whatChanged.ts';

interface FollowsAttention {
  readonly countdown: Countdown;
  readonly autoRefresh: AutoRefresh;
  readonly warnings: Warnings;
  readonly changes: WhatChanged;
}

/** Starts and stops what only makes sense while somebody looks at the view, or at the window. */
export function followAttention(
  view: Pick<TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>,
  { countdown, autoRefresh, warnings, changes }: FollowsAttention,
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
  follow();
  return disposeAll([view.onDidChangeVisibility(follow), window.onDidChangeWindowState(follow)]);
}
