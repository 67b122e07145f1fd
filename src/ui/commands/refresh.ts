import { window } from 'vscode';
import { commandIds, viewId } from '../../contributions.ts';
import type { Branch } from '../../core/inventory/tree.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import type { CommandDeps, Handlers } from './deps.ts';

/** Everything that reads from services because the user asks. */
export function refresh(deps: CommandDeps, pick: RowPicker) {
  const { inventory } = deps;
  return {
    [commandIds.refresh]: () => inView(() => inventory.refreshAll()),
    [commandIds.refreshRow]: async (given) => {
      const branch = given.branch ?? (await pick.connection(l10n.t('Refresh')))?.branch;
      if (branch?.isOnRequest) {
        await loadOnRequest(deps, branch);
      } else if (branch) {
        await inView(() => inventory.refresh(branch));
      }
    },
    [commandIds.loadMore]: async ({ branch }) => {
      if (branch) {
        await inView(() => inventory.loadMore(branch));
      }
    },
    [commandIds.loadOnRequest]: async ({ branch }) => {
      if (branch) {
        await loadOnRequest(deps, branch);
      }
    },
    [commandIds.stopLoading]: async () => inventory.cancel(),
  } satisfies Partial<Handlers>;
}

/** Where reading does more than read, it is said first and asked for each time. */
async function loadOnRequest({ rowActs }: CommandDeps, branch: Branch): Promise<void> {
  const { owner } = branch;
  const children = owner.kind === 'item' ? owner.item.children : undefined;
  const caution = children?.kind === 'onRequest' ? children.caution : undefined;
  if (caution !== undefined) {
    const load = l10n.t('Load');
    const answer = await window.showWarningMessage(
      l10n.t('Load “{0}”?', owner.kind === 'item' ? owner.item.name : owner.connection.label),
      { modal: true, detail: caution },
      load,
    );
    if (answer !== load) {
      return;
    }
  }
  await inView(() => rowActs.loadOnRequest(branch));
}

async function inView(work: () => Promise<void>): Promise<void> {
  await window.withProgress({ location: { viewId } }, work);
}
