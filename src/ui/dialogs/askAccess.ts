import { window } from 'vscode';
import type { OtherExtension } from '../../core/adapter/extension.ts';
import { l10n } from './l10n.ts';

/**
 * Asks whether another extension may read. The words are ours alone: an extension that asks has no say in how it
 * is asked about.
 * @returns `undefined` when there is no answer
 */
export async function askAccess({ id, name }: OtherExtension): Promise<boolean | undefined> {
  const allow = { title: l10n.t('Allow') };
  const deny = { title: l10n.t('Don’t Allow'), isCloseAffordance: true };
  const answer = await window.showInformationMessage(
    l10n.t('May the extension “{0}” read your connections?', name),
    {
      modal: true,
      detail: [
        l10n.t(
          '“{0}” ({1}) asks to read which accounts are connected and what is known of their tokens: names, owners, what they may do, when they expire.',
          name,
          id,
        ),
        l10n.t(
          'It is given no credential and no value of a token, and it cannot revoke or change anything in this way.',
        ),
        l10n.t('Your answer is remembered. Change it with “Manage Extension Access…”.'),
      ].join('\n\n'),
    },
    allow,
    deny,
  );
  return answer && answer === allow;
}
