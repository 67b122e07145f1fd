import { commandIds } from '../../contributions.ts';
import { certificateAuthorityFile } from '../../core/adapter/reservedSettings.ts';
import type { Connection } from '../../core/model/item.ts';
import { pickCertificateFile } from '../dialogs/certificateFile.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import { showQuickPick } from '../dialogs/quickInput.ts';
import { labelText } from '../text/escape.ts';
import type { CommandDeps, Handlers } from './deps.ts';

export function certificates(deps: CommandDeps, pick: RowPicker) {
  return {
    [commandIds.setCertificateAuthorityFile]: async (given) => {
      const node = given.node ?? (await pick.connection(l10n.t('Set Certificate Authority File')));
      const chosen = node && (await choose(node.connection));
      if (node && chosen) {
        deps.forgetTransports();
        await deps.connections.setCertificateAuthorityFile(node.connection.id, chosen.path);
      }
    },
  } satisfies Partial<Handlers>;
}

interface Choice {
  /** `undefined`: none from now on. */
  readonly path: string | undefined;
}

/** @returns `undefined` when the user gave up */
async function choose({ label, settings }: Connection): Promise<Choice | undefined> {
  const current = certificateAuthorityFile(settings);
  if (current !== undefined) {
    const another = { label: l10n.t('Choose another file…') };
    const none = { label: l10n.t('Use no file') };
    const picked = await showQuickPick([another, none], {
      title: labelText(l10n.t('Certificate Authority File of “{0}”', label)),
      placeHolder: current,
    });
    if (picked !== another) {
      return picked && { path: undefined };
    }
  }
  const path = await pickCertificateFile();
  return path === undefined ? undefined : { path };
}
