import { QuickInputButtons, type QuickPickItem, QuickPickItemKind, ThemeIcon, window } from 'vscode';
import type { ItemNode } from '../../core/inventory/tree.ts';
import { l10n } from '../dialogs/l10n.ts';
import { createQuickPick } from '../dialogs/quickInput.ts';
import { isTyped } from '../dialogs/typedConfirmation.ts';
import type { Wording } from '../text/context.ts';
import { labelText } from '../text/escape.ts';
import { confirmation, type Plan, type PreviewLine, previewLines, type Reaches } from './preview.ts';

export interface Prepared {
  readonly plan: Plan;
  readonly reaches: Reaches;
}

/** Finds out what there is to revoke. `tell` is called with the number of rows read so far. */
export type Prepare = (signal: AbortSignal, tell: (rows: number) => void) => Promise<Prepared>;

export type Preview =
  | { readonly kind: 'chosen'; readonly plan: Plan; readonly targets: readonly ItemNode[] }
  | { readonly kind: 'nothing' | 'back' | 'cancelled' };

export interface PreviewQuestion {
  readonly title: string;
  readonly canGoBack: boolean;
  /** What had been ticked when the list was last left; otherwise the plan says. */
  readonly ticked: ReadonlySet<ItemNode> | undefined;
  readonly prepare: Prepare;
}

interface Entry extends QuickPickItem {
  readonly nodes: readonly ItemNode[];
}

/**
 * The list of everything that would be revoked, with what it does, and of what cannot be. It is there while
 * things are still being read: opened afterwards, it would lose the focus to the tree, which takes it back when
 * it shows what was read.
 */
export async function previewMany(
  { title, canGoBack, ticked, prepare }: PreviewQuestion,
  wording: Wording,
): Promise<Preview> {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<Preview>();
  const pick = createQuickPick<Entry>();
  let prepared: Prepared | undefined;
  pick.title = title;
  pick.placeholder = l10n.t('Loading… Press Escape to stop.');
  pick.busy = true;
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.ignoreFocusOut = true;
  pick.buttons = canGoBack ? [QuickInputButtons.Back] : [];
  pick.onDidChangeSelection((selected) => {
    // There are no lines without a box: those that are there to be read only take no tick.
    if (selected.some(({ nodes }) => nodes.length === 0)) {
      pick.selectedItems = selected.filter(({ nodes }) => nodes.length > 0);
    }
  });
  pick.onDidTriggerButton(() => resolve({ kind: 'back' }));
  pick.onDidAccept(() => {
    if (prepared) {
      const targets = pick.selectedItems.flatMap(({ nodes }) => nodes);
      resolve(targets.length > 0 ? { kind: 'chosen', plan: prepared.plan, targets } : { kind: 'cancelled' });
    }
  });
  pick.onDidHide(() => resolve({ kind: 'cancelled' }));
  pick.show();
  const fill = async (): Promise<Preview> => {
    prepared = await prepare(controller.signal, (rows) => {
      pick.placeholder = l10n.t('{0} rows loaded so far… Press Escape to stop.', rows);
    });
    const { plan, reaches } = prepared;
    if (plan.targets.length + plan.blocked.length + plan.unread.length === 0) {
      return { kind: 'nothing' };
    }
    const entries = previewLines(plan, reaches, wording).map(entryOf);
    pick.items = entries;
    pick.selectedItems = entries.filter(({ nodes, picked }) =>
      ticked ? nodes.some((node) => ticked.has(node)) : picked,
    );
    pick.placeholder = placeholder(plan);
    pick.busy = false;
    return promise;
  };
  try {
    return await Promise.race([promise, fill()]);
  } finally {
    controller.abort();
    pick.dispose();
  }
}

function placeholder({ cleanUp, targets }: Plan): string {
  if (targets.length === 0) {
    return cleanUp
      ? l10n.t('Nothing to clean up was found, but some lists were not loaded.')
      : l10n.t('Nothing here can be revoked.');
  }
  return cleanUp
    ? l10n.t('Tokens that appear unused are selected. Nothing is revoked yet.')
    : l10n.t('Clear the check boxes of tokens to keep. Nothing is revoked yet.');
}

function entryOf(line: PreviewLine): Entry {
  if (line.kind === 'heading') {
    return { label: labelText(line.label), kind: QuickPickItemKind.Separator, nodes: [] };
  }
  return {
    label: line.label,
    iconPath: new ThemeIcon(line.icon),
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
  const revoke = plan.isRehearsal
    ? l10n.t('Rehearse…')
    : typed === undefined
      ? l10n.t('Revoke')
      : l10n.t('Revoke…');
  const answer = await window.showWarningMessage(question, { modal: true, detail }, revoke);
  return answer === revoke && (typed === undefined || confirmsByTyping(question, typed, plan));
}

function confirmsByTyping(title: string, wanted: string, { isRehearsal }: Plan): Promise<boolean> {
  return isTyped(wanted, {
    title,
    prompt: isRehearsal
      ? l10n.t('Type “{0}” as you would to revoke. Nothing will be revoked.', wanted)
      : l10n.t('Type “{0}” to revoke. This cannot be undone.', wanted),
    refusal: l10n.t('Type exactly “{0}”, or press Escape to revoke nothing.', wanted),
  });
}
