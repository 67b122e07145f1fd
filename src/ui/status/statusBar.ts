import { commands, MarkdownString, StatusBarAlignment, window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import { type Disposable, disposeAll } from '../../core/event.ts';
import type { StatusTracker } from '../../core/status/status.ts';
import { statusText, statusTooltip } from '../text/status.ts';
import type { RevealDeps } from '../tree/reveal.ts';
import { reveal } from './expiryWarning.ts';
import { RowLinks } from './rowLinks.ts';

interface StatusBarSettings {
  isStatusBarVisible(): boolean;
  onDidChange(listener: () => void): Disposable;
}

/** For links of the tooltip alone: in no palette and no menu. */
const showRowCommand = '_oauthTokens.showRow';

/**
 * One item: how many connections there are and how many need attention; and when the next token ends; a click shows
 * them. Its tooltip lists what needs attention, with links that lead to the rows.
 */
export function registerStatusBar(
  statusTracker: StatusTracker,
  settings: StatusBarSettings,
  deps: RevealDeps,
): Disposable {
  const { wording } = deps;
  const item = window.createStatusBarItem('oauthTokens.status', StatusBarAlignment.Left);
  item.name = wording.localize('OAuth Tokens');
  item.command = commandIds.showConnections;
  const links = new RowLinks(showRowCommand);

  const update = () => {
    if (!settings.isStatusBarVisible()) {
      item.hide();
      return;
    }
    const summaries = statusTracker.summaries();
    const { text, spoken } = statusText(summaries, wording);
    item.text = text;
    item.accessibilityInformation = { label: spoken };
    links.begin();
    const tooltip = new MarkdownString(statusTooltip(summaries, wording, (row) => links.to(row)));
    tooltip.isTrusted = { enabledCommands: [showRowCommand] };
    item.tooltip = tooltip;
    item.show();
  };

  // Not while whatever made the product be there waits for it: two hundred connections take long to word.
  const first = setImmediate(update);
  return disposeAll([
    { dispose: () => clearImmediate(first) },
    commands.registerCommand(showRowCommand, async (argument: unknown) => {
      const row = links.rowOf(argument);
      await (row ? reveal(row, deps) : commands.executeCommand(commandIds.showConnections));
    }),
    statusTracker.onDidChange(update),
    settings.onDidChange(update),
    item,
  ]);
}
