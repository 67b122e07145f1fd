import type { QuickPickItem } from 'vscode';
import type { Draft, FormStep } from '../../core/adapter/contract.ts';
import type { LocalSource } from '../../core/adapter/localSource.ts';
import { readLocalSource } from '../../core/adapter/localSources.ts';
import type { LocalMachine } from '../../core/ports.ts';
import { labelText } from '../text/escape.ts';
import { l10n } from './l10n.ts';
import { showQuickPick } from './quickInput.ts';

/** What was found, or `undefined` when nothing was chosen. */
export interface Found {
  readonly draft: Draft;
  /** The titles of the steps it answers; never a value. */
  readonly titles: readonly string[];
}

/** Names the places without looking at them, and reads the one that is chosen. */
export async function pickLocalSource(
  title: string,
  sources: readonly LocalSource[],
  steps: readonly FormStep[],
  machine: LocalMachine,
): Promise<Found | undefined> {
  const chosen = await showQuickPick(sources.map(entry), {
    title: labelText(title),
    placeHolder: l10n.t('Choose where to look. Nothing has been read yet.'),
    matchOnDetail: true,
  });
  if (!chosen) {
    return undefined;
  }
  const draft = await readLocalSource(chosen.source, steps, machine);
  const isFound = ({ id }: FormStep) => id in draft.settings || id in draft.secrets;
  return { draft, titles: steps.filter(isFound).map((step) => step.title) };
}

interface Entry extends QuickPickItem {
  readonly source: LocalSource;
}

function entry(source: LocalSource): Entry {
  return source.kind === 'environment'
    ? {
        source,
        label: l10n.t('Environment variables'),
        detail: list(Object.values(source.variables).flat()),
      }
    : {
        source,
        label: labelText(l10n.t('Files of {0}', source.name)),
        detail: list(source.paths.map((path) => ['~', '.config', ...path].join('/'))),
      };
}

function list(names: readonly string[]): string {
  return labelText(names.join(', '));
}
