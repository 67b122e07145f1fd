import { type QuickPickItem, ThemeColor, ThemeIcon } from 'vscode';
import { checkConnections, type Health } from '../../core/diagnose/healthCheck.ts';
import type { ConnectionNode } from '../../core/inventory/tree.ts';
import type { CommandDeps, RecordSources } from '../commands/deps.ts';
import { l10n } from '../dialogs/l10n.ts';
import { withCancel } from '../dialogs/progress.ts';
import { showQuickPick } from '../dialogs/quickInput.ts';
import { resultIcons } from '../text/diagnosis.ts';
import { errorWords } from '../text/errors.ts';
import { labelText } from '../text/escape.ts';
import { showDiagnosis } from './diagnosis.ts';

interface Entry extends QuickPickItem {
  readonly root: ConnectionNode;
}

/** Asks every connection for its outermost list, and shows which of them fail and why. */
export async function checkAll(deps: CommandDeps, sources: RecordSources): Promise<void> {
  const { inventory, sessions, report } = deps;
  const { roots } = inventory;
  if (roots.length === 0) {
    report.info(l10n.t('There is no connection yet.'));
    return;
  }
  const healths = await withCancel(l10n.t('Checking all connections…'), (signal) =>
    checkConnections(roots, sessions, signal),
  );
  for (const { root, error } of healths) {
    if ((error === undefined) !== (root.branch.error === undefined)) {
      void inventory.refresh(root.branch);
    }
  }
  const failed = healths.filter(({ error }) => error !== undefined);
  const chosen = await showQuickPick([...failed, ...healths.filter(({ error }) => !error)].map(entry), {
    title: l10n.t('Check All Connections'),
    placeHolder: summary(failed.length, healths.length),
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  if (chosen) {
    await showDiagnosis(deps, sources, chosen.root.branch);
  }

  function entry({ root, error, ms }: Health): Entry {
    const { name, color } = resultIcons[error ? 'fault' : 'ok'];
    const words = error && errorWords(error, deps.wording);
    return {
      root,
      label: labelText(root.connection.label),
      description: words?.title ?? l10n.t('works, {0} ms', ms),
      iconPath: new ThemeIcon(name, color ? new ThemeColor(color) : undefined),
      ...(words && { detail: labelText(words.sentence) }),
    };
  }
}

function summary(failed: number, all: number): string {
  if (failed === 0) {
    return all === 1 ? l10n.t('The connection works.') : l10n.t('All {0} connections work.', all);
  }
  return l10n.t('{0} of {1} connections do not work; choose one to diagnose it.', failed, all);
}
