import { env, type QuickPickItem, QuickPickItemKind, ThemeIcon } from 'vscode';
import type { Node } from '../../core/inventory/tree.ts';
import type { BulkOutcome } from '../../core/revoke/bulk.ts';
import type { CommandDeps } from '../commands/deps.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { Action } from '../dialogs/notify.ts';
import { showQuickPick } from '../dialogs/quickInput.ts';
import type { Wording } from '../text/context.ts';
import { labelText } from '../text/escape.ts';
import {
  outcomeWords,
  placeWords,
  resultHeading,
  resultIcons,
  resultOrder,
  summarySentence,
} from '../text/revoke.ts';
import { revealRow } from '../tree/reveal.ts';

export interface NextSteps {
  readonly retry?: Action;
  readonly goOn?: Action;
}

interface Entry extends QuickPickItem {
  run?(): Promise<void>;
}

/** More lines than can be read here; all of them can be copied. */
const mostLines = 2000;

/** What became of each row, worst first; from here the failed can be tried again. */
export async function showResults(
  outcomes: readonly BulkOutcome[],
  { retry, goOn }: NextSteps,
  deps: CommandDeps,
): Promise<void> {
  const { wording } = deps;
  const steps: Entry[] = [
    // First, because a hasty Enter does no harm here.
    {
      label: l10n.t('Copy This List'),
      iconPath: new ThemeIcon('copy'),
      run: async () => {
        await env.clipboard.writeText(resultsText(outcomes, wording));
        deps.report.info(l10n.t('The list was copied.'));
      },
    },
    ...(retry ? [{ label: retry.label, iconPath: new ThemeIcon('refresh'), run: retry.run }] : []),
    ...(goOn ? [{ label: goOn.label, iconPath: new ThemeIcon('debug-continue'), run: goOn.run }] : []),
  ];
  const chosen = await showQuickPick<Entry>([...steps, ...entries(outcomes, deps)], {
    title: labelText(summarySentence(outcomes, wording)),
    placeHolder: l10n.t('Select a row to reveal it in the tree.'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  await chosen?.run?.();
}

function entries(outcomes: readonly BulkOutcome[], deps: CommandDeps): Entry[] {
  const byKind = Map.groupBy(outcomes, ({ result }) => result.kind);
  const lines = resultOrder.flatMap((kind) => {
    const those = byKind.get(kind) ?? [];
    const heading = { label: resultHeading(kind, deps.wording), kind: QuickPickItemKind.Separator };
    return those.length === 0 ? [] : [heading, ...those.map((outcome) => entry(outcome, deps))];
  });
  const rest = lines.length - mostLines;
  return rest <= 0
    ? lines
    : [...lines.slice(0, mostLines), { label: l10n.t('And {0} more; the copied list has them all.', rest) }];
}

function entry(outcome: BulkOutcome, deps: CommandDeps): Entry {
  const { wording } = deps;
  const { node, result } = outcome;
  return {
    label: node.item.name,
    iconPath: new ThemeIcon(resultIcons[result.kind]),
    description: labelText(placeWords(node.parent.owner, wording)),
    detail: labelText(outcomeWords(outcome, wording)),
    run: () => revealRow(deps, nearestListed(node), { focus: true }),
  };
}

function nearestListed(node: Node): Node {
  return node.kind === 'connection' || node.parent.nodes.includes(node)
    ? node
    : nearestListed(node.parent.owner);
}

/** As plain text: the summary, then one line for each row. */
function resultsText(outcomes: readonly BulkOutcome[], wording: Wording): string {
  const byKind = Map.groupBy(outcomes, ({ result }) => result.kind);
  const lines = resultOrder.flatMap((kind) => byKind.get(kind) ?? []);
  return [
    summarySentence(outcomes, wording),
    ...lines.map((outcome) => {
      const place = placeWords(outcome.node, wording);
      return wording.localize(
        '{0}: {1}: {2}',
        resultHeading(outcome.result.kind, wording),
        place,
        outcomeWords(outcome, wording),
      );
    }),
    '',
  ].join('\n');
}
