import { commands, window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { Reach } from '../../core/adapter/contract.ts';
import type { ItemNode, Node } from '../../core/inventory/tree.ts';
import { errorTraits, TokenManagerError, toResult } from '../../core/model/errors.ts';
import type { CommandDeps, Handlers } from '../commands/deps.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import { withCancel } from '../dialogs/progress.ts';
import { errorWords } from '../text/errors.ts';
import { readingHelps, revokeSentence } from '../text/revoke.ts';
import { rememberSelection } from '../tree/selection.ts';
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
  if (await confirms(node, await deps.revocations.reach(node))) {
    await revokeConfirmed(deps, node);
  }
}

/** Revokes what the user has confirmed already, and tells what is true afterwards. */
export async function revokeConfirmed(deps: CommandDeps, node: ItemNode): Promise<void> {
  const { revocations, report, wording } = deps;
  const { name } = node.item;
  const selection = rememberSelection(deps.view, [node]);
  const title = l10n.t('Revoking “{0}”…', name);
  const result = await toResult(
    Promise.resolve(withCancel(title, (signal) => revocations.revoke(node, signal))),
  );
  if (result instanceof TokenManagerError) {
    tellFailure(deps, node, result);
    await selection.keep();
    return;
  }
  const sentence = revokeSentence(result, name, wording);
  if ((result.kind === 'revoked' && !result.survivor) || result.kind === 'alreadyGone') {
    report.info(sentence);
  } else if (readingHelps(result)) {
    offerRefresh(deps, node, sentence);
  } else {
    report.warn(sentence);
  }
  await selection.keep();
}

/** The whole connection: the list that the row stood in may have been read anew by then. */
function offerRefresh({ report }: CommandDeps, { root }: ItemNode, sentence: string): void {
  const run = async () => {
    await commands.executeCommand(commandIds.refreshRow, root);
  };
  report.offer('warning', sentence, [{ label: l10n.t('Refresh'), run }]);
}

/** Names the row, and says that it was not revoked only where that is certain. */
function tellFailure(deps: CommandDeps, node: ItemNode, error: TokenManagerError): void {
  const { report, wording } = deps;
  const { name } = node.item;
  if (error.kind === 'cancelled') {
    offerRefresh(
      deps,
      node,
      l10n.t(
        'You canceled revoking “{0}”. The request may have reached the service: refresh to see whether it is still listed.',
        name,
      ),
    );
    return;
  }
  const { sentence } = errorWords(error, wording);
  const { label } = node.connection;
  const told =
    error.nothingSent || errorTraits[error.kind].refused
      ? l10n.t('“{0}” ({1}) was not revoked. {2}', name, label, sentence)
      : l10n.t('It is not known whether “{0}” ({1}) was revoked. {2}', name, label, sentence);
  report.failure(error, told, node);
}

async function confirms(node: ItemNode, { sentence, warnings }: Reach): Promise<boolean> {
  const confirm = l10n.t('Revoke');
  const { label, serviceName, account } = node.connection;
  const connection = l10n.t('Connection: {0} ({1}, {2})', label, serviceName, account.name);
  const { identifier } = node.item;
  const identity = identifier === undefined ? [] : [l10n.t('Identifier: {0}', identifier)];
  const answer = await window.showWarningMessage(
    l10n.t('Revoke “{0}”?', node.item.name),
    { modal: true, detail: [sentence, ...warnings, ...identity, connection].join('\n\n') },
    confirm,
  );
  return answer === confirm;
}
