import { type QuickInputButton, type QuickPickItem, ThemeIcon } from 'vscode';
import { isMendedByRevoking, type Limits, type RuleId, ruleIds } from '../../core/findings/rules.ts';
import { l10n } from '../dialogs/l10n.ts';
import { createQuickPick, showInputBox, showQuickPick } from '../dialogs/quickInput.ts';
import type { Wording } from '../text/context.ts';
import { limitWords, ruleReason, ruleSources, ruleTitle, unusedChoices } from '../text/findings.ts';

/** By which rules a clean-up proposes, and with which numbers; for this one clean-up only. */
export interface ChosenRules {
  readonly rules: ReadonlySet<RuleId>;
  readonly limits: Limits;
}

const mostDays = 3650;

/** What is ticked at first: whatever says that a token is over, idle or without an end. */
const tickedAtFirst: ReadonlySet<RuleId> = new Set(['neverExpires', 'unused', 'neverUsed', 'expired']);

/** The rules whose number is a span of days without use. */
const dayRules: readonly RuleId[] = ['unused', 'neverUsed'];

export function usualChoice(limits: Limits): ChosenRules {
  return { limits, rules: new Set(offered(limits).filter((rule) => tickedAtFirst.has(rule))) };
}

/** Those that revoking mends, as far as the settings have them switched on. */
function offered(limits: Limits): readonly RuleId[] {
  return ruleIds.filter((rule) => limits[rule] > 0 && isMendedByRevoking(rule));
}

/** The rules with a check box each; `undefined` when the user gives up. */
export async function askRules(before: ChosenRules, wording: Wording): Promise<ChosenRules | undefined> {
  let now = before;
  for (;;) {
    const answer = await showRules(now, wording);
    if (answer === undefined || answer.days === undefined) {
      return answer?.rules.size === 0 ? undefined : answer && { rules: answer.rules, limits: now.limits };
    }
    const days = await askDays(answer.days, now.limits[answer.days], wording);
    now = {
      rules: answer.rules,
      limits: days === undefined ? now.limits : { ...now.limits, [answer.days]: days },
    };
  }
}

interface Entry extends QuickPickItem {
  readonly rule: RuleId;
}

interface Answer {
  readonly rules: ReadonlySet<RuleId>;
  /** The rule whose number of days the user wants to change. */
  readonly days?: RuleId;
}

async function showRules({ rules, limits }: ChosenRules, wording: Wording): Promise<Answer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
  const pick = createQuickPick<Entry>();
  const change: QuickInputButton = {
    iconPath: new ThemeIcon('edit'),
    tooltip: l10n.t('Change the Number of Days…'),
  };
  const entries = offered(limits).map((rule): Entry => {
    const limit = limitWords(rule, limits[rule], wording);
    return {
      rule,
      label: ruleTitle(rule, wording),
      ...(limit !== undefined && { description: limit }),
      detail: l10n.t('{0} Source: {1}', ruleReason(rule, wording), ruleSources[rule]),
      buttons: dayRules.includes(rule) ? [change] : [],
    };
  });
  const ticked = () => new Set(pick.selectedItems.map(({ rule }) => rule));
  pick.title = l10n.t('Clean Up');
  pick.placeholder = l10n.t('Findings to propose. You choose what to revoke next.');
  pick.canSelectMany = true;
  pick.ignoreFocusOut = true;
  pick.items = entries;
  pick.selectedItems = entries.filter(({ rule }) => rules.has(rule));
  pick.onDidTriggerItemButton(({ item }) => resolve({ rules: ticked(), days: item.rule }));
  pick.onDidAccept(() => resolve({ rules: ticked() }));
  pick.onDidHide(() => resolve(undefined));
  pick.show();
  try {
    return await promise;
  } finally {
    pick.dispose();
  }
}

interface DaysEntry extends QuickPickItem {
  /** Absent where they are to be typed. */
  readonly days?: number;
}

async function askDays(rule: RuleId, before: number, wording: Wording): Promise<number | undefined> {
  const choices: DaysEntry[] = unusedChoices.map(({ days, source }) => ({
    days,
    label: l10n.t('{0} days', days),
    description: days === before ? l10n.t('{0}, chosen', source) : source,
  }));
  const chosen = await showQuickPick<DaysEntry>([...choices, { label: l10n.t('Another Number…') }], {
    title: ruleTitle(rule, wording),
    placeHolder: l10n.t('After how many days without use?'),
  });
  return chosen && 'days' in chosen && chosen.days !== undefined
    ? chosen.days
    : chosen && (await typedDays(rule, before, wording));
}

async function typedDays(rule: RuleId, before: number, wording: Wording): Promise<number | undefined> {
  const text = await showInputBox({
    title: ruleTitle(rule, wording),
    prompt: l10n.t('After how many days without use?'),
    value: String(before),
    validateInput: (entered) =>
      daysOf(entered) === undefined
        ? l10n.t('Enter a whole number of days from 1 to {0}.', mostDays)
        : undefined,
  });
  return text === undefined ? undefined : daysOf(text);
}

function daysOf(text: string): number | undefined {
  const days = /^\s*\d{1,4}\s*$/.test(text) ? Number(text) : 0;
  return days >= 1 && days <= mostDays ? days : undefined;
}
