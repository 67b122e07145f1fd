import { ProgressLocation, type QuickPickItem, window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import {
  type Grouping,
  kindChoices,
  naturalSort,
  type SortKey,
  stateChoices,
} from '../../core/arrange/arrangement.ts';
import { ruleIds } from '../../core/findings/rules.ts';
import { readEverything } from '../../core/inventory/loadEverything.ts';
import { l10n } from '../dialogs/l10n.ts';
import { showInputBox, showQuickPick } from '../dialogs/quickInput.ts';
import { alternatives, kindChoiceWord, stateChoiceWord } from '../text/arrangement.ts';
import { labelText } from '../text/escape.ts';
import { ruleTitle } from '../text/findings.ts';
import type { CommandDeps, Handlers } from './deps.ts';
import { choosePreset } from './presets.ts';
import { showMatches } from './showMatches.ts';

/** Filter, order, groups and presets; and reading everything, so that they work on everything. */
export function arrange(deps: CommandDeps) {
  const { viewState } = deps;
  const sortBy = (by: SortKey) => () => viewState.arrange({ sort: naturalSort(by) });
  const groupBy = (grouping: Grouping) => () => viewState.arrange({ grouping });
  return {
    [commandIds.filter]: () => askForFilter(deps),
    [commandIds.clearFilter]: () => viewState.clearFilter(),
    [commandIds.sortByService]: sortBy('service'),
    [commandIds.sortByName]: sortBy('name'),
    [commandIds.sortByExpiry]: sortBy('expiry'),
    [commandIds.sortByLastUse]: sortBy('lastUse'),
    [commandIds.sortByCreated]: sortBy('created'),
    [commandIds.reverseOrder]: () => {
      const { by, descending } = viewState.arrangement.sort;
      return viewState.arrange({ sort: { by, descending: !descending } });
    },
    [commandIds.groupByConnection]: groupBy('connection'),
    [commandIds.groupByProvider]: groupBy('provider'),
    [commandIds.groupByState]: groupBy('state'),
    [commandIds.groupByOwner]: groupBy('owner'),
    [commandIds.groupByFinding]: groupBy('finding'),
    [commandIds.presets]: () => choosePreset(deps),
    [commandIds.loadAll]: () => loadAll(deps),
  } satisfies Partial<Handlers>;
}

interface FilterItem extends QuickPickItem {
  ask(): Promise<void>;
}

/** First what is filtered by, with what is chosen so far; then the choice itself. */
async function askForFilter(deps: CommandDeps): Promise<void> {
  const chosen = await showQuickPick(filterItems(deps), {
    title: l10n.t('Filter'),
    placeHolder: l10n.t('Choose a filter. Only loaded rows are filtered.'),
  });
  await chosen?.ask();
  await showMatches(deps);
}

function filterItems(deps: CommandDeps): FilterItem[] {
  const { viewState, wording, connections } = deps;
  const { text, states, kinds, findings, connections: ids } = viewState.arrangement.filter;
  const labels = connections.all().flatMap(({ id, label }) => (ids.includes(id) ? [label] : []));
  const now = (words: readonly string[]) => labelText(alternatives(words, wording).join(''));
  return [
    { label: l10n.t('Text…'), description: labelText(text), ask: () => askForText(deps) },
    {
      label: l10n.t('State…'),
      description: now(states.map((state) => stateChoiceWord(state, wording))),
      ask: () => askForStates(deps),
    },
    {
      label: l10n.t('Connection…'),
      description: now(labels),
      ask: () => askForConnections(deps),
    },
    {
      label: l10n.t('Kind…'),
      description: now(kinds.map((kind) => kindChoiceWord(kind, wording))),
      ask: () => askForKinds(deps),
    },
    {
      label: l10n.t('Finding…'),
      description: now(findings.map((rule) => ruleTitle(rule, wording))),
      ask: () => askForFindings(deps),
    },
    { label: l10n.t('Clear Filter'), ask: () => viewState.clearFilter() },
  ];
}

async function askForText({ viewState }: CommandDeps): Promise<void> {
  const text = await showInputBox({
    title: l10n.t('Filter by Text'),
    prompt: l10n.t(
      'A part of a name, an owner, a remark or an identifier; upper and lower case are the same.',
    ),
    value: viewState.arrangement.filter.text,
  });
  if (text !== undefined) {
    await viewState.filter({ text: text.trim() });
  }
}

async function askForStates({ viewState, wording }: CommandDeps): Promise<void> {
  const states = await chooseSome(
    l10n.t('Filter by State'),
    stateChoices.map((state) => ({ value: state, label: stateChoiceWord(state, wording) })),
    viewState.arrangement.filter.states,
  );
  if (states) {
    await viewState.filter({ states });
  }
}

async function askForKinds({ viewState, wording }: CommandDeps): Promise<void> {
  const kinds = await chooseSome(
    l10n.t('Filter by Kind'),
    kindChoices.map((kind) => ({ value: kind, label: kindChoiceWord(kind, wording) })),
    viewState.arrangement.filter.kinds,
  );
  if (kinds) {
    await viewState.filter({ kinds });
  }
}

async function askForFindings({ viewState, wording, findings: tracker }: CommandDeps): Promise<void> {
  const findings = await chooseSome(
    l10n.t('Filter by Finding'),
    ruleIds.map((rule) => ({ value: rule, label: ruleTitle(rule, wording) })),
    viewState.arrangement.filter.findings,
  );
  if (findings) {
    // Otherwise the list would be empty first.
    await tracker.ask();
    await viewState.filter({ findings });
  }
}

async function askForConnections({ viewState, connections }: CommandDeps): Promise<void> {
  const ids = await chooseSome(
    l10n.t('Filter by Connection'),
    connections.all().map(({ id, label, serviceName }) => ({
      value: id,
      label: labelText(label),
      description: labelText(serviceName),
    })),
    viewState.arrangement.filter.connections,
  );
  if (ids) {
    await viewState.filter({ connections: ids });
  }
}

interface Choice<T> extends QuickPickItem {
  readonly value: T;
}

async function chooseSome<T>(
  title: string,
  choices: readonly Choice<T>[],
  before: readonly T[],
): Promise<readonly T[] | undefined> {
  const items = choices.map((choice) => ({ ...choice, picked: before.includes(choice.value) }));
  const options = { title, canPickMany: true, placeHolder: l10n.t('Select none for all.') } as const;
  return (await showQuickPick(items, options))?.map(({ value }) => value);
}

/** Every page, because the user asks for it; Cancel keeps what has been read. */
async function loadAll({ inventory, viewState, wording }: CommandDeps): Promise<void> {
  const { connections: ids } = viewState.arrangement.filter;
  const roots = inventory.roots.filter(({ connection }) => ids.length === 0 || ids.includes(connection.id));
  const format = new Intl.NumberFormat(wording.locale);
  const options = {
    location: ProgressLocation.Notification,
    title: l10n.t('Loading everything…'),
    cancellable: true,
  };
  await window.withProgress(options, (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => {
      controller.abort();
      inventory.cancel();
    });
    return readEverything(inventory, roots, controller.signal, ({ rows }) => {
      progress.report({ message: l10n.t('{0} rows', format.format(rows)) });
    });
  });
}
