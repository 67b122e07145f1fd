import { l10n as vscodeL10n } from 'vscode';
import { withQuotedNames } from '../../core/quotation.ts';

/** VS Code's translations, with no name ending our quotation marks; nothing else may import them. */
export const l10n = { t: withQuotedNames(vscodeL10n.t) };

/** Whether there is a translation into VS Code's display language. */
export const isTranslated = () => vscodeL10n.bundle !== undefined;
