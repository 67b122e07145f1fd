import { commands, l10n, window } from 'vscode';
import { commandIds } from '../contributions.ts';
import { TokenManagerError } from '../core/errors.ts';
import type { Logger } from '../core/ports.ts';
import { errorWords } from './errorWords.ts';
import { labelText } from './markdownText.ts';
import type { Wording } from './wording.ts';

/** Tells the user what happened to something they just did. Nothing else in the product shows notifications. */
export class Report {
  readonly #wording: Wording;
  readonly #logger: Logger;

  constructor(wording: Wording, logger: Logger) {
    this.#wording = wording;
    this.#logger = logger;
  }

  info(sentence: string): void {
    void window.showInformationMessage(labelText(sentence));
  }

  warn(sentence: string): void {
    void window.showWarningMessage(labelText(sentence));
  }

  /** A failed act. What the user stopped themselves is not reported. */
  error(thrown: unknown, subject?: unknown): void {
    const error = TokenManagerError.from(thrown);
    if (error.kind === 'cancelled') {
      return;
    }
    // Kind and code only: the detail may hold the service's own prose.
    this.#logger.error(`${error.kind} ${error.code ?? ''} ${error.status ?? ''}`.trimEnd());
    const { title, sentence, remedy } = errorWords(error, this.#wording);
    const text = labelText(l10n.t('{0}: {1}', title, sentence));
    const showLog = l10n.t('Show Log');
    const updateCredentials = l10n.t('Update Credentials…');
    const buttons = remedy === 'updateCredentials' && subject !== undefined ? [updateCredentials] : [showLog];
    void window.showErrorMessage(text, ...buttons).then((button) => {
      if (button === showLog) {
        return commands.executeCommand(commandIds.showLog);
      }
      return button === updateCredentials
        ? commands.executeCommand(commandIds.updateCredentials, subject)
        : undefined;
    });
  }
}
