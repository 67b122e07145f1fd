import { l10n as vscodeL10n } from 'vscode';
import { withQuotedNames } from '../../core/quotation.ts';
import { translationOf } from '../text/sentenceKey.ts';

/** Puts the values into a translation, which it does not find once more. */
const filled = vscodeL10n.t;

/** VS Code's translations, with no name ending our quotation marks; nothing else may import them. */
export const l10n = {
  t: withQuotedNames((message, ...args) => filled(translationOf(message, vscodeL10n.bundle), ...args)),
};

/** Whether there is a translation into VS Code's display language. */
export const isTranslated = () => vscodeL10n.bundle !== undefined;
