import { MarkdownString, StatusBarAlignment, window } from 'vscode';
import { commandIds } from '../contributions.ts';
import { Coalescer } from '../core/coalescer.ts';
import { type Disposable, disposeAll } from '../core/event.ts';
import type { Inventory } from '../core/inventory.ts';
import type { Clock } from '../core/ports.ts';
import { summarize } from '../core/summary.ts';
import { statusText, statusTooltip } from './statusWords.ts';
import type { Wording } from './wording.ts';

interface StatusBarSettings {
  isStatusBarVisible(): boolean;
  onDidChange(listener: () => void): Disposable;
}

const togetherMs = 100;

/** One item: how many connections there are and how many need attention; a click shows them. */
export function registerStatusBar(
  inventory: Inventory,
  settings: StatusBarSettings,
  wording: Wording,
  clock: Clock,
): Disposable {
  const item = window.createStatusBarItem('oauthTokens.status', StatusBarAlignment.Left);
  item.name = wording.localize('OAuth Tokens');
  item.command = commandIds.showConnections;

  const update = () => {
    if (!settings.isStatusBarVisible()) {
      item.hide();
      return;
    }
    const summaries = inventory.roots.map((root) =>
      summarize(root, wording.now(), wording.expiringWithinMs()),
    );
    const { text, spoken } = statusText(summaries, wording);
    item.text = text;
    item.accessibilityInformation = { label: spoken };
    item.tooltip = new MarkdownString(statusTooltip(summaries, wording));
    item.show();
  };

  // Two hundred connections that are read at once would have it written two hundred times. The first time is
  // later as well, so that starting does not wait for it.
  const soon = new Coalescer(clock, togetherMs, update);
  soon.request();
  const subscriptions = [
    inventory.onDidChange(() => soon.request()),
    settings.onDidChange(update),
    soon,
    item,
  ];
  return disposeAll(subscriptions);
}
