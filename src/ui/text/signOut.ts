import type { SignOutResult } from '../../core/act/handOvers.ts';
import type { Wording } from './context.ts';
import { errorWords } from './errors.ts';

/** What was seen when the accounts were read again. Signing out need not revoke anything at the service. */
export function signOutSentence(result: SignOutResult, name: string, wording: Wording): string {
  const { localize } = wording;
  switch (result.kind) {
    case 'gone':
      return localize('VS Code no longer lists “{0}”. Its service may not have ended the session.', name);
    case 'stillListed':
      return localize('VS Code still lists “{0}”: it was not signed out.', name);
    case 'unverified':
      return localize(
        'Whether “{0}” was signed out is not known. {1}',
        name,
        errorWords(result.error, wording).sentence,
      );
  }
}
