import { l10n, window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { Disposable } from '../../core/event.ts';
import type { Connection } from '../../core/model.ts';
import { certificateAuthorityFile } from '../../core/reservedSettings.ts';
import { pickCertificateFile } from '../certificateFile.ts';
import { labelText } from '../markdownText.ts';
import type { RowPicker } from '../pick.ts';
import { type CommandDeps, nodeOf, register } from './deps.ts';

/** @param forgetTransports so that the file is read anew, also when only its content has changed */
export function registerCertificates(
  deps: CommandDeps,
  pick: RowPicker,
  forgetTransports: () => void,
): Disposable {
  return register(deps, commandIds.setCertificateAuthorityFile, async (argument) => {
    const node = nodeOf(argument) ?? (await pick.connection(l10n.t('Set Certificate Authority File')));
    const chosen = node && (await choose(node.connection));
    if (node && chosen) {
      forgetTransports();
      await deps.connections.setCertificateAuthorityFile(node.connection.id, chosen.path);
    }
  });
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
    const none = { label: l10n.t('Use no file any more') };
    const picked = await window.showQuickPick([another, none], {
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
