import type { Activity } from '../../core/activity/activity.ts';
import type { Event } from '../../core/event.ts';
import type { Node } from '../../core/inventory/tree.ts';
import { actWord, resultWords } from '../text/activity.ts';
import type { Wording } from '../text/context.ts';

/** What was done to a row, as the history on its page shows it. */
export interface RowJournal {
  /** Fires often while many acts run; listeners coalesce. */
  readonly onDidChange: Event<void>;
  /** The newest first; `at` in epoch milliseconds. Rejects with kind `storage`. */
  of(node: Node): Promise<readonly { readonly at: number; readonly text: string }[]>;
}

export function rowJournal(activity: Activity, wording: Wording): RowJournal {
  const { localize } = wording;
  return {
    onDidChange: activity.onDidChange,
    of: async (node) =>
      (await activity.of(node)).map((act) => {
        const what = localize(
          '{0}: {1}',
          actWord(act.kind, wording),
          resultWords(act.result, activity.isUnderWay(act), wording),
        );
        const text = act.detail === undefined ? what : localize('{0} ({1})', what, act.detail);
        return { at: act.at, text };
      }),
  };
}
