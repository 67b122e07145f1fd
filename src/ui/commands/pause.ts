import { window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { PauseAct } from '../../core/act/pauses.ts';
import type { ItemNode } from '../../core/inventory/tree.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import { withCancel } from '../dialogs/progress.ts';
import { errorWords } from '../text/errors.ts';
import { pauseDetail, pauseSentence } from '../text/pause.ts';
import type { CommandDeps, Handler, Handlers } from './deps.ts';

/** Pause Token and Resume Token, one row at a time. */
export function pausing(deps: CommandDeps, pick: RowPicker) {
  const onItem =
    (title: string, act: PauseAct): Handler =>
    async (given) => {
      const node = given.item ?? (await pick.item(title, ({ item }) => item.actions.includes(act)));
      if (node && (act === 'resume' || (await confirmed(deps, node)))) {
        await change(deps, node, act);
      }
    };
  return {
    [commandIds.pause]: onItem(l10n.t('Pause Token'), 'pause'),
    [commandIds.resume]: onItem(l10n.t('Resume Token'), 'resume'),
  } satisfies Partial<Handlers>;
}

async function confirmed({ wording }: CommandDeps, node: ItemNode): Promise<boolean> {
  const confirm = l10n.t('Pause');
  const isOwnKnown = node.parent.nodes.some(({ item }) => item.isOwnCredential);
  const detail = pauseDetail(node.connection.serviceName, isOwnKnown, wording);
  const question = l10n.t('Pause “{0}” ({1})?', node.item.name, node.connection.label);
  return (await window.showWarningMessage(question, { modal: true, detail }, confirm)) === confirm;
}

async function change(
  { pauses, report, wording }: CommandDeps,
  node: ItemNode,
  act: PauseAct,
): Promise<void> {
  const { name } = node.item;
  const title = act === 'pause' ? l10n.t('Pausing “{0}”…', name) : l10n.t('Resuming “{0}”…', name);
  const result = await toResult(
    Promise.resolve(withCancel(title, (signal) => pauses.change(node, act, signal))),
  );
  if (!(result instanceof TokenManagerError)) {
    const sentence = pauseSentence(act, result, name, wording);
    return result.kind === 'done' ? report.info(sentence) : report.warn(sentence);
  }
  if (result.kind !== 'cancelled') {
    const why = errorWords(result, wording).sentence;
    const sentence =
      act === 'pause'
        ? l10n.t('“{0}” ({1}) was not paused. {2}', name, node.connection.label, why)
        : l10n.t('“{0}” ({1}) was not resumed. {2}', name, node.connection.label, why);
    report.failure(result, sentence, node);
  }
}
