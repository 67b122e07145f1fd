import { commandIds } from '../../contributions.ts';
import { renewsAhead } from '../../core/adapter/reservedSettings.ts';
import type { ConnectionNode } from '../../core/inventory/tree.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import { showQuickPick } from '../dialogs/quickInput.ts';
import { labelText } from '../text/escape.ts';
import type { CommandDeps, Handlers } from './deps.ts';

/** Renew Ahead of Expiry: switches it on and off for one connection. */
export function renewingAhead(deps: CommandDeps, pick: RowPicker) {
  return {
    [commandIds.renewAhead]: async (given) => {
      const node = given.node ?? (await pick.connection(l10n.t('Renew Ahead of Expiry')));
      if (node) {
        await choose(deps, node.root);
      }
    },
  } satisfies Partial<Handlers>;
}

async function choose(
  { connections, sessions, report }: CommandDeps,
  { connection }: ConnectionNode,
): Promise<void> {
  const { id, label, settings } = connection;
  const session = await sessions.get(id);
  if (!session.renew) {
    const detail = l10n.t('The tokens of this connection cannot be renewed.');
    throw new TokenManagerError('unsupported', detail, { code: 'renew' });
  }
  const on = {
    label: l10n.t('On'),
    detail: l10n.t('Renews in the background a few minutes before expiry.'),
  };
  const off = {
    label: l10n.t('Off'),
    detail: l10n.t('Tokens are renewed only when you choose Renew Token.'),
  };
  const isOn = renewsAhead(settings);
  const chosen = await showQuickPick([on, off], {
    title: labelText(l10n.t('Renew the tokens of “{0}” ahead of their expiry', label)),
    placeHolder: isOn ? l10n.t('It is on now.') : l10n.t('It is off now.'),
  });
  if (chosen && (chosen === on) !== isOn) {
    await connections.setRenewsAhead(id, chosen === on);
    report.info(
      chosen === on
        ? l10n.t('The tokens of “{0}” are renewed ahead of their expiry from now on.', label)
        : l10n.t('The tokens of “{0}” are no longer renewed ahead of their expiry.', label),
    );
  }
}
