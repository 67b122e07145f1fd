import { env, window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import { FadingClipboard } from '../../core/act/fadingClipboard.ts';
import type { ItemNode } from '../../core/inventory/tree.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import type { CommandDeps, Handlers } from './deps.ts';

/** Copy Token: the one way in which a value leaves the secret storage for its user. */
export function copyingToken(deps: CommandDeps, pick: RowPicker) {
  const { report, settings, records } = deps;
  const clipboard = new FadingClipboard(
    { read: async () => env.clipboard.readText(), write: async (text) => env.clipboard.writeText(text) },
    records.clock,
    () => report.warn(l10n.t('The clipboard could not be looked at. The token may still be in it.')),
  );
  deps.leaks.keep(clipboard);
  return {
    [commandIds.copyToken]: async ({ item }) => {
      if (!settings.copiesTokens()) {
        report.warn(l10n.t('Copying tokens is off. Turn on the setting {0} first.', settingId));
        return;
      }
      const node = item ?? (await pick.item(l10n.t('Copy Token'), (each) => deps.heldTokens.has(each)));
      if (node && (await isConfirmed(node))) {
        const { signal } = new AbortController();
        const isSeen = await deps.heldTokens.copy(node, signal, (token) => clipboard.put(token));
        const { name } = node.item;
        if (isSeen) {
          report.info(
            l10n.t(
              '“{0}” was copied. The clipboard is cleared in a minute, as long as this window stays open.',
              name,
            ),
          );
        } else {
          report.warn(l10n.t('“{0}” was copied, and cannot be taken out of the clipboard from here.', name));
        }
      }
    },
  } satisfies Partial<Handlers>;
}

const settingId = 'oauthTokens.copyToken.enabled';

async function isConfirmed({ item, connection }: ItemNode): Promise<boolean> {
  const copy = l10n.t('Copy Token');
  const answer = await window.showWarningMessage(
    l10n.t('Copy “{0}” of “{1}” to the clipboard?', item.name, connection.label),
    {
      modal: true,
      detail: l10n.t(
        'Every program can read the clipboard, and systems keep its history or share it with other devices. It is cleared after a minute if the token is still in it and this window is still open.',
      ),
    },
    copy,
  );
  return answer === copy;
}
