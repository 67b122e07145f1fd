import { commands, env } from 'vscode';
import { commandIds, viewId } from '../../contributions.ts';
import type { ItemNode } from '../../core/inventory/tree.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import { relatedSettingsQuery } from '../text/errors.ts';
import type { CommandDeps, Handlers } from './deps.ts';

/** Looking closer and around: details, identifiers, what the view shows, the log. */
export function look({ pages, report, viewState, log }: CommandDeps, pick: RowPicker) {
  return {
    [commandIds.showDetails]: async (given) => {
      const node = given.node ?? (await pick.item(l10n.t('Show Details'), isLeaf));
      if (node) {
        await pages.showDetails(node);
      }
    },
    [commandIds.showOverview]: () => pages.showOverview(),
    [commandIds.copyIdentifier]: async (given) => {
      const hasIdentifier = ({ item }: ItemNode) => item.identifier !== undefined;
      const node = given.item ?? (await pick.item(l10n.t('Copy Identifier'), hasIdentifier));
      const identifier = node?.item.identifier;
      if (identifier !== undefined) {
        await env.clipboard.writeText(identifier);
        report.info(l10n.t('The identifier of “{0}” was copied.', node?.item.name ?? ''));
      }
    },
    [commandIds.showExpired]: () => viewState.filter({ showsExpired: true }),
    [commandIds.hideExpired]: () => viewState.filter({ showsExpired: false }),
    [commandIds.showLog]: async () => log.show(),
    [commandIds.openSettings]: async () => {
      await commands.executeCommand('workbench.action.openSettings', relatedSettingsQuery);
    },
    [commandIds.showConnections]: async () => {
      await commands.executeCommand(`${viewId}.focus`);
    },
  } satisfies Partial<Handlers>;
}

function isLeaf({ item }: ItemNode): boolean {
  return item.children.kind === 'none' || item.children.kind === 'inline';
}
