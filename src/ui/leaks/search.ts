import { ThemeIcon } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { LeakedTokens } from '../../core/leaks/leakedTokens.ts';
import { LeakSearch } from '../../core/leaks/search.ts';
import type { CommandDeps, Handlers } from '../commands/deps.ts';
import { l10n } from '../dialogs/l10n.ts';
import { withCancel } from '../dialogs/progress.ts';
import { showQuickPick } from '../dialogs/quickInput.ts';
import { searchLimits, searchSummary } from '../text/leakSearch.ts';
import { revokeCandidate } from './commands.ts';
import { LeakResults } from './resultsView.ts';

/** Find Leaked Tokens in Workspace, and what can be done with the results. */
export function findingLeaked(deps: CommandDeps, leakedTokens: LeakedTokens) {
  const search = new LeakSearch({ ...deps, ...deps.leaks });
  let results: LeakResults | undefined;
  // Not before it is used: the view is hidden until then, and most never search.
  const shown = () => {
    results ??= deps.leaks.keep(new LeakResults(deps.wording));
    return results;
  };
  return {
    [commandIds.findLeakedTokens]: async () => {
      const withIgnored = await askWhichFiles();
      if (withIgnored !== undefined) {
        await find(search, shown(), withIgnored, deps);
      }
    },
    [commandIds.revokeFoundToken]: async ({ passed }) => {
      const found = results?.foundToken(passed);
      if (!found) {
        return;
      }
      const title = l10n.t('Looking for the token in its file…');
      const candidate = await withCancel(title, (signal) => search.recall(found, signal));
      if (!candidate) {
        deps.report.warn(l10n.t('The token is no longer there. Search again.'));
      } else if ((await revokeCandidate(candidate, deps, leakedTokens)) === 'dead') {
        results?.markDead(found);
      }
    },
    [commandIds.clearLeakedTokens]: async () => results?.clear(),
  } satisfies Partial<Handlers>;
}

async function find(
  search: LeakSearch,
  results: LeakResults,
  ignored: boolean,
  { report, wording }: CommandDeps,
): Promise<void> {
  const result = await withCancel(l10n.t('Searching the open folders for tokens…'), (signal, progress) =>
    search.search({ ignored }, signal, (count) =>
      progress.report({ message: l10n.t('{0} found so far', count) }),
    ),
  );
  const limits = searchLimits(result, ignored, wording);
  const summary = searchSummary(result, wording);
  if (result.found.length > 0) {
    await results.show(result.found, limits);
    report.info(summary);
  } else {
    await results.clear();
    report.info(l10n.t('{0} {1}', summary, limits));
  }
}

async function askWhichFiles(): Promise<boolean | undefined> {
  const chosen = await showQuickPick(
    [
      {
        label: l10n.t('Files That Git Does Not Ignore'),
        description: l10n.t('what could be committed'),
        iconPath: new ThemeIcon('files'),
        ignored: false,
      },
      {
        label: l10n.t('Also Ignored Credential Files'),
        description: l10n.t('such as .env and .npmrc'),
        iconPath: new ThemeIcon('file-symlink-file'),
        ignored: true,
      },
    ],
    {
      title: l10n.t('Find Leaked Tokens in Workspace'),
      placeHolder: l10n.t('Choose what to search. Nothing is sent, and no value is kept.'),
    },
  );
  return chosen?.ignored;
}
