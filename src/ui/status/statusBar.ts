import { MarkdownString, StatusBarAlignment, window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import { type Disposable, disposeAll } from '../../core/event.ts';
import type { StatusTracker } from '../../core/status/status.ts';
import type { Wording } from '../text/context.ts';
import { statusText, statusTooltip } from '../text/status.ts';

interface StatusBarSettings {
  isStatusBarVisible(): boolean;
  onDidChange(listener: () => void): Disposable;
}

/** One item: how many connections there are and how many need attention; and when the next token ends; a click shows them. */
export function registerStatusBar(
  statusTracker: StatusTracker,
  settings: StatusBarSettings,
  wording: Wording,
): Disposable {
  const item = window.createStatusBarItem('oauthTokens.status', StatusBarAlignment.Left);
  item.name = wording.localize('OAuth Tokens');
  item.command = commandIds.showConnections;

  const update = () => {
    if (!settings.isStatusBarVisible()) {
      item.hide();
      return;
    }
    const summaries = statusTracker.summaries();
    const { text, spoken } = statusText(summaries, wording);
    item.text = text;
    item.accessibilityInformation = { label: spoken };
    item.tooltip = new MarkdownString(statusTooltip(summaries, wording));
    item.show();
  };

  // Not while whatever made the product be there waits for it: two hundred connections take long to word.
  const first = setImmediate(update);
  return disposeAll([
    { dispose: () => clearImmediate(first) },
    statusTracker.onDidChange(update),
    settings.onDidChange(update),
    item,
  ]);
}
