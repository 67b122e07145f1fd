import { commands, env, l10n } from 'vscode';
import { commandIds, viewId } from '../../contributions.ts';
import type { ItemNode } from '../../core/branch.ts';
import { type Disposable, disposeAll } from '../../core/event.ts';
import type { LazyPages } from '../pages.ts';
import type { RowPicker } from '../pick.ts';
import { type CommandDeps, nodeOf, register } from './deps.ts';

/** Looking closer and around: details, identifiers, what the view shows, the log. */
export function registerLook(
  deps: CommandDeps,
  pick: RowPicker,
  pages: LazyPages,
  log: { show(preserveFocus?: boolean): void },
): Disposable {
  const { report, viewState } = deps;
  return disposeAll([
    register(deps, commandIds.showDetails, async (argument) => {
      const node = nodeOf(argument) ?? (await pick.item(l10n.t('Show Details'), isLeaf));
      if (node) {
        await pages.showDetails(node);
      }
    }),
    register(deps, commandIds.showOverview, () => pages.showOverview()),
    register(deps, commandIds.copyIdentifier, async (argument) => {
      const hasIdentifier = ({ item }: ItemNode) => item.identifier !== undefined;
      const node = await pick.itemFor(argument, l10n.t('Copy Identifier'), hasIdentifier);
      const identifier = node?.item.identifier;
      if (identifier !== undefined) {
        await env.clipboard.writeText(identifier);
        report.info(l10n.t('The identifier of “{0}” was copied.', node?.item.name ?? ''));
      }
    }),
    register(deps, commandIds.showExpired, () => viewState.filter({ showsExpired: true })),
    register(deps, commandIds.hideExpired, () => viewState.filter({ showsExpired: false })),
    register(deps, commandIds.showLog, async () => log.show()),
    register(deps, commandIds.showConnections, async () => {
      await commands.executeCommand(`${viewId}.focus`);
    }),
  ]);
}

function isLeaf({ item }: ItemNode): boolean {
  return item.children.kind === 'none' || item.children.kind === 'inline';
}
