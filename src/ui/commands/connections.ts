import { env, Uri, window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import { endLeftBehind } from '../../core/act/endLeftBehind.ts';
import type { LeftBehind } from '../../core/adapter/contract.ts';
import type { ConnectionNode } from '../../core/inventory/tree.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import type { Connection } from '../../core/model/item.ts';
import { askForLabel } from '../dialogs/connectionName.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import { withCancel } from '../dialogs/progress.ts';
import type { CommandDeps, Handler, Handlers } from './deps.ts';

/** Rename, disconnect, and the service's own page: what concerns a connection as a whole. */
export function connections(deps: CommandDeps, pick: RowPicker) {
  const onConnection =
    (title: string, act: (deps: CommandDeps, root: ConnectionNode) => Promise<void>): Handler =>
    async (given) => {
      const node = given.node ?? (await pick.connection(title));
      if (node) {
        await act(deps, node.root);
      }
    };
  return {
    [commandIds.renameConnection]: onConnection(l10n.t('Rename Connection'), rename),
    [commandIds.disconnect]: onConnection(l10n.t('Disconnect'), disconnect),
    [commandIds.openInBrowser]: onConnection(l10n.t('Open in Browser'), openInBrowser),
  } satisfies Partial<Handlers>;
}

async function rename({ connections }: CommandDeps, { connection }: ConnectionNode): Promise<void> {
  const { id, label } = connection;
  const taken = connections.all().flatMap((other) => (other.id === id ? [] : [other.label]));
  const changed = await askForLabel(l10n.t('Rename Connection'), label, taken);
  if (changed !== undefined && changed !== label) {
    await connections.relabel(id, changed);
  }
}

async function disconnect(deps: CommandDeps, root: ConnectionNode): Promise<void> {
  const { id, label, serviceName } = root.connection;
  const leftBehind = await leftBehindOf(deps, root.connection);
  const confirm = l10n.t('Disconnect');
  const detail = l10n.t(
    'This removes the connection and its credentials from this computer. Nothing is revoked at {0}: tokens there stay valid.',
    serviceName,
  );
  const answer = await window.showWarningMessage(
    l10n.t('Disconnect “{0}”?', label),
    { modal: true, detail: leftBehind ? `${detail}\n\n${leftBehind.sentence}` : detail },
    confirm,
    ...(leftBehind ? [bothActions(leftBehind)] : []),
  );
  if (answer === undefined) {
    return;
  }
  const isEnded = leftBehind && answer !== confirm ? await end(deps, root, leftBehind) : undefined;
  await deps.connections.remove(id);
  deps.report.info(
    isEnded === false
      ? l10n.t('“{0}” was disconnected. Whether what it had made at the service is gone is not known.', label)
      : l10n.t('“{0}” was disconnected; its credentials were deleted from this computer.', label),
  );
}

/** A connection that cannot be opened, without its credentials say, can still be disconnected. */
async function leftBehindOf({ sessions }: CommandDeps, { id }: Connection): Promise<LeftBehind | undefined> {
  const session = await toResult(sessions.get(id));
  return session instanceof TokenManagerError ? undefined : session.leftBehind;
}

function bothActions({ action }: LeftBehind): string {
  return l10n.t('{0} and Disconnect', action);
}

/** What could not be ended keeps the connection: without it nothing here could end it any more. */
function end(deps: CommandDeps, root: ConnectionNode, leftBehind: LeftBehind): Thenable<boolean> {
  return withCancel(l10n.t('Disconnecting “{0}”…', root.connection.label), (signal) =>
    endLeftBehind(deps.rowActs, root, leftBehind, signal),
  );
}

async function openInBrowser({ sessions }: CommandDeps, { connection }: ConnectionNode): Promise<void> {
  const { id, adapterId } = connection;
  const { webPage: page } = await sessions.get(id);
  if (page === undefined) {
    throw new TokenManagerError('unsupported', l10n.t('There is no known web page for this connection.'), {
      code: adapterId,
    });
  }
  await env.openExternal(Uri.parse(page, true));
}
