import { l10n, QuickInputButtons, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { ItemNode } from '../core/branch.ts';
import { labelText } from './markdownText.ts';
import {
  confirmation,
  isTypedRight,
  type Plan,
  type PreviewLine,
  previewLines,
  type Reaches,
} from './revokePreview.ts';
import type { Wording } from './wording.ts';

/** What was ticked; `undefined` when the user gave up. */
export type Preview = readonly ItemNode[] | 'back' | undefined;

interface Entry extends QuickPickItem {
  readonly nodes: readonly ItemNode[];
}

/** The list of everything that would be revoked, with what it does, and of what cannot be. */
export function previewMany(plan: Plan, reaches: Reaches, wording: Wording): Promise<Preview> {
  const entries = previewLines(plan, reaches, wording).map(entryOf);
  const ticked = entries.filter(({ picked }) => picked);
  const { promise, resolve } = Promise.withResolvers<Preview>();
  const pick = window.createQuickPick<Entry>();
  pick.title = plan.cleanUp ? l10n.t('Clean Up: What to Revoke') : l10n.t('What to Revoke');
  pick.placeholder = placeholder(plan);
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.ignoreFocusOut = true;
  pick.buttons = plan.cleanUp ? [QuickInputButtons.Back] : [];
  pick.items = entries;
  pick.selectedItems = ticked;
  pick.onDidChangeSelection((selected) => {
    // There are no lines without a box: those that are there to be read only take no tick.
    if (selected.some(({ nodes }) => nodes.length === 0)) {
      pick.selectedItems = selected.filter(({ nodes }) => nodes.length > 0);
    }
  });
  pick.onDidTriggerButton(() => {
    resolve('back');
    pick.hide();
  });
  pick.onDidAccept(() => {
    resolve(pick.selectedItems.flatMap(({ nodes }) => nodes));
    pick.hide();
  });
  pick.onDidHide(() => {
    resolve(undefined);
    pick.dispose();
  });
  pick.show();
  return promise;
}

function placeholder({ cleanUp, targets }: Plan): string {
  if (targets.length === 0) {
    return cleanUp
      ? l10n.t('Nothing to clean up was found, but not everything could be read.')
      : l10n.t('Nothing here can be revoked.');
  }
  return cleanUp
    ? l10n.t('Ticked is what nothing seems to need any more. Nothing is revoked before you confirm.')
    : l10n.t('Untick what is to stay. Nothing is revoked before you confirm.');
}

function entryOf(line: PreviewLine): Entry {
  if (line.kind === 'heading') {
    return { label: labelText(line.label), kind: QuickPickItemKind.Separator, nodes: [] };
  }
  return {
    label: `$(${line.icon}) ${labelText(line.label)}`,
    description: labelText(line.description),
    ...(line.detail !== '' && { detail: labelText(line.detail) }),
    picked: line.isTicked,
    nodes: line.nodes,
  };
}

/** Asks once more with what exactly dies; where much does, a name has to be typed. */
export async function confirmMany(
  plan: Plan,
  targets: readonly ItemNode[],
  reaches: Reaches,
  wording: Wording,
): Promise<boolean> {
  const { question, detail, typed } = confirmation(plan, targets, reaches, wording);
  const revoke = typed === undefined ? l10n.t('Revoke') : l10n.t('Revoke…');
  const answer = await window.showWarningMessage(question, { modal: true, detail }, revoke);
  return answer === revoke && (typed === undefined || isTyped(question, typed));
}

async function isTyped(question: string, wanted: string): Promise<boolean> {
  const text = await window.showInputBox({
    title: labelText(question),
    prompt: labelText(l10n.t('Type “{0}” to revoke. This cannot be undone.', wanted)),
    placeHolder: wanted,
    ignoreFocusOut: true,
    validateInput: (entered) =>
      isTypedRight(entered, wanted)
        ? undefined
        : labelText(l10n.t('Type exactly “{0}”, or press Escape to revoke nothing.', wanted)),
  });
  return text !== undefined && isTypedRight(text, wanted);
}
