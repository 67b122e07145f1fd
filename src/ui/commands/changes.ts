import { commands, type QuickPickItem, QuickPickItemKind } from 'vscode';
import { commandIds, viewId } from '../../contributions.ts';
import type { Change, ChangeTracker } from '../../core/changes/changes.ts';
import type { ChangeKind } from '../../core/changes/snapshot.ts';
import { l10n } from '../dialogs/l10n.ts';
import { showQuickPick } from '../dialogs/quickInput.ts';
import { reveal } from '../status/expiryWarning.ts';
import { labelText } from '../text/escape.ts';
import { kindWord } from '../text/states.ts';
import type { CommandDeps, Handlers } from './deps.ts';

/** What has changed since the user last looked, and what they want to hear of. */
export function changes(deps: CommandDeps) {
  return {
    [commandIds.showChanges]: () => showChanges(deps, deps.changes),
    [commandIds.markChangesSeen]: () => deps.changes.markSeen(),
    [commandIds.resetExpiryWarnings]: async () => {
      await deps.warnings.resetWarnings();
      deps.report.info(l10n.t('Warnings that were snoozed or switched off are shown again.'));
    },
  } satisfies Partial<Handlers>;
}

/** Far more than can be read; how many there are in all is in the title. */
const longestList = 1000;

/** Once the list has been closed, everything in it has been seen. */
async function showChanges(deps: CommandDeps, changes: ChangeTracker): Promise<void> {
  const all = await changes.list();
  if (all.length === 0) {
    deps.report.info(l10n.t('Nothing has changed since you last looked.'));
    return;
  }
  const title =
    all.length === 1
      ? l10n.t('1 Change Since You Last Looked')
      : l10n.t('{0} Changes Since You Last Looked', all.length);
  const placeHolder = l10n.t('Choose one to see it in the list; closing marks all as seen');
  const entries = kinds.flatMap((kind) => group(kind, all, deps));
  const picked = await showQuickPick<ChangeEntry | QuickPickItem>(entries.slice(0, longestList), {
    title,
    placeHolder,
    matchOnDescription: true,
  });
  await changes.markSeen();
  if (picked && 'change' in picked) {
    const { node } = picked.change;
    await (node.kind === 'item' ? reveal(node, deps) : commands.executeCommand(`${viewId}.focus`));
  }
}

const kinds: readonly ChangeKind[] = ['new', 'wider', 'owner', 'gone'];

function heading(kind: ChangeKind): string {
  switch (kind) {
    case 'new':
      return l10n.t('New');
    case 'wider':
      return l10n.t('May do more than before');
    case 'owner':
      return l10n.t('Has another owner');
    case 'gone':
      return l10n.t('Removed');
  }
}

interface ChangeEntry extends QuickPickItem {
  readonly change: Change;
}

function group(
  kind: ChangeKind,
  all: readonly Change[],
  { wording }: CommandDeps,
): (ChangeEntry | QuickPickItem)[] {
  const entries = all
    .filter((change) => change.kind === kind)
    .map((change) => ({
      change,
      label: labelText(change.name === '' ? l10n.t('(name not kept)') : change.name),
      description: labelText(
        l10n.t('{0} · {1}', kindWord(change.itemKind, wording), change.node.connection.label),
      ),
    }));
  return entries.length === 0
    ? []
    : [{ label: heading(kind), kind: QuickPickItemKind.Separator }, ...entries];
}
