import { window } from 'vscode';
import { TokenManagerError } from '../../core/model/errors.ts';
import { labelText } from '../text/escape.ts';
import { askText, back } from './formQuestion.ts';
import { l10n } from './l10n.ts';
import { showInputBox } from './quickInput.ts';

/** Asks for a connection's name; two connections of one name could not be told apart. */
export async function askForLabel(
  title: string,
  value: string,
  taken: readonly string[],
): Promise<string | undefined> {
  const label = await showInputBox({
    title: labelText(title),
    prompt: prompt(),
    value,
    ignoreFocusOut: true,
    validateInput: (text) => objection(text, taken),
  });
  return label?.trim();
}

/** The same as the last question of a form, with its way back. */
export async function askForNewLabel(question: {
  readonly title: string;
  readonly suggestion: string;
  readonly taken: readonly string[];
  readonly canGoBack: boolean;
}): Promise<{ readonly label: string } | 'back' | undefined> {
  const { title, suggestion, taken, canGoBack } = question;
  try {
    const label = await askText({
      title,
      canGoBack,
      step: { kind: 'text', id: 'label', title, prompt: prompt() },
      known: () => suggestion,
      problem: undefined,
      buttons: [],
      objection: (text) => objection(text, taken),
    });
    return { label };
  } catch (thrown) {
    if (thrown === back) {
      return 'back';
    }
    if (TokenManagerError.from(thrown).kind === 'cancelled') {
      return undefined;
    }
    throw thrown;
  }
}

/** Before a finished sign-in is thrown away: Escape may have been one key too many. */
export async function asksToDiscard(service: string, account: string): Promise<boolean> {
  const discard = l10n.t('Discard Sign-In');
  const answer = await window.showWarningMessage(
    l10n.t('Discard this sign-in?'),
    {
      modal: true,
      detail: [
        l10n.t('You are signed in to {0} as {1}, but the connection is not stored yet.', service, account),
        l10n.t('If you discard the sign-in, everything has to be entered again.'),
      ].join('\n\n'),
    },
    discard,
  );
  return answer === discard;
}

function prompt(): string {
  return l10n.t('Name of the connection in the list');
}

function objection(text: string, taken: readonly string[]): string | undefined {
  if (text.trim() === '') {
    return l10n.t('Enter a name.');
  }
  return taken.includes(text.trim()) ? l10n.t('Another connection has this name.') : undefined;
}
