import { l10n, window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { Activity } from '../../core/activity.ts';
import type { Probes } from '../../core/doctor.ts';
import { type Disposable, disposeAll } from '../../core/event.ts';
import type { Clock } from '../../core/ports.ts';
import type { RecentLines } from '../../core/recentLines.ts';
import type { RowPicker } from '../pick.ts';
import { branchOf, type CommandDeps, register } from './deps.ts';

/** What records and reports are made from, besides what every command has. */
export interface RecordSources {
  readonly activity: Activity;
  /** What was sent last. */
  readonly lines: RecentLines;
  readonly probes: () => Promise<Probes>;
  readonly clock: Clock;
}

/** The activity, exports, the support report and the doctor; what they are made of is loaded when first asked for. */
export function registerRecords(deps: CommandDeps, pick: RowPicker, sources: RecordSources): Disposable {
  const load = () => import('../records.ts');
  return disposeAll([
    register(deps, commandIds.clearActivity, () => clearActivity(deps, sources.activity)),
    register(deps, commandIds.exportActivity, async () => (await load()).exportActivity(deps, sources)),
    register(deps, commandIds.exportInventory, async () => (await load()).exportInventory(deps, sources)),
    register(deps, commandIds.createSupportReport, async () =>
      (await load()).showSupportReport(deps, sources),
    ),
    register(deps, commandIds.checkAllConnections, async () => (await load()).checkAll(deps, sources)),
    register(deps, commandIds.diagnose, async (argument) => {
      const branch = branchOf(argument) ?? (await pick.connection(l10n.t('Diagnose Connection')))?.branch;
      if (branch) {
        await (await load()).showDiagnosis(deps, sources, branch);
      }
    }),
  ]);
}

async function clearActivity({ report }: CommandDeps, activity: Activity): Promise<void> {
  const clear = l10n.t('Clear Activity');
  const answer = await window.showWarningMessage(
    l10n.t('Clear the activity?'),
    {
      modal: true,
      detail: l10n.t(
        'The list of what was done is forgotten on this computer, in all windows. Connections and tokens stay as they are. This cannot be undone.',
      ),
    },
    clear,
  );
  if (answer === clear) {
    await activity.clear();
    report.info(l10n.t('The activity was cleared.'));
  }
}
