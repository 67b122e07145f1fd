import type { ProviderAdapter } from '../../core/adapter/contract.ts';
import type { LocalSource } from '../../core/adapter/localSource.ts';
import { groupIcons } from '../../core/adapter/serviceIcon.ts';
import { shelfId } from '../../core/adapter/shelf.ts';
import type { Localize } from '../../core/ports.ts';
import { describedAdapter } from '../declarative/adapter.ts';
import { descriptionSchema } from '../declarative/description.ts';
import { groupOf, type ShelfEntry } from './entry.ts';
import { worded } from './worded.ts';

/** A service that we describe, as an adapter. */
export function shelfAdapter(entry: ShelfEntry, localize: Localize): ProviderAdapter {
  const written = worded(descriptionSchema().parse(entry.description), (text) => localized(text, localize));
  const { prompt = promptOf(entry, localize) } = written.credential;
  const description = {
    ...written,
    id: shelfId(written.id),
    summary: summaryOf(entry, localize),
    credential: { ...written.credential, prompt },
  };
  const localSources = localSourcesOf(entry);
  return {
    ...describedAdapter(description, localize),
    icon: groupIcons[groupOf(entry.group)],
    ...(localSources.length > 0 && { localSources }),
  };
}

function summaryOf({ facts: { ran } }: ShelfEntry, localize: Localize): string {
  return ran === undefined
    ? localize('Described from public documentation, not tried with an account')
    : localize('Described from public documentation, tried with {0}', ran);
}

/** The places are named as the service's pages name them, in its own language. */
function promptOf({ facts }: ShelfEntry, localize: Localize): string {
  const { madeAt, ran } = facts;
  const places = madeAt.join(' / ');
  const needs = facts.needs === undefined ? undefined : localized(facts.needs, localize);
  if (ran !== undefined) {
    return needs === undefined
      ? localize('From {0}. Described from documentation, tried with {1}.', places, ran)
      : localize(
          'From {0}. It needs: {1}. Described from documentation, tried with {2}.',
          places,
          needs,
          ran,
        );
  }
  return needs === undefined
    ? localize('From {0}. This service was described from its documentation, not tried.', places)
    : localize(
        'From {0}. It needs: {1}. This service was described from its documentation, not tried.',
        places,
        needs,
      );
}

/** Texts of data are no literals: `npm run l10n` takes them from `textsOf`. */
function localized(text: string, translate: Localize): string {
  return translate(text);
}

/** Everything that is said in the user's language. */
export function textsOf({ facts: { needs }, description }: ShelfEntry): string[] {
  // One word is the name of an access, the same in every language.
  const texts = needs?.includes(' ') ? [needs] : [];
  worded(descriptionSchema().parse(description), (text) => {
    texts.push(text);
    return text;
  });
  return texts;
}

function localSourcesOf({ environment }: ShelfEntry): LocalSource[] {
  const known = Object.entries(environment?.variables ?? {}).flatMap(([step, names]) =>
    names ? [[step, names] as const] : [],
  );
  return known.length === 0 ? [] : [{ kind: 'environment', variables: Object.fromEntries(known) }];
}
