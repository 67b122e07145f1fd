import { commands } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { SettledRevocation } from '../../core/revoke/pending.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { Report } from '../dialogs/notify.ts';
import type { Wording } from '../text/context.ts';
import { errorWords } from '../text/errors.ts';
import { readingHelps, revokeSentence } from '../text/revoke.ts';

/** Tells what came of a revocation that had waited for approval, or for the service to get to it. */
export function tellSettled(
  { act, result }: SettledRevocation,
  { report, wording }: { readonly report: Report; readonly wording: Wording },
): void {
  const { name } = act.row;
  const { label } = act.connection;
  if (result.kind === 'revoked' || result.kind === 'alreadyGone') {
    report.info(revokeSentence(result, name, wording));
  } else if (result.kind === 'failed' || result.kind === 'unknown') {
    const { sentence } = errorWords(result.error, wording);
    report.failure(
      result.error,
      result.kind === 'failed'
        ? l10n.t('“{0}” ({1}) was not revoked. {2}', name, label, sentence)
        : l10n.t('It is not known whether “{0}” ({1}) was revoked. {2}', name, label, sentence),
    );
  } else if (readingHelps(result)) {
    report.offer('warning', revokeSentence(result, name, wording), [
      { label: l10n.t('Refresh All'), run: async () => commands.executeCommand(commandIds.refresh) },
    ]);
  } else {
    report.warn(revokeSentence(result, name, wording));
  }
}
