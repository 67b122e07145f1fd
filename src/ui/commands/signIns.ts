import { type QuickPickItem, ThemeIcon } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { HandOver, LeftToProgram } from '../../core/adapter/contract.ts';
import type { ItemNode } from '../../core/inventory/tree.ts';
import { isEntry } from '../../core/model/item.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import { showQuickPick } from '../dialogs/quickInput.ts';
import { labelText } from '../text/escape.ts';
import { signOutSentence } from '../text/signOut.ts';
import { connectWith } from './addConnection.ts';
import type { CommandDeps, Handlers } from './deps.ts';

/** Manage Sign-In: what the program that holds it can do about it. */
export function signIns(deps: CommandDeps, pick: RowPicker) {
  return {
    [commandIds.manageSignIn]: async ({ item }) => {
      const title = l10n.t('Manage Sign-In');
      const node = item ?? (await pick.item(title, ({ root, item: row }) => root.handsOver && isEntry(row)));
      if (node) {
        await manage(deps, node, title);
      }
    },
  } satisfies Partial<Handlers>;
}

interface Choice extends QuickPickItem {
  readonly choice: HandOver;
}

async function manage(deps: CommandDeps, node: ItemNode, title: string): Promise<void> {
  const choices = await deps.handOvers.choices(node);
  if (choices.length === 0) {
    deps.report.warn(l10n.t('Nothing can be done from here. Use “Accounts” in the activity bar.'));
    return;
  }
  const chosen = await showQuickPick<Choice>(
    choices.map((choice) => ({
      choice,
      label: choice.title,
      iconPath: new ThemeIcon(iconOf(choice)),
      ...(choice.detail !== undefined && { detail: choice.detail }),
    })),
    { title, placeHolder: labelText(l10n.t('What to do about “{0}”', node.item.name)) },
  );
  if (chosen) {
    await carryOut(deps, node, chosen.choice);
  }
}

function iconOf(choice: HandOver): string {
  return 'adapterId' in choice ? 'plug' : choice.isSignOut ? 'sign-out' : 'gear';
}

async function carryOut(deps: CommandDeps, node: ItemNode, choice: HandOver): Promise<void> {
  if ('adapterId' in choice) {
    await connectWith(deps, await deps.registry.get(choice.adapterId), choice.known);
  } else if (choice.isSignOut) {
    await signOut(deps, node, choice);
  } else {
    await choice.run();
  }
}

async function signOut(deps: CommandDeps, node: ItemNode, choice: LeftToProgram): Promise<void> {
  const { name } = node.item;
  const result = await deps.handOvers.signOut(node, choice);
  const sentence = signOutSentence(result, name, deps.wording);
  if (result.kind === 'gone') {
    deps.report.info(sentence);
  } else {
    deps.report.warn(sentence);
  }
}
