import { commands, env, type QuickPickItem, QuickPickItemKind, ThemeColor, ThemeIcon } from 'vscode';
import { commandIds } from '../../contributions.ts';
import { type Diagnosis, diagnose, type Finding, verdict } from '../../core/diagnose/diagnose.ts';
import type { Branch } from '../../core/inventory/tree.ts';
import type { CommandDeps, RecordSources } from '../commands/deps.ts';
import { l10n } from '../dialogs/l10n.ts';
import { offer } from '../dialogs/notify.ts';
import { withCancel } from '../dialogs/progress.ts';
import { createQuickPick } from '../dialogs/quickInput.ts';
import {
  evidenceSentence,
  remedyFor,
  resultIcons,
  resultWord,
  suspectWords,
  verdictSentence,
  withoutRepeats,
} from '../text/diagnosis.ts';
import { labelText } from '../text/escape.ts';
import { diagnosisReport } from './supportReport.ts';

/** Looks at everything that can be at fault, and shows what was seen and what helps. */
export async function showDiagnosis(
  deps: CommandDeps,
  sources: RecordSources,
  branch: Branch,
): Promise<void> {
  const { root } = branch.owner;
  const { sessions } = deps;
  const { clock } = sources;
  const probes = await sources.probes();
  const title = l10n.t('Diagnosing “{0}”…', root.connection.label);
  const diagnosis = await withCancel(title, (signal) =>
    diagnose(root, branch, { sessions, probes, clock }, signal),
  );
  await showFindings(deps, sources, branch, diagnosis);
}

interface Entry extends QuickPickItem {
  readonly run?: () => Promise<unknown>;
}

async function showFindings(
  deps: CommandDeps,
  sources: RecordSources,
  branch: Branch,
  diagnosis: Diagnosis,
): Promise<void> {
  const { root } = branch.owner;
  const picker = createQuickPick<Entry>();
  picker.title = labelText(l10n.t('Diagnosis of “{0}”', root.connection.label));
  picker.placeholder = verdictSentence(diagnosis, deps.wording);
  picker.matchOnDetail = true;
  picker.matchOnDescription = true;
  picker.ignoreFocusOut = true;
  const fault = verdict(diagnosis);
  const others = diagnosis.findings.filter((finding) => finding !== fault);
  picker.items = [
    ...(fault ? [{ ...findingEntry(deps, fault), run: () => tellInFull(deps, branch, fault) }] : []),
    { label: l10n.t('Suggested actions'), kind: QuickPickItemKind.Separator },
    ...remedies(deps, sources, branch, fault, diagnosis),
    { label: l10n.t('Other checks'), kind: QuickPickItemKind.Separator },
    ...withoutRepeats(others, deps.wording).map((finding) => findingEntry(deps, finding)),
  ];
  const hidden = Promise.withResolvers<void>();
  picker.onDidHide(() => hidden.resolve());
  let chosen: Entry | undefined;
  picker.onDidAccept(() => {
    const [active] = picker.selectedItems;
    if (active?.run) {
      chosen = active;
      picker.hide();
    }
  });
  picker.show();
  await hidden.promise;
  picker.dispose();
  await chosen?.run?.();
}

/** A line of the list cuts long sentences off; here is all of it, with what helps. */
async function tellInFull({ report, wording }: CommandDeps, branch: Branch, fault: Finding): Promise<void> {
  const { evidence } = fault;
  if (evidence?.kind === 'error') {
    report.error(evidence.error, branch.owner);
  } else if (evidence) {
    report.warn(evidenceSentence(evidence, wording));
  }
}

function findingEntry({ wording }: CommandDeps, { suspect, result, evidence }: Finding): Entry {
  const { name, color } = resultIcons[result];
  return {
    label: suspectWords(suspect, wording),
    description: resultWord(result, wording),
    iconPath: new ThemeIcon(name, color ? new ThemeColor(color) : undefined),
    ...(evidence && { detail: labelText(evidenceSentence(evidence, wording)) }),
  };
}

function remedies(
  deps: CommandDeps,
  sources: RecordSources,
  branch: Branch,
  fault: Finding | undefined,
  diagnosis: Diagnosis,
): Entry[] {
  const remedy = fault ? remedyFor(fault, deps.wording) : 'none';
  const entries: Entry[] = [];
  if (remedy === 'retry') {
    entries.push({
      label: l10n.t('Refresh'),
      iconPath: new ThemeIcon('refresh'),
      run: async () => commands.executeCommand(commandIds.refreshRow, branch.owner),
    });
  } else if (remedy !== 'none') {
    const { button, command, argument } = offer(remedy, branch.owner);
    entries.push({
      label: button,
      iconPath: new ThemeIcon('wrench'),
      run: async () => commands.executeCommand(command, argument),
    });
  }
  return [
    ...entries,
    {
      label: l10n.t('Diagnose Again'),
      iconPath: new ThemeIcon('debug-restart'),
      run: () => showDiagnosis(deps, sources, branch),
    },
    {
      label: l10n.t('Copy Report'),
      iconPath: new ThemeIcon('copy'),
      detail: l10n.t('Without names, addresses and credentials.'),
      run: async () => {
        await env.clipboard.writeText(await diagnosisReport(deps, branch.owner.connection, diagnosis));
        deps.report.info(l10n.t('The report was copied.'));
      },
    },
  ];
}
