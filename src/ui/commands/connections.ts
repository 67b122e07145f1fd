import { env, Uri, window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Connection } from '../../core/model/item.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import { askForLabel } from './addConnection.ts';
import type { CommandDeps, Handler, Handlers } from './deps.ts';

/** Rename, disconnect, and the service's own page: what concerns a connection as a whole. */
export function connections(deps: CommandDeps, pick: RowPicker) {
  const onConnection =
    (title: string, act: (deps: CommandDeps, connection: Connection) => Promise<void>): Handler =>
    async (given) => {
      const node = given.node ?? (await pick.connection(title));
      if (node) {
        await act(deps, node.connection);
      }
    };
  return {
    [commandIds.renameConnection]: onConnection(l10n.t('Rename Connection'), rename),
    [commandIds.disconnect]: onConnection(l10n.t('Disconnect'), disconnect),
    [commandIds.openInBrowser]: onConnection(l10n.t('Open in Browser'), openInBrowser),
  } satisfies Partial<Handlers>;
}

async function rename({ connections }: CommandDeps, { id, label }: Connection): Promise<void> {
  const taken = connections.all().flatMap((other) => (other.id === id ? [] : [other.label]));
  const changed = await askForLabel(l10n.t('Rename Connection'), label, taken);
  if (changed !== undefined && changed !== label) {
    await connections.relabel(id, changed);
  }
}

async function disconnect(
  { connections, report }: CommandDeps,
  { id, label, serviceName }: Connection,
): Promise<void> {
  const confirm = l10n.t('Disconnect');
  const answer = await window.showWarningMessage(
    l10n.t('Disconnect “{0}”?', label),
    {
      modal: true,
      detail: l10n.t(
        'This removes the connection and its credentials from this computer. Nothing is revoked at {0}: tokens there stay valid.',
        serviceName,
      ),
    },
    confirm,
  );
  if (answer === confirm) {
    await connections.remove(id);
    report.info(l10n.t('“{0}” was disconnected; its credentials were deleted from this computer.', label));
  }
}

async function openInBrowser({ sessions }: CommandDeps, { id, adapterId }: Connection): Promise<void> {
  const { webPage: page } = await sessions.get(id);
  if (page === undefined) {
    throw new TokenManagerError('unsupported', l10n.t('There is no known web page for this connection.'), {
      code: adapterId,
    });
  }
  await env.openExternal(Uri.parse(page, true));
}
