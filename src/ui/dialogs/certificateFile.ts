import { window } from 'vscode';
import { TokenManagerError } from '../../core/model/errors.ts';
import { l10n } from './l10n.ts';

/** Asks for a certificate authority file. @returns its path, or `undefined` when the user gave up */
export async function pickCertificateFile(): Promise<string | undefined> {
  const [file] =
    (await window.showOpenDialog({
      title: l10n.t('Certificate Authority File'),
      openLabel: l10n.t('Trust for This Connection'),
      canSelectMany: false,
      filters: { [l10n.t('Certificates')]: ['pem', 'crt', 'cer'], [l10n.t('All Files')]: ['*'] },
    })) ?? [];
  if (file && file.scheme !== 'file') {
    throw new TokenManagerError(
      'unsupported',
      l10n.t('The file must be on the computer that the extension runs on.'),
    );
  }
  return file?.fsPath;
}
