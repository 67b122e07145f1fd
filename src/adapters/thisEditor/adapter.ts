import type { ProviderAdapter } from '../../core/adapter/contract.ts';
import { thisEditorId } from '../../core/adapter/ownAdapters.ts';
import type { EditorAccounts, Localize } from '../../core/ports.ts';
import { EditorSession } from './session.ts';

/**
 * What the editor itself is signed in to. It needs no credential and gets none: the editor names its accounts to
 * every extension, and a session, which would have a token, is never asked for.
 */
export function thisEditor(accounts: EditorAccounts): (localize: Localize) => ProviderAdapter {
  return (localize) => {
    return {
      id: thisEditorId,
      displayName: localize('This VS Code'),
      description: localize('Accounts that VS Code is signed in to: list, sign out, who may use them'),
      icon: 'account',
      form: [],
      signIn: async () => ({
        settings: {},
        secrets: {},
        account: { id: thisEditorId, name: localize('Accounts') },
      }),
      open: () => new EditorSession(accounts, localize),
    };
  };
}
