import { commands, type QuickPickItem, window } from 'vscode';
import { commandIds, viewId } from '../../contributions.ts';
import type { Warnings } from '../../core/expiry/warnings.ts';
import type { ItemNode, Node } from '../../core/inventory/tree.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import { l10n } from '../dialogs/l10n.ts';
import { showQuickPick } from '../dialogs/quickInput.ts';
import { atService } from '../text/clock.ts';
import type { Wording } from '../text/context.ts';
import { labelText } from '../text/escape.ts';
import { snoozeTimes } from '../text/snooze.ts';
import { lifetimeWords } from '../text/states.ts';
import { warningSentence } from '../text/warning.ts';
import { type RevealDeps, revealRow } from '../tree/reveal.ts';
import type { OpenWarning } from './singleWarning.ts';

/** One notification about all that come to their end, with what can be done about it. */
export async function showExpiryWarning(
  told: readonly ItemNode[],
  open: OpenWarning,
  deps: RevealDeps,
  answers: Pick<Warnings, 'snooze' | 'mute'>,
): Promise<void> {
  const { wording } = deps;
  const canRenew = told.filter(isRenewable).length;
  const renew = canRenew > 1 ? l10n.t('Renew…') : l10n.t('Renew');
  const show = l10n.t('Show');
  const snooze = l10n.t('Snooze…');
  const never = l10n.t('Don’t Show Again');
  const buttons = [...(canRenew > 0 ? [renew] : []), show, snooze, never];
  const pressed = await window.showWarningMessage(labelText(warningSentence(told, wording)), ...buttons);
  if (pressed === undefined) {
    open.dismissed();
    return;
  }
  const rows = open.answered();
  switch (pressed) {
    case renew:
      return renewRows(rows.filter(isRenewable), wording);
    case show:
      return showRow(rows, deps);
    case snooze: {
      const until = await askSnooze(rows, wording);
      return until === undefined ? undefined : answers.snooze(rows, until);
    }
    case never:
      return answers.mute(rows);
  }
}

function isRenewable({ item }: ItemNode): boolean {
  return item.actions.includes('renew');
}

async function renewRows(rows: readonly ItemNode[], wording: Wording): Promise<void> {
  const chosen = rows.length === 1 ? rows : await pickSome(rows, wording);
  for (const row of chosen) {
    await commands.executeCommand(commandIds.renew, row);
  }
}

async function pickSome(rows: readonly ItemNode[], wording: Wording): Promise<readonly ItemNode[]> {
  const picked = await showQuickPick(
    rows.map((row) => ({ ...entry(row, wording), picked: true })),
    { title: l10n.t('Renew Tokens'), canPickMany: true },
  );
  return (picked ?? []).map(({ row }) => row);
}

async function showRow(rows: readonly ItemNode[], deps: RevealDeps): Promise<void> {
  const [only] = rows;
  const row = rows.length === 1 ? only : await pickOne(rows, deps.wording);
  if (row) {
    await reveal(row, deps);
  }
}

async function pickOne(rows: readonly ItemNode[], wording: Wording): Promise<ItemNode | undefined> {
  const title = l10n.t('Tokens That Expire Soon');
  const picked = await showQuickPick(
    rows.map((row) => entry(row, wording)),
    { title, placeHolder: l10n.t('Choose one to see it in the list'), matchOnDescription: true },
  );
  return picked?.row;
}

/** Opens the view where the row is not in it any more. */
export async function reveal(row: Node, deps: RevealDeps): Promise<void> {
  const shown = await toResult(revealRow(deps, row, { focus: true }));
  if (shown instanceof TokenManagerError) {
    await commands.executeCommand(`${viewId}.focus`);
  }
}

interface RowEntry extends QuickPickItem {
  readonly row: ItemNode;
}

function entry(row: ItemNode, wording: Wording): RowEntry {
  const left = lifetimeWords(row.item, atService(wording, row)) ?? '';
  return {
    row,
    label: labelText(row.item.name),
    description: labelText(l10n.t('{0} · {1}', left, row.connection.label)),
  };
}

async function askSnooze(rows: readonly ItemNode[], wording: Wording): Promise<number | undefined> {
  const ends = rows.map(({ item, root }) =>
    item.lifetime.kind === 'expires' ? item.lifetime.at - root.clockOffset : 0,
  );
  const times = snoozeTimes(Math.max(...ends), wording).map(({ label, until }) => ({
    label,
    description: wording.absoluteTime(until),
    until,
  }));
  return (await showQuickPick(times, { title: l10n.t('Snooze Expiry Warning') }))?.until;
}
