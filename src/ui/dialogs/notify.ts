import { commands, window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import { ConnectionNode, ItemNode } from '../../core/inventory/tree.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Logger } from '../../core/ports.ts';
import type { Wording } from '../text/context.ts';
import { errorWords, proxySettingsQuery, type Remedy, serviceSettingsQuery } from '../text/errors.ts';
import { labelText } from '../text/escape.ts';
import { l10n } from './l10n.ts';

/** Tells the user what happened to something they just did. Nothing else notifies, but for expiry warnings. */
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

  /** Tells how it ended, with buttons for what can be done next. */
  offer(severity: 'info' | 'warning', sentence: string, actions: readonly Action[]): void {
    const show = severity === 'info' ? window.showInformationMessage : window.showWarningMessage;
    const text = labelText(sentence);
    void show(text, ...actions.map(({ label }) => label)).then(async (pressed) => {
      try {
        await actions.find(({ label }) => label === pressed)?.run();
      } catch (thrown) {
        this.error(thrown);
      }
    });
  }

  /** A failed act. What the user stopped themselves is not reported. */
  error(thrown: unknown, subject?: unknown): void {
    const error = TokenManagerError.from(thrown);
    if (error.kind === 'cancelled') {
      return;
    }
    const { title, sentence } = errorWords(error, this.#wording);
    const told = l10n.t('{0}: {1}', title, sentence);
    const name = subjectName(subject);
    this.failure(error, name === undefined ? told : l10n.t('{0} – {1}', name, told), subject);
  }

  /** A failed act that is told in words of its own, with what can be done about it. */
  failure(error: TokenManagerError, sentence: string, subject?: unknown): void {
    // Kind and code only: the detail may hold the service's own prose.
    this.#logger.error(`${error.kind} ${error.code ?? ''} ${error.status ?? ''}`.trimEnd());
    const { remedy } = errorWords(error, this.#wording);
    const { button, command, argument } = offer(remedy, subject);
    void window
      .showErrorMessage(labelText(sentence), button)
      .then((pressed) => (pressed === button ? commands.executeCommand(command, argument) : undefined));
  }
}

/** A button of a notification. */
export interface Action {
  readonly label: string;
  run(): Promise<void>;
}

export interface Offer {
  readonly button: string;
  readonly command: string;
  readonly argument?: unknown;
}

/** What the user can do about it from where they are; without a row to do it to, that is reading the log. */
export function offer(remedy: Remedy, subject: unknown): Offer {
  if (remedy === 'proxySettings') {
    const button = l10n.t('Open Settings');
    return { button, command: 'workbench.action.openSettings', argument: proxySettingsQuery };
  }
  if (remedy === 'serviceSettings') {
    const button = l10n.t('Open Settings');
    return { button, command: 'workbench.action.openSettings', argument: serviceSettingsQuery };
  }
  if (remedy === 'updateCredentials' && subject !== undefined) {
    const button = l10n.t('Update Credentials…');
    return { button, command: commandIds.updateCredentials, argument: subject };
  }
  if (remedy === 'certificateAuthority' && subject !== undefined) {
    const button = l10n.t('Set Certificate Authority File…');
    return { button, command: commandIds.setCertificateAuthorityFile, argument: subject };
  }
  return { button: l10n.t('Show Log'), command: commandIds.showLog };
}

/** Which of many it is about, the nearest name first. */
function subjectName(subject: unknown): string | undefined {
  if (subject instanceof ItemNode) {
    return l10n.t('“{0}” ({1})', subject.item.name, subject.connection.label);
  }
  return subject instanceof ConnectionNode ? l10n.t('“{0}”', subject.connection.label) : undefined;
}
