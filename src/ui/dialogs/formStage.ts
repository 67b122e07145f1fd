import type { QuickPickItem } from 'vscode';
import { TokenManagerError } from '../../core/model/errors.ts';
import { createQuickPick } from './quickInput.ts';

/** What shows while the form's answers are put to use, where that needs the user once more. */
export interface Stage {
  show(words: string, actions: readonly StageAction[]): void;
  /** Nothing is needed of the user just now. */
  wait(): void;
}

export interface StageAction {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** A line without it is there to be read. */
  run?(): unknown;
}

interface ActionItem extends QuickPickItem {
  run(): unknown;
}

/** Runs `work` behind a quick pick that can be closed to cancel it. */
export async function onStage<T>(
  title: string,
  busy: string,
  work: (signal: AbortSignal, stage: Stage) => Promise<T>,
): Promise<T> {
  const pick = createQuickPick<ActionItem>();
  const aborted = new AbortController();
  pick.title = title;
  pick.ignoreFocusOut = true;
  pick.onDidAccept(() => pick.selectedItems[0]?.run());
  const stage: Stage = {
    show: (words, actions) => {
      pick.placeholder = words;
      pick.enabled = true;
      pick.busy = true;
      pick.value = '';
      pick.items = actions.map(actionItem);
    },
    wait: () => {
      pick.placeholder = busy;
      pick.busy = true;
      pick.enabled = false;
      pick.items = [];
    },
  };
  stage.wait();
  const closed = new Promise<never>((_, reject) => {
    pick.onDidHide(() => {
      aborted.abort();
      reject(new TokenManagerError('cancelled'));
    });
  });
  try {
    pick.show();
    return await Promise.race([work(aborted.signal, stage), closed]);
  } finally {
    closed.catch(() => undefined);
    pick.dispose();
  }
}

function actionItem({ label, description, detail, run }: StageAction): ActionItem {
  return {
    label,
    ...(description !== undefined && { description }),
    ...(detail !== undefined && { detail }),
    // Whatever is typed above filters nothing away.
    alwaysShow: true,
    run: () => run?.(),
  };
}
