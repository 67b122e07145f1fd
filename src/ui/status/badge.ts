import type { ViewBadge } from 'vscode';
import type { Disposable } from '../../core/event.ts';
import type { StatusTracker } from '../../core/status/status.ts';
import type { Wording } from '../text/context.ts';
import { badgeWords } from '../text/status.ts';

/** The number on the view's icon: what needs attention now. */
export function registerBadge(
  view: { badge?: ViewBadge | undefined },
  statusTracker: StatusTracker,
  wording: Wording,
): Disposable {
  let shown = '';
  return statusTracker.onDidChange(() => {
    const badge = badgeWords(statusTracker.summaries(), wording);
    const text = JSON.stringify(badge ?? null);
    // Told again it would be drawn again.
    if (text !== shown) {
      shown = text;
      view.badge = badge;
    }
  });
}
