import type { QuickPickItem } from 'vscode';
import type { RuleId } from '../../core/findings/rules.ts';
import type { ItemNode } from '../../core/inventory/tree.ts';
import { day } from '../../core/model/time.ts';
import type { Wording } from '../text/context.ts';
import { ruleTitle } from '../text/findings.ts';
import { l10n } from './l10n.ts';
import { showInputBox, showQuickPick } from './quickInput.ts';

export interface DismissalAnswer {
  readonly reason: string;
  /** Epoch milliseconds; absent: for good. */
  readonly until?: number;
}

interface Choice<T> extends QuickPickItem {
  readonly value: T;
}

/** Why, and until when; a finding that is dismissed comes back by itself where an end is given. */
export async function askDismissal(
  rule: RuleId,
  node: ItemNode | undefined,
  wording: Wording,
): Promise<DismissalAnswer | undefined> {
  const title = l10n.t('Dismiss “{0}”', ruleTitle(rule, wording));
  const reason = await askReason(title, node);
  if (reason === undefined) {
    return undefined;
  }
  const end = await showQuickPick<Choice<number | undefined>>(
    [
      { label: l10n.t('For 30 days'), value: 30 },
      { label: l10n.t('For 90 days'), value: 90 },
      { label: l10n.t('For a year'), value: 365 },
      { label: l10n.t('For good'), value: undefined },
    ],
    { title, placeHolder: l10n.t('Until when should it not be shown?') },
  );
  return end && { reason, ...(end.value !== undefined && { until: wording.now() + end.value * day }) };
}

async function askReason(title: string, node: ItemNode | undefined): Promise<string | undefined> {
  const own: Choice<undefined> = { label: l10n.t('Another Reason…'), value: undefined };
  const reasons = [
    l10n.t('It is needed as it is'),
    l10n.t('It is being replaced'),
    l10n.t('It is not mine to change'),
  ].map((label): Choice<string | undefined> => ({ label, value: label }));
  const chosen = await showQuickPick<Choice<string | undefined>>([...reasons, own], {
    title,
    placeHolder: node
      ? l10n.t('Why is this not a finding for “{0}”? The reason stays on this computer.', node.item.name)
      : l10n.t('Why is this not a finding for any row? The reason stays on this computer.'),
  });
  return chosen && (chosen.value ?? (await typedReason(title)));
}

async function typedReason(title: string): Promise<string | undefined> {
  const text = await showInputBox({ title, prompt: l10n.t('The reason, in a few words without secrets') });
  return text?.trim() === '' ? undefined : text?.trim();
}
