import { type OpenDialogOptions, ThemeIcon, window } from 'vscode';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import { type QuestionButton, warning } from './formQuestion.ts';
import { l10n } from './l10n.ts';

/** Asks for a certificate authority file. @returns its path, or `undefined` when the user gave up */
export function pickCertificateFile(): Promise<string | undefined> {
  return pickFile({
    title: l10n.t('Certificate Authority File'),
    openLabel: l10n.t('Trust for This Connection'),
    filters: { [l10n.t('Certificates')]: ['pem', 'crt', 'cer'], [l10n.t('All Files')]: ['*'] },
  });
}

/** At a box for the path of a file. @param keep makes it what stands in the box */
export function fileButton(title: string, keep: (path: string) => void): QuestionButton {
  return {
    iconPath: new ThemeIcon('folder-opened'),
    tooltip: l10n.t('Choose a File…'),
    press: async () => {
      const path = await toResult(pickFile({ title }));
      if (path === undefined) {
        return {};
      }
      if (path instanceof TokenManagerError) {
        return { said: warning(path.detail) };
      }
      keep(path);
      return { fills: true };
    },
  };
}

async function pickFile(options: OpenDialogOptions): Promise<string | undefined> {
  const [file] = (await window.showOpenDialog({ ...options, canSelectMany: false })) ?? [];
  if (file && file.scheme !== 'file') {
    throw new TokenManagerError(
      'unsupported',
      l10n.t('The file must be on the computer that the extension runs on.'),
    );
  }
  return file?.fsPath;
}
