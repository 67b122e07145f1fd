import { type QuickInputButton, type QuickPickItem, QuickPickItemKind, ThemeIcon } from 'vscode';
import { type Preset, sameArrangement, usualArrangement } from '../../core/arrange/arrangement.ts';
import { l10n } from '../dialogs/l10n.ts';
import { createQuickPick, showInputBox, showQuickPick } from '../dialogs/quickInput.ts';
import { arrangementWords } from '../text/arrangement.ts';
import { labelText } from '../text/escape.ts';
import type { CommandDeps } from './deps.ts';

interface PresetItem extends QuickPickItem {
  choose?(): Promise<void>;
  delete?(): Promise<void>;
}

/** Applies, saves or deletes a named arrangement. */
export async function choosePreset(deps: CommandDeps): Promise<void> {
  const chosen = await pickWithButtons(l10n.t('Presets'), () => items(deps));
  await chosen?.choose?.();
}

function items(deps: CommandDeps): PresetItem[] {
  const { viewState } = deps;
  const { presets, arrangement } = viewState;
  const isUsual = sameArrangement(arrangement, usualArrangement);
  return [
    ...presets.map((preset) => presetItem(preset, deps)),
    {
      label: l10n.t('Default View'),
      description: l10n.t('all tokens, service order'),
      choose: () => viewState.arrange(usualArrangement),
    },
    { label: '', kind: QuickPickItemKind.Separator },
    ...(isUsual ? [] : [{ label: l10n.t('Save This View As…'), choose: () => save(deps) }]),
    ...(presets.length === 0 ? [] : [{ label: l10n.t('Delete Preset…'), choose: () => askToDelete(deps) }]),
  ];
}

function presetItem(
  { name, arrangement }: Preset,
  { viewState, connections, wording }: CommandDeps,
): PresetItem {
  const words = arrangementWords(arrangement, connections.all(), wording);
  const button: QuickInputButton = { iconPath: new ThemeIcon('trash'), tooltip: l10n.t('Delete Preset') };
  return {
    label: labelText(name),
    ...(words !== undefined && { description: labelText(words) }),
    buttons: [button],
    choose: () => viewState.arrange(arrangement),
    delete: () => viewState.deletePreset(name),
  };
}

async function save({ viewState }: CommandDeps): Promise<void> {
  const known = viewState.presets.map(({ name }) => name);
  const name = await showInputBox({
    title: l10n.t('Save View'),
    prompt: l10n.t('A name for this filter, order and grouping.'),
    validateInput: (text) =>
      known.includes(text.trim())
        ? { message: l10n.t('The preset of this name will be replaced.'), severity: 2 }
        : undefined,
  });
  if (name?.trim()) {
    await viewState.savePreset(name.trim());
  }
}

async function askToDelete(deps: CommandDeps): Promise<void> {
  const choices = deps.viewState.presets.map((preset) => {
    const { label, description } = presetItem(preset, deps);
    return { label, ...(description !== undefined && { description }), name: preset.name };
  });
  const chosen = await showQuickPick(choices, { title: l10n.t('Delete Preset') });
  if (chosen) {
    await deps.viewState.deletePreset(chosen.name);
  }
}

/** A quick pick whose items can be deleted in place. */
function pickWithButtons(title: string, list: () => PresetItem[]): Promise<PresetItem | undefined> {
  const pick = createQuickPick<PresetItem>();
  pick.title = title;
  pick.matchOnDescription = true;
  pick.items = list();
  return new Promise<PresetItem | undefined>((resolve) => {
    pick.onDidTriggerItemButton(async ({ item }) => {
      await item.delete?.();
      pick.items = list();
    });
    pick.onDidAccept(() => resolve(pick.selectedItems[0]));
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  }).finally(() => pick.dispose());
}
