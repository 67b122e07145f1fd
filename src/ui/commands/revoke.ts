import { l10n, window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { Reach } from '../../core/adapter.ts';
import type { ItemNode } from '../../core/branch.ts';
import type { Disposable } from '../../core/event.ts';
import type { RevokeResult } from '../../core/inventory.ts';
import { errorWords } from '../errorWords.ts';
import type { RowPicker } from '../pick.ts';
import { withCancel } from '../progress.ts';
import type { Wording } from '../wording.ts';
import { type CommandDeps, register } from './deps.ts';

/** Revoke: says what will die, asks, acts at the service, and tells what is true afterwards. */
export function registerRevoke(deps: CommandDeps, pick: RowPicker): Disposable {
  return register(deps, commandIds.revoke, async (argument) => {
    const node = await pick.itemFor(argument, l10n.t('Revoke'), ({ item }) =>
      item.actions.includes('revoke'),
    );
    if (node) {
      await revoke(deps, node);
    }
  });
}

async function revoke({ inventory, report, wording }: CommandDeps, node: ItemNode): Promise<void> {
  const reach = await inventory.reach(node);
  if (!(await confirms(node, reach))) {
    return;
  }
  const { name } = node.item;
  const title = l10n.t('Revoking “{0}”…', name);
  const result = await withCancel(title, (signal) => inventory.revoke(node, signal));
  const sentence = resultSentence(result, name, wording);
  if (result.kind === 'revoked' || result.kind === 'alreadyGone') {
    report.info(sentence);
  } else {
    report.warn(sentence);
  }
}

async function confirms(node: ItemNode, { sentence, warnings }: Reach): Promise<boolean> {
  const confirm = l10n.t('Revoke');
  const { label, serviceName, account } = node.connection;
  const connection = l10n.t('Connection: {0} ({1}, {2})', label, serviceName, account.name);
  const answer = await window.showWarningMessage(
    l10n.t('Revoke “{0}”?', node.item.name),
    { modal: true, detail: [sentence, ...warnings, connection].join('\n\n') },
    confirm,
  );
  return answer === confirm;
}

/** What was seen when the list was read again, and nothing more. */
function resultSentence(result: RevokeResult, name: string, wording: Wording): string {
  switch (result.kind) {
    case 'revoked':
      return l10n.t('“{0}” was revoked: the service no longer lists it as active.', name);
    case 'alreadyGone':
      return l10n.t('“{0}” was already gone.', name);
    case 'stillListed':
      return l10n.t('The service accepted the request, but still lists “{0}”.', name);
    case 'waitingForApproval':
      return l10n.t(
        '“{0}” is not revoked yet: the service waits for approval of activity {1}.',
        name,
        result.reference,
      );
    case 'stillRunning':
      return l10n.t(
        '“{0}” is not confirmed as revoked: the service is still working on activity {1}. Refresh to see the outcome.',
        name,
        result.reference,
      );
    case 'unverifiable':
      return l10n.t(
        'The service accepted the request for “{0}”. It offers no way to verify that it was revoked.',
        name,
      );
    case 'unverified':
      return l10n.t(
        'The service accepted the request for “{0}”, but the outcome could not be read again. {1}',
        name,
        errorWords(result.error, wording).sentence,
      );
  }
}
