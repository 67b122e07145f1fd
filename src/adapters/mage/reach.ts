import type { Reach } from '../../core/adapter/contract.ts';
import type { Item } from '../../core/model/item.ts';
import type { Localize } from '../../core/ports.ts';

/** What revoking a row ends, and what it does not. */
export function reachOf({ kind, name }: Item, isOwn: boolean, localize: Localize): Reach {
  if (kind === 'provider') {
    return {
      sentence: localize(
        'Mage AI deletes all unexpired tokens that it keeps for you for “{0}”. Pipelines and Git actions that need them stop working.',
        name,
      ),
      warnings: [
        localize('“{0}” is not notified. Copies of such a token keep working.', name),
        localize(
          'Expired tokens stay. Where one can be renewed, loading the providers again may sign Mage AI in again.',
        ),
      ],
    };
  }
  return {
    sentence: localize('The session of token {0} ends at once for everyone who uses it.', name),
    warnings: [
      isOwn
        ? localize('This connection uses this very token and will need new credentials.')
        : localize(
            'Tokens that Mage AI keeps for Git and SSO providers are in the same list. If this is one of them, the server refuses, and nothing changes.',
          ),
    ],
  };
}
