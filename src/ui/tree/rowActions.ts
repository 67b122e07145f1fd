import { type CommandId, commandIds, type RowTag } from '../../contributions.ts';
import type { Localize } from '../../core/ports.ts';

/** A command of a row's menu, as a button says it. */
export interface RowAction {
  readonly command: CommandId;
  readonly title: string;
}

/** What the menu of a row with these tags offers, in its order; a test holds this against the manifest. */
export function rowActions(tags: readonly RowTag[], localize: Localize): RowAction[] {
  const all: readonly (RowAction & { readonly tag: RowTag })[] = [
    {
      tag: 'needsCredentials',
      command: commandIds.updateCredentials,
      title: localize('Update Credentials…'),
    },
    {
      tag: 'needsCertificate',
      command: commandIds.setCertificateAuthorityFile,
      title: localize('Set Certificate Authority File…'),
    },
    { tag: 'needsSettings', command: commandIds.openSettings, title: localize('Open Settings') },
    { tag: 'refreshable', command: commandIds.refreshRow, title: localize('Refresh') },
    { tag: 'browsable', command: commandIds.openInBrowser, title: localize('Open in Browser') },
    { tag: 'connection', command: commandIds.diagnose, title: localize('Diagnose Connection…') },
    { tag: 'error', command: commandIds.diagnose, title: localize('Diagnose Connection…') },
    { tag: 'error', command: commandIds.showLog, title: localize('Show Log') },
    { tag: 'identifiable', command: commandIds.copyIdentifier, title: localize('Copy Identifier') },
    { tag: 'copyable', command: commandIds.copyToken, title: localize('Copy Token…') },
    { tag: 'renewable', command: commandIds.renew, title: localize('Renew Token') },
    { tag: 'attachable', command: commandIds.attachRefreshToken, title: localize('Attach Refresh Token…') },
    { tag: 'detachable', command: commandIds.detachRefreshToken, title: localize('Detach Refresh Token…') },
    { tag: 'pausable', command: commandIds.pause, title: localize('Pause Token…') },
    { tag: 'resumable', command: commandIds.resume, title: localize('Resume Token') },
    { tag: 'manageable', command: commandIds.manageSignIn, title: localize('Manage Sign-In…') },
    { tag: 'connection', command: commandIds.moveUp, title: localize('Move Connection Up') },
    { tag: 'connection', command: commandIds.moveDown, title: localize('Move Connection Down') },
    { tag: 'connection', command: commandIds.renameConnection, title: localize('Rename Connection…') },
    { tag: 'connection', command: commandIds.updateCredentials, title: localize('Update Credentials…') },
    {
      tag: 'connection',
      command: commandIds.setCertificateAuthorityFile,
      title: localize('Set Certificate Authority File…'),
    },
    {
      tag: 'connection',
      command: commandIds.cleanUpConnection,
      title: localize('Clean Up Connection…'),
    },
    { tag: 'connection', command: commandIds.disconnect, title: localize('Disconnect…') },
    { tag: 'revocable', command: commandIds.revoke, title: localize('Revoke…') },
    { tag: 'container', command: commandIds.revokeAll, title: localize('Revoke All…') },
  ];
  return all.filter(({ tag }) => tags.includes(tag)).map(({ command, title }) => ({ command, title }));
}
