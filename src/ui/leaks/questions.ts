import { env, type QuickPickItem, ThemeIcon, window } from 'vscode';
import type { Candidate } from '../../core/leaks/leakedTokens.ts';
import { l10n } from '../dialogs/l10n.ts';
import { showInputBox, showQuickPick } from '../dialogs/quickInput.ts';
import type { Wording } from '../text/context.ts';
import { candidateWords } from '../text/leaks.ts';

interface Source extends QuickPickItem {
  read(): Thenable<string | undefined>;
}

/** The text in which the token stands; nothing is read before it is chosen. */
export async function readText(): Promise<string | undefined> {
  const source = await showQuickPick(sources(), {
    title: title(),
    placeHolder: l10n.t('Choose where the token is. Nothing is sent before you confirm.'),
  });
  return source?.read();
}

/** The title of every question of the command. */
function title(): string {
  return l10n.t('Revoke Leaked Token');
}

function sources(): Source[] {
  const editor = window.activeTextEditor;
  const selection = editor && !editor.selection.isEmpty ? editor.document.getText(editor.selection) : '';
  return [
    ...(selection === ''
      ? []
      : [
          {
            label: l10n.t('Selection in the Editor'),
            iconPath: new ThemeIcon('selection'),
            read: async () => selection,
          },
        ]),
    {
      label: l10n.t('Clipboard'),
      iconPath: new ThemeIcon('clippy'),
      read: () => env.clipboard.readText(),
    },
    {
      label: l10n.t('Enter a Token…'),
      iconPath: new ThemeIcon('key'),
      read: () =>
        showInputBox({
          title: l10n.t('Token to Revoke'),
          prompt: l10n.t('Paste the token. It is not shown, stored or logged.'),
          password: true,
          ignoreFocusOut: true,
        }),
    },
  ];
}

/** By kind and place, because a value is never shown. */
export async function askWhichToken(
  candidates: readonly Candidate[],
  wording: Wording,
): Promise<Candidate | undefined> {
  const entries = candidates.map((candidate) => ({ ...candidateWords(candidate, wording), candidate }));
  const chosen = await showQuickPick(entries, {
    title: title(),
    placeHolder: l10n.t('The text holds several tokens. Choose the one to revoke.'),
  });
  return chosen?.candidate;
}
