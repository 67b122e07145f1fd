import type { Localize } from '../../core/ports.ts';
import type { Section } from './description.ts';

/** What revoking a row of a list does, where the description says nothing of its own. */
export function reachWords(noun: NonNullable<Section['noun']>, service: string, localize: Localize): string {
  switch (noun) {
    case 'token':
      return localize('Whatever uses this token loses its access to {0}.', service);
    case 'key':
      return localize('Whatever uses this key loses its access to {0}.', service);
    case 'grant':
      return localize('The application loses the access to {0} that it was given.', service);
    case 'session':
      return localize('Whatever is signed in by this session has to sign in to {0} again.', service);
  }
}
