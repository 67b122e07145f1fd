import type { ProviderAdapter } from '../../core/adapter/contract.ts';
import { thisEditorId } from '../../core/adapter/ownAdapters.ts';
import type { EditorAccounts, Localize } from '../../core/ports.ts';
import { thisEditorOffer } from './offer.ts';
import { EditorSession } from './session.ts';

/**
 * What the editor itself is signed in to. It needs no credential and gets none: the editor names its accounts to
 * every extension, and a session, which would have a token, is never asked for.
 */
export function thisEditor(accounts: EditorAccounts): (localize: Localize) => ProviderAdapter {
  return (localize) => {
    return {
      ...thisEditorOffer(localize),
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
