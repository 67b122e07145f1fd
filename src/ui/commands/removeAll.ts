import { l10n, window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { Leftovers } from '../../core/connections/connections.ts';
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
  const confirm = l10n.t('Remove All Data');
  const answer = await window.showWarningMessage(
    l10n.t('Remove all data of OAuth Token Manager from this computer?'),
    {
      modal: true,
      detail: [
        connections === 1
          ? l10n.t(
              'Forgotten are 1 connection, all stored credentials and attached refresh tokens, what was chosen for the view, and the activity. This cannot be undone.',
            )
          : l10n.t(
              'Forgotten are {0} connections, all stored credentials and attached refresh tokens, what was chosen for the view, and the activity. This cannot be undone.',
              connections,
            ),
        l10n.t('Nothing is revoked: the tokens at the services stay as they are.'),
      ].join('\n\n'),
    },
    confirm,
  );
  return answer === confirm;
}

async function removeAllData({ connections, viewState, report, forgetState }: CommandDeps): Promise<void> {
  const left = await connections.removeAll();
  // Afterwards, because it makes the view read what it shows anew.
  await viewState.reset();
  if (left.connections > 0 || left.credentials > 0) {
    // What is remembered stays, so that the next start goes on deleting.
    report.warn(leftoverSentence(left));
    return;
  }
  const keys = await forgetState();
  if (keys.length > 0) {
    report.warn(l10n.t('All credentials are gone, but this is still remembered: {0}', keys.join(', ')));
  } else {
    report.info(
      l10n.t('All data was removed: no connection, no credential and no setting of the view is left.'),
    );
  }
}

function leftoverSentence({ connections, credentials }: Leftovers): string {
  return l10n.t(
    'Not everything could be removed: {0} connections and {1} stored credentials are left. Deleting them is tried again at the next start.',
    connections,
    credentials,
  );
}
