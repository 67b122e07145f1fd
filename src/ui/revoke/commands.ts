import { l10n, window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { Reach } from '../../core/adapter/contract.ts';
import type { ItemNode, Node } from '../../core/inventory/tree.ts';
import type { CommandDeps, Handlers } from '../commands/deps.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import { withCancel } from '../dialogs/progress.ts';
import { revokeSentence } from '../text/revoke.ts';
import { placeOf } from '../tree/selection.ts';
import type { RevokeMany } from './bulk.ts';

/** Revoke: says what will die, asks, acts at the service, and tells what is true afterwards. */
export function revoking(deps: CommandDeps, pick: RowPicker, many: RevokeMany) {
  return {
    [commandIds.revoke]: async ({ nodes }) => {
      const [only] = nodes;
      if (nodes.length > 1 || (only && !isRevocable(only))) {
        await many.revokeSelected(nodes);
        return;
      }
      const node = only?.kind === 'item' ? only : await pick.item(l10n.t('Revoke'), isRevocable);
      if (node) {
        await revoke(deps, node);
      }
    },
  } satisfies Partial<Handlers>;
}

function isRevocable(node: Node): boolean {
  return node.kind === 'item' && node.item.actions.includes('revoke');
}

async function revoke(deps: CommandDeps, node: ItemNode): Promise<void> {
  const { revocations, report, wording } = deps;
  const reach = await revocations.reach(node);
  if (!(await confirms(node, reach))) {
    return;
  }
  const { name } = node.item;
  const place = placeOf(deps.view, [node]);
  const title = l10n.t('Revoking “{0}”…', name);
  const result = await withCancel(title, (signal) => revocations.revoke(node, signal));
  const sentence = revokeSentence(result, name, wording);
  if (result.kind === 'revoked' || result.kind === 'alreadyGone') {
    report.info(sentence);
  } else {
    report.warn(sentence);
  }
  await place.keep();
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
