import { commands, type TreeView, window } from 'vscode';
import { contextKeys } from '../contributions.ts';
import type { ChangeTracker } from '../core/changes/changes.ts';
import { type Disposable, disposeAll } from '../core/event.ts';
import { registerBadge } from '../ui/status/badge.ts';
import { registerStatusBar } from '../ui/status/statusBar.ts';
import type { Wording } from '../ui/text/context.ts';
import type { Row } from '../ui/tree/row.ts';
import type { ViewState } from '../ui/tree/viewState.ts';
import type { Background, BackgroundPorts } from './background.ts';

export interface AttentionDeps {
  readonly background: Background;
  readonly changes: ChangeTracker;
  readonly view: TreeView<Row>;
  readonly viewState: ViewState;
  readonly wording: Wording;
  readonly settings: Parameters<typeof registerStatusBar>[1];
  readonly repaint: BackgroundPorts['repaint'];
}

/** Shows in the workbench what happens in the background, and tells the background what the user looks at. */
export function registerAttention(deps: AttentionDeps): Disposable {
  const { background, changes, view, viewState, wording, settings, repaint } = deps;
  const follow = () => background.follow({ isVisible: view.visible, isFocused: window.state.focused });
  // Not while what made the product be there waits for it.
  const first = setImmediate(follow);
  return disposeAll([
    { dispose: () => clearImmediate(first) },
    view.onDidChangeVisibility(follow),
    window.onDidChangeWindowState(follow),
    registerStatusBar(background.statusTracker, settings, { view, viewState, wording }),
    registerBadge(view, background.statusTracker, wording),
    changes.onDidChange((nodes) => {
      repaint(nodes);
      void commands.executeCommand('setContext', contextKeys.hasChanges, changes.hasAny);
    }),
  ]);
}
