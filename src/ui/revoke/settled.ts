import type { SettledRevocation } from '../../core/revoke/pending.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { Report } from '../dialogs/notify.ts';
import type { Wording } from '../text/context.ts';
import { errorWords } from '../text/errors.ts';
import { revokeSentence } from '../text/revoke.ts';

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
    report.warn(l10n.t('“{0}” ({1}) was not revoked. {2}', name, label, sentence));
  } else {
    report.warn(revokeSentence(result, name, wording));
  }
}
