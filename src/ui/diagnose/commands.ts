import { window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { Activity } from '../../core/activity/activity.ts';
import type { CommandDeps, Handlers } from '../commands/deps.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';

/** The activity, exports, the support report and the doctor; what they are made of is loaded when first asked for. */
export function records(deps: CommandDeps, pick: RowPicker) {
  const sources = deps.records;
  const load = () => import('./records.ts');
  return {
    [commandIds.clearActivity]: () => clearActivity(deps, sources.activity),
    [commandIds.exportActivity]: async () => (await load()).exportActivity(deps, sources),
    [commandIds.exportInventory]: async () => (await load()).exportInventory(deps, sources),
    [commandIds.createSupportReport]: async () => (await load()).showSupportReport(deps, sources),
    [commandIds.checkAllConnections]: async () => (await load()).checkAll(deps, sources),
    [commandIds.diagnose]: async (given) => {
      const branch = given.branch ?? (await pick.connection(l10n.t('Diagnose Connection')))?.branch;
      if (branch) {
        await (await load()).showDiagnosis(deps, sources, branch);
      }
    },
  } satisfies Partial<Handlers>;
}

async function clearActivity({ report }: CommandDeps, activity: Activity): Promise<void> {
  const clear = l10n.t('Clear Activity');
  const answer = await window.showWarningMessage(
    l10n.t('Clear the activity?'),
    {
      modal: true,
      detail: l10n.t(
        'This clears the activity on this computer, in all windows. Connections and tokens do not change. This cannot be undone.',
      ),
    },
    clear,
  );
  if (answer === clear) {
    await activity.clear();
    report.info(l10n.t('The activity was cleared.'));
  }
}
