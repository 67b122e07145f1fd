import type { Act, ActKind, ActResult } from '../../core/activity/activity.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Wording } from './context.ts';
import { errorWords } from './errors.ts';
import type { Icon } from './icon.ts';
import type { Line } from './line.ts';
import { timeLeft } from './states.ts';

/** What a row of the activity view says; plain data, so that it can be checked without VS Code. */
export interface ActView {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: Icon;
  /** What a screen reader says. */
  readonly spoken: string;
}

/** @param isUnderWay whether this window is still at it */
export function actView(act: Act, isUnderWay: boolean, wording: Wording): ActView {
  const { localize } = wording;
  const name = act.row?.name ?? act.connection?.label;
  const kind = actWord(act.kind, wording);
  const label = name === undefined ? kind : localize('{0}: {1}', kind, name);
  const result = resultWords(act.result, isUnderWay, wording);
  const where = act.row ? act.connection?.label : undefined;
  const rest = [timeLeft(act.at, wording), act.detail, where].filter((part) => part !== undefined);
  // The icon says it, and the row is narrow.
  const shown = act.result.kind === 'done' && !isUnderWay ? rest : [result, ...rest];
  return {
    id: act.id,
    label,
    description: shown.join(' · '),
    icon: isUnderWay ? { name: 'sync' } : resultIcons[act.result.kind],
    spoken: [label, result, ...rest].join(', '),
  };
}

/** Everything that is known about an act, for its tooltip and the details of its row. */
export function actLines(act: Act, isUnderWay: boolean, wording: Wording): Line[] {
  const { localize } = wording;
  const { connection, row, result, requestId, detail } = act;
  const lines: (Line | undefined)[] = [
    { label: localize('When'), text: wording.absoluteTime(act.at) },
    row && { label: localize('Row'), text: row.name },
    connection && {
      label: localize('Connection'),
      text: localize('{0} · {1}', connection.label, connection.serviceName),
    },
    detail === undefined ? undefined : { label: detailLabel(act.kind, wording), text: detail },
    { label: localize('Result'), text: resultSentence(result, isUnderWay, wording) },
    'reference' in result ? { label: localize('Operation'), text: result.reference } : undefined,
    requestId === undefined ? undefined : { label: localize('Request ID'), text: requestId },
  ];
  return lines.filter((line) => line !== undefined);
}

function detailLabel(kind: ActKind, { localize }: Wording): string {
  return kind === 'revokeLeakedToken' ? localize('Token') : localize('To');
}

export function actWord(kind: ActKind, { localize }: Wording): string {
  switch (kind) {
    case 'connect':
      return localize('Connect');
    case 'updateCredentials':
      return localize('Update credentials');
    case 'rename':
      return localize('Rename');
    case 'setCertificateAuthorityFile':
      return localize('Set certificate authority file');
    case 'disconnect':
      return localize('Disconnect');
    case 'removeAllData':
      return localize('Remove all data');
    case 'revoke':
      return localize('Revoke');
    case 'renew':
      return localize('Renew');
    case 'attach':
      return localize('Attach refresh token');
    case 'detach':
      return localize('Detach refresh token');
    case 'loadOnRequest':
      return localize('Load on request');
    case 'exportInventory':
      return localize('Export inventory');
    case 'exportActivity':
      return localize('Export activity');
    case 'supportReport':
      return localize('Create support report');
    case 'exportFindings':
      return localize('Export findings');
    case 'revokeLeakedToken':
      return localize('Revoke leaked token');
    case 'signOut':
      return localize('Sign out');
    case 'unregister':
      return localize('Unregister client');
    case 'copyToken':
      return localize('Copy token');
    case 'pause':
      return localize('Pause');
    case 'resume':
      return localize('Resume');
  }
}

/** The outcome in a few words. */
export function resultWords(result: ActResult, isUnderWay: boolean, wording: Wording): string {
  const { localize } = wording;
  if (isUnderWay) {
    return localize('in progress');
  }
  switch (result.kind) {
    case 'done':
      return localize('done');
    case 'revoked':
      return localize('revoked');
    case 'alreadyGone':
      return localize('already removed');
    case 'stillListed':
      return localize('still listed');
    case 'unverifiable':
      return localize('accepted, cannot be verified');
    case 'accepted':
      return localize('accepted, not yet seen to be revoked');
    case 'replaced':
      return localize('renewed under another identifier');
    case 'unchanged':
      return localize('accepted, but nothing changed');
    case 'cancelled':
      return localize('stopped');
    case 'begun':
      return localize('outcome unknown');
    case 'waitingForApproval':
      return localize('waiting for approval');
    case 'stillRunning':
      return localize('still running at the service');
    case 'unverified':
      return localize('done, but not confirmed');
    case 'unknown':
      return localize('outcome unknown: {0}', errorTitle(result, wording));
    case 'failed':
      return localize('failed: {0}', errorTitle(result, wording));
  }
}

function resultSentence(result: ActResult, isUnderWay: boolean, wording: Wording): string {
  const { localize } = wording;
  const words = resultWords(result, isUnderWay, wording);
  if (isUnderWay) {
    return words;
  }
  if (result.kind === 'begun') {
    return localize(
      'Outcome unknown: the window closed before it finished, or another window is still working on it.',
    );
  }
  const particulars =
    'error' in result
      ? [result.error, result.status === undefined ? undefined : `HTTP ${result.status}`, result.code]
      : [];
  const known = particulars.filter((part) => part !== undefined);
  return known.length === 0 ? words : localize('{0} ({1})', words, known.join(', '));
}

function errorTitle(
  result: Extract<ActResult, { readonly kind: 'failed' | 'unknown' | 'unverified' }>,
  wording: Wording,
) {
  const { error, code, status } = result;
  const known = new TokenManagerError(error, '', {
    ...(code !== undefined && { code }),
    ...(status !== undefined && { status }),
  });
  return errorWords(known, wording).title;
}

const resultIcons: Record<ActResult['kind'], Icon> = {
  done: { name: 'pass', color: 'testing.iconPassed' },
  revoked: { name: 'pass', color: 'testing.iconPassed' },
  alreadyGone: { name: 'pass', color: 'testing.iconPassed' },
  replaced: { name: 'pass', color: 'testing.iconPassed' },
  stillListed: { name: 'warning', color: 'list.warningForeground' },
  unchanged: { name: 'warning', color: 'list.warningForeground' },
  accepted: { name: 'question', color: 'list.warningForeground' },
  unverifiable: { name: 'question', color: 'list.warningForeground' },
  unverified: { name: 'warning', color: 'list.warningForeground' },
  waitingForApproval: { name: 'debug-pause', color: 'charts.blue' },
  stillRunning: { name: 'sync', color: 'charts.blue' },
  cancelled: { name: 'debug-stop', color: 'descriptionForeground' },
  unknown: { name: 'question', color: 'list.warningForeground' },
  begun: { name: 'question', color: 'descriptionForeground' },
  failed: { name: 'error', color: 'list.errorForeground' },
};
