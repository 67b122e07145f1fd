import type { Draft, FormIo } from '../../core/adapter/contract.ts';
import type { DescriptionFinding } from '../../core/adapter/serviceDescriptions.ts';
import { isRecord } from '../../core/json.ts';
import { displayText } from '../../core/model/displayText.ts';
import { settled, TokenManagerError } from '../../core/model/errors.ts';
import type { Localize } from '../../core/ports.ts';
import { draftApi } from './adapter.ts';
import type { TokenPage } from './api.ts';
import type { ServiceDescription } from './description.ts';
import { isNoMoment, momentOf } from './moments.ts';
import { valueAt } from './paths.ts';

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
  const api = draftApi(description, draft, io);
  const [account, own, page] = await Promise.all([
    settled(api.account(signal)),
    settled(api.ownId(signal)),
    settled(api.page(undefined, false, signal)),
  ]);
  return [
    ...callFindings('account', description.account?.route, account, localize),
    ...callFindings('own', description.own?.route, own, localize),
    ...callFindings('list', description.list.route, page, localize),
    ...(page instanceof TokenManagerError ? [] : rowFindings(description, page, localize)),
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
  description: ServiceDescription,
  { tokens, next }: TokenPage,
  localize: Localize,
): DescriptionFinding[] {
  const [first] = tokens;
  if (first === undefined) {
    return [{ kind: 'note', sentence: localize('The list is empty, so its fields could not be compared.') }];
  }
  const misses = mappedPlaces(description).filter(({ place }) => valueAt(first, place) === undefined);
  const unreadable = momentPlaces(description).filter(({ place }) => !isMoment(first, place));
  return [
    {
      kind: 'fits',
      sentence:
        next === undefined
          ? localize('Tokens on the first page, which is the last: {0}.', tokens.length)
          : localize('Tokens on the first page, after which more follow: {0}.', tokens.length),
    },
    ...misses.map(({ name, place }): DescriptionFinding => {
      const there = memberNames(first).join(', ');
      return name === 'token.id'
        ? {
            kind: 'doesNotFit',
            sentence: localize('{0}: the first token has no “{1}”. It has: {2}', name, place, there),
          }
        : {
            kind: 'note',
            sentence: localize('{0}: the first token has no “{1}”. It has: {2}', name, place, there),
          };
    }),
    ...unreadable.map(
      ({ name, place }): DescriptionFinding => ({
        kind: 'doesNotFit',
        sentence: localize('{0}: “{1}” is no moment that can be read.', name, place),
      }),
    ),
    ...statusFindings(description, first, localize),
  ];
}

function statusFindings(
  { token: { status } }: ServiceDescription,
  first: unknown,
  localize: Localize,
): DescriptionFinding[] {
  const value = status && valueAt(first, status.at);
  return status && value !== undefined && !Object.hasOwn(status.means, String(value))
    ? [
        {
          kind: 'note',
          sentence: localize('{0}: what the first token says has no meaning yet.', 'token.status.means'),
        },
      ]
    : [];
}

interface MappedPlace {
  readonly name: string;
  readonly place: string;
}

function momentPlaces({ token }: ServiceDescription): MappedPlace[] {
  const { createdAt, lastUsedAt, expiresAt } = token;
  return named({ createdAt, lastUsedAt, expiresAt });
}

function mappedPlaces({ token }: ServiceDescription): MappedPlace[] {
  const { id, name, owner, scopes, status, createdAt, lastUsedAt, expiresAt } = token;
  return named({ id, name, owner, scopes, status: status?.at, createdAt, lastUsedAt, expiresAt });
}

function named(places: Readonly<Record<string, string | undefined>>): MappedPlace[] {
  return Object.entries(places).flatMap(([name, place]) =>
    place === undefined ? [] : [{ name: `token.${name}`, place }],
  );
}

function isMoment(token: unknown, place: string): boolean {
  const value = valueAt(token, place);
  return value === null || value === undefined || isNoMoment(value) || momentOf(value) !== undefined;
}

function memberNames(token: unknown): string[] {
  return isRecord(token)
    ? Object.keys(token)
        .slice(0, namesShown)
        .map((name) => displayText(name, 40))
    : [];
}
