import type { QuickPickItem } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { Dismissal } from '../../core/findings/dismissals.ts';
import type { CommandDeps, Handlers } from '../commands/deps.ts';
import { l10n } from '../dialogs/l10n.ts';
import { showQuickPick } from '../dialogs/quickInput.ts';
import { exportFindings } from '../exports/findingsExport.ts';
import { dismissalWords } from '../text/findings.ts';
import { timeLeft } from '../text/states.ts';

/** Takes back what was dismissed, and writes down what is found. */
export function findings(deps: CommandDeps) {
  return {
    [commandIds.showDismissedFindings]: () => showDismissed(deps),
    [commandIds.exportFindings]: () => exportFindings(deps, deps.records),
  } satisfies Partial<Handlers>;
}

interface Entry extends QuickPickItem {
  readonly dismissal: Dismissal;
}

async function showDismissed({ findings: { dismissals }, report, wording }: CommandDeps): Promise<void> {
  await dismissals.load();
  const { all } = dismissals;
  if (all.length === 0) {
    report.info(l10n.t('No finding is dismissed.'));
    return;
  }
  const chosen = await showQuickPick<Entry>(
    all.map((dismissal) => ({
      dismissal,
      label: dismissalWords(dismissal, wording),
      description: timeLeft(dismissal.at, wording),
    })),
    {
      title: l10n.t('Dismissed Findings'),
      placeHolder: l10n.t('Select those that should be shown again.'),
      canPickMany: true,
    },
  );
  for (const { dismissal } of chosen ?? []) {
    await dismissals.undo(dismissal);
  }
}
