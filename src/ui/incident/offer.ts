import { commands } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { IncidentStore } from '../../core/incident/progress.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { Report } from '../dialogs/notify.ts';

/** An emergency revocation that was cut off must not be forgotten; asking costs no look at the disk. */
export function offerToGoOn(incident: Pick<IncidentStore, 'isOpen'>, report: Pick<Report, 'offer'>): void {
  if (incident.isOpen) {
    report.offer('warning', l10n.t('An emergency revocation has begun and has not finished.'), [
      {
        label: l10n.t('Continue…'),
        run: async () => {
          await commands.executeCommand(commandIds.revokeEverything);
        },
      },
    ]);
  }
}
