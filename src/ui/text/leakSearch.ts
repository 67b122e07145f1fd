import type { FoundToken, LeakSearchResult } from '../../core/leaks/search.ts';
import type { Wording } from './context.ts';
import { shapeName } from './leaks.ts';
import { placeWords } from './revoke.ts';

/** A row of the results. */
export interface FoundTokenWords {
  readonly label: string;
  readonly description: string;
  readonly icon: string;
}

export function foundTokenWords(found: FoundToken, isDead: boolean, wording: Wording): FoundTokenWords {
  const { localize } = wording;
  const { kind } = found;
  const parts = [
    localize('line {0}', found.line + 1),
    holderWords(found, wording),
    isDead ? localize('no longer accepted') : undefined,
    kind?.certainty === 'doubtful' ? localize('may not be a token') : undefined,
  ];
  return {
    label: kind ? shapeName(kind.shape, wording) : localize('Stored credential'),
    description: parts.filter((part) => part !== undefined).join(' · '),
    icon: isDead ? 'pass' : kind?.certainty === 'doubtful' ? 'question' : 'warning',
  };
}

function holderWords({ holder }: FoundToken, wording: Wording): string | undefined {
  return holder && (holder.row ? placeWords(holder.row, wording) : holder.connection.label);
}

/** For the problems of a file. */
export function problemWords(found: FoundToken, wording: Wording): string {
  const { localize } = wording;
  const name = found.kind ? shapeName(found.kind.shape, wording) : localize('Stored credential');
  return found.kind?.certainty === 'doubtful'
    ? localize('Possible token, but likely a placeholder: {0}', name)
    : localize('Possible leaked token: {0}. If others could read it, revoke it.', name);
}

/** How a search ended. */
export function searchSummary({ found }: LeakSearchResult, { localize }: Wording): string {
  const files = new Set(found.map(({ file }) => file)).size;
  if (found.length === 0) {
    return localize('No tokens were found in the open folders.');
  }
  return found.length === 1
    ? localize('1 possible token was found.')
    : localize('{0} possible tokens were found in {1} files.', found.length, files);
}

/** What was not searched; nothing found there says nothing. */
export function searchLimits(
  { isCut, isWhole, unread, found }: LeakSearchResult,
  withIgnored: boolean,
  { localize, locale }: Wording,
): string {
  const names = new Intl.ListFormat(locale, { type: 'conjunction' });
  const parts = [
    isCut ? localize('The search stopped after {0} tokens.', found.length) : undefined,
    isWhole ? undefined : localize('Some files or folders could not be read.'),
    unread.length > 0
      ? localize(
          'Credentials of {0} could not be read, and were not looked for.',
          names.format(unread.map(({ label }) => label)),
        )
      : undefined,
    withIgnored
      ? localize('Not searched: files over 5 MB, and other files that Git ignores.')
      : localize('Not searched: files over 5 MB, and files that Git ignores, such as .env.'),
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}
