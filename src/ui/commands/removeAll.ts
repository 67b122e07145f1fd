import { window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { Leftovers } from '../../core/connections/connections.ts';
import { l10n } from '../dialogs/l10n.ts';
import { isTyped } from '../dialogs/typedConfirmation.ts';
import type { CommandDeps, Handlers } from './deps.ts';

/** Remove All Data: forgets what this extension keeps on this computer, and tells what is left when looked for. */
export function removeAll(deps: CommandDeps) {
  return {
    [commandIds.removeAllData]: async () => {
      if (await confirms(deps.connections.all().length)) {
        await removeAllData(deps);
      }
    },
  } satisfies Partial<Handlers>;
}

async function confirms(connections: number): Promise<boolean> {
  const confirm = l10n.t('Remove All Data…');
  const question = l10n.t('Remove all data of OAuth Token Manager from this computer?');
  const answer = await window.showWarningMessage(
    question,
    {
      modal: true,
      detail: [
        connections === 1
          ? l10n.t(
              'This removes 1 connection, all stored credentials and attached refresh tokens, the settings of the view, and the activity from this computer. This cannot be undone.',
            )
          : l10n.t(
              'This removes {0} connections, all stored credentials and attached refresh tokens, the settings of the view, and the activity from this computer. This cannot be undone.',
              connections,
            ),
        l10n.t('Nothing is revoked: tokens stay valid at the services.'),
      ].join('\n\n'),
    },
    confirm,
  );
  return answer === confirm && (await confirmsByTyping(question));
}

/** One Enter too many must not delete everything. */
function confirmsByTyping(title: string): Promise<boolean> {
  const wanted = l10n.t('remove all data');
  return isTyped(wanted, {
    title,
    prompt: l10n.t('Type “{0}” to remove it. This cannot be undone.', wanted),
    refusal: l10n.t('Type exactly “{0}”, or press Escape to remove nothing.', wanted),
  });
}

async function removeAllData({ connections, viewState, report, forgetState }: CommandDeps): Promise<void> {
  const left = await connections.removeAll();
  // Afterwards, because it makes the view read what it shows anew.
  await viewState.reset();
  if (left.connections > 0 || left.credentials !== 0) {
    // What is remembered stays, so that the next start goes on deleting.
    report.warn(leftoverSentence(left));
    return;
  }
  const keys = await forgetState();
  if (keys.length > 0) {
    report.warn(l10n.t('All credentials were removed, but this could not be: {0}', keys.join(', ')));
  } else {
    report.info(l10n.t('All data was removed. No connection, credential or setting of the view is left.'));
  }
}

function leftoverSentence({ connections, credentials }: Leftovers): string {
  if (credentials === 'unknown') {
    return l10n.t(
      'The secret storage could not be checked. Credentials may be left; removing them is tried again at the next start.',
    );
  }
  const parts = [
    ...(connections === 0
      ? []
      : [connections === 1 ? l10n.t('1 connection') : l10n.t('{0} connections', connections)]),
    ...(credentials === 0
      ? []
      : [credentials === 1 ? l10n.t('1 stored credential') : l10n.t('{0} stored credentials', credentials)]),
  ];
  return l10n.t(
    'Not everything could be removed. Left: {0}. Removing it is tried again at the next start.',
    parts.join(', '),
  );
}
