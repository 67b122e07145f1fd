import type { Draft, FormIo } from '../../core/adapter/contract.ts';
import type { DescriptionFinding } from '../../core/adapter/serviceDescriptions.ts';
import { isRecord } from '../../core/json.ts';
import { displayText } from '../../core/model/displayText.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import type { Localize } from '../../core/ports.ts';
import { draftApi } from './adapter.ts';
import type { DescribedApi, TokenPage } from './api.ts';
import { accountKey } from './credential.ts';
import {
  type MomentMap,
  type Section,
  type ServiceDescription,
  sectionsOf,
  type TokenMap,
} from './description.ts';
import { momentAt } from './moments.ts';
import { valueAt, valuesAt } from './paths.ts';
import { statusText } from './rows.ts';
import { SignedIn } from './signIn.ts';

const namesShown = 12;

/**
 * Calls a service as its description says, reading only, and says what fits and what does not. Of the answers
 * it tells the names of members, never a value.
 */
export async function tryDescription(
  description: ServiceDescription,
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<DescriptionFinding[]> {
  const signedIn = new SignedIn();
  const account = await toResult(draftApi(description, draft, io, signedIn).account(signal));
  const id = account instanceof TokenManagerError ? undefined : account?.id;
  const settings = { ...draft.settings, ...(id !== undefined && { [accountKey]: id }) };
  const api = draftApi(description, { ...draft, settings }, io, signedIn);
  const sections = sectionsOf(description);
  const found = await Promise.all(
    sections.map((section, index) =>
      sectionFindings(section, description.lists ? `lists.${index}.` : '', {
        api,
        localize,
        signal,
        now: io.clock.now(),
      }),
    ),
  );
  return [...callFindings('account', description.account?.route, account, localize), ...found.flat()];
}

interface Trial {
  readonly api: DescribedApi;
  readonly localize: Localize;
  readonly signal: AbortSignal;
  /** Epoch milliseconds by the service's clock. */
  readonly now: number;
}

async function sectionFindings(section: Section, at: string, trial: Trial): Promise<DescriptionFinding[]> {
  const { api, signal, localize } = trial;
  const [own, page] = await Promise.all([
    toResult(api.ownId(section, signal)),
    toResult(api.page(section, undefined, false, signal)),
  ]);
  const ownRoute = section.own && 'route' in section.own ? section.own.route : undefined;
  return [
    ...callFindings(`${at}own`, ownRoute, own, localize),
    ...callFindings(`${at}list`, section.list.route, page, localize),
    ...(page instanceof TokenManagerError ? [] : rowFindings(section.token, at, page, trial)),
  ];
}

function callFindings(
  part: string,
  route: string | undefined,
  outcome: unknown,
  localize: Localize,
): DescriptionFinding[] {
  if (route === undefined) {
    return [];
  }
  if (!(outcome instanceof TokenManagerError)) {
    return [{ kind: 'fits', sentence: localize('{0}: {1} answers as described.', part, route) }];
  }
  if (outcome.code === 'unexpected-shape') {
    const where = outcome.detail || localize('the whole answer');
    return [
      {
        kind: 'doesNotFit',
        sentence: localize('{0}: the answer of {1} has nothing usable at “{2}”.', part, route, where),
      },
    ];
  }
  return [{ kind: 'failed', part, route, error: outcome }];
}

function rowFindings(
  map: TokenMap,
  at: string,
  { tokens, next }: TokenPage,
  { localize, now }: Trial,
): DescriptionFinding[] {
  const [first] = tokens;
  if (first === undefined) {
    return [{ kind: 'note', sentence: localize('The list is empty, so its fields could not be compared.') }];
  }
  return [
    {
      kind: 'fits',
      sentence:
        next === undefined
          ? localize('Tokens on the first page, which is the last: {0}.', tokens.length)
          : localize('Tokens on the first page, after which more follow: {0}.', tokens.length),
    },
    ...missing(map, at, first, localize),
    ...unreadable(map, at, first, now, localize),
    ...wordless(map, at, first, localize),
    ...statusFindings(map, at, first, localize),
  ];
}

function missing(map: TokenMap, at: string, first: unknown, localize: Localize): DescriptionFinding[] {
  const misses = mappedPlaces(map).filter(({ place }) => valueAt(first, place) === undefined);
  return misses.map(({ name, place }) => {
    const there = memberNames(first).join(', ');
    return {
      kind: name === 'id' ? 'doesNotFit' : 'note',
      sentence: localize(
        '{0}: the first token has no “{1}”. It has: {2}',
        `${at}token.${name}`,
        place,
        there,
      ),
    };
  });
}

function unreadable(
  { createdAt, lastUsedAt, expiresAt }: TokenMap,
  at: string,
  first: unknown,
  now: number,
  localize: Localize,
): DescriptionFinding[] {
  const maps: Readonly<Record<string, MomentMap | undefined>> = { createdAt, lastUsedAt, expiresAt };
  return Object.entries(maps).flatMap(([name, map]): DescriptionFinding[] =>
    map !== undefined && momentAt(first, map, now).kind === 'unreadable'
      ? [
          {
            kind: 'doesNotFit',
            sentence: localize('{0}: “{1}” is not a valid date.', `${at}token.${name}`, placeOf(map)),
          },
        ]
      : [],
  );
}

/** Scopes that are objects have no words; a place inside them has. */
function wordless(
  { scopes }: TokenMap,
  at: string,
  first: unknown,
  localize: Localize,
): DescriptionFinding[] {
  const place = typeof scopes === 'object' ? scopes.at : scopes;
  const sample = valuesAt(first, place).find(isRecord);
  return sample === undefined || place === undefined
    ? []
    : [
        {
          kind: 'doesNotFit',
          sentence: localize(
            '{0}: what is at “{1}” are objects. Name a place inside them, such as {2}',
            `${at}token.scopes`,
            place,
            memberNames(sample)
              .map((name) => `${place.replace(/\[\]$/, '')}[].${name}`)
              .join(', '),
          ),
        },
      ];
}

function statusFindings(
  { status }: TokenMap,
  at: string,
  first: unknown,
  localize: Localize,
): DescriptionFinding[] {
  const known = (status ? [status].flat() : []).map(({ at: place, means }) => {
    const text = statusText(valueAt(first, place));
    return Object.hasOwn(means, text) || (text !== 'null' && Object.hasOwn(means, '*'));
  });
  const isThere = (status ? [status].flat() : []).some(
    ({ at: place }) => valueAt(first, place) !== undefined,
  );
  return isThere && !known.includes(true)
    ? [
        {
          kind: 'note',
          sentence: localize('{0}: the value of the first token is not listed.', `${at}token.status.means`),
        },
      ]
    : [];
}

interface MappedPlace {
  readonly name: string;
  readonly place: string;
}

/** What is left out by a service on purpose is none that is missed. */
function mappedPlaces(map: TokenMap): MappedPlace[] {
  const { id, name, owner, scopes, status, createdAt, lastUsedAt, expiresAt } = map;
  const moments = { createdAt, lastUsedAt, expiresAt };
  const kept = Object.entries(moments).filter(([, moment]) => typeof moment !== 'object' || !moment.absent);
  const single =
    status && !Array.isArray(status) && !Object.hasOwn(status.means, 'null') ? status.at : undefined;
  const places: Readonly<Record<string, string | undefined>> = {
    id,
    name,
    owner,
    scopes: typeof scopes === 'object' ? scopes.at : scopes,
    status: single,
    ...Object.fromEntries(kept.map(([key, moment]) => [key, moment && placeOf(moment)])),
  };
  return Object.entries(places).flatMap(([key, place]) =>
    place === undefined ? [] : [{ name: key, place }],
  );
}

function placeOf(map: MomentMap): string {
  return typeof map === 'string' ? map : map.at;
}

function memberNames(token: unknown): string[] {
  return isRecord(token)
    ? Object.keys(token)
        .slice(0, namesShown)
        .map((name) => displayText(name, 40))
    : [];
}
