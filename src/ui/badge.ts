import type { ViewBadge } from 'vscode';
import type { Disposable } from '../core/event.ts';
import type { Standing } from '../core/standing.ts';
import { badgeWords } from './statusWords.ts';
import type { Wording } from './wording.ts';

/** The number on the view's icon: what needs attention now. */
export function registerBadge(
  view: { badge?: ViewBadge | undefined },
  standing: Standing,
  wording: Wording,
): Disposable {
  let shown = '';
  return standing.onDidChange(() => {
    const badge = badgeWords(standing.summaries(), wording);
    const text = JSON.stringify(badge ?? null);
    // Told again it would be drawn again.
    if (text !== shown) {
      shown = text;
      view.badge = badge;
    }
  });
}
