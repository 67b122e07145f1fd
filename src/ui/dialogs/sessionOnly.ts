import { window } from 'vscode';
import type { OfferSessionOnly } from '../../core/connections/sessionCredentials.ts';
import type { Wording } from '../text/context.ts';
import { errorWords } from '../text/errors.ts';
import { l10n } from './l10n.ts';

/** Tells why credentials were not stored and asks whether to go on with them in memory. */
export function offerSessionOnly(wording: Wording): OfferSessionOnly {
  return async (problem) => {
    const keep = l10n.t('Keep for This Session');
    const answer = await window.showWarningMessage(
      l10n.t('The credentials could not be stored.'),
      {
        modal: true,
        detail: [
          errorWords(problem, wording).sentence,
          l10n.t(
            'They can be kept for this session only: in memory, until this window closes. After that the connection needs Update Credentials.',
          ),
        ].join('\n\n'),
      },
      keep,
    );
    return answer === keep;
  };
}

/** The report of an act, and that its new credentials were not stored where that is so. */
export function withSessionOnly(sentence: string, isForSessionOnly: boolean): string {
  return isForSessionOnly
    ? [
        sentence,
        l10n.t(
          'The new credentials could not be stored: they are kept for this session only, and are gone when this window closes.',
        ),
      ].join(' ')
    : sentence;
}
