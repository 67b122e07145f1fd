import type { Holders } from '../../core/leaks/holders.ts';
import type { Candidate, Examined, Way } from '../../core/leaks/leakedTokens.ts';
import type { TokenShape } from '../../core/leaks/recognize.ts';
import type { ValueOutcome } from '../../core/leaks/revokeByValue.ts';
import type { Wording } from './context.ts';
import { errorWords } from './errors.ts';
import { placeWords } from './revoke.ts';

/** What a question asks, and what has to be typed before it is done. */
export interface LeakQuestion {
  readonly question: string;
  readonly detail: string;
  readonly typed: string;
}

type ByValue = Extract<Way, { readonly kind: 'value' }>;
type ByRow = Extract<Way, { readonly kind: 'row' }>;

/** What a kind of token is called: the service, and the service's own word for it. */
export function shapeName({ service, kind }: TokenShape, { localize }: Wording): string {
  return localize('{0} {1}', service, kind);
}

export function candidateWords({ kind, line }: Candidate, wording: Wording) {
  const { localize } = wording;
  const place = localize('line {0}', line);
  const isDoubtful = kind?.certainty === 'doubtful';
  return {
    label: kind ? shapeName(kind.shape, wording) : localize('Unknown kind of token'),
    description: isDoubtful ? localize('{0} · may not be a token', place) : place,
  };
}

/** Why a value may not be a token; asked before anything else. */
export function doubtWords(shape: TokenShape, wording: Wording): string {
  return wording.localize(
    'It has the shape of a token of this kind: {0}. But its checksum is wrong, or its characters are those of a placeholder. Nothing was sent.',
    shapeName(shape, wording),
  );
}

export function valueQuestion({ how, shape }: ByValue, holders: Holders, wording: Wording): LeakQuestion {
  const { localize } = wording;
  const host = hostOf(how.baseUrl);
  const { service } = shape;
  const parts = [
    ...holderSentences(holders, wording),
    localize('The token is sent to {0} and nowhere else.', host),
    localize('Whatever uses this token stops working. This cannot be undone.'),
    how.tellsOwner ? localize('{0} sends an email to the owner of the token.', service) : undefined,
    how.hasOtherServers && holders.found.length === 0
      ? localize(
          'Tokens of other {0} servers look the same. If this one is not from {1}, cancel, add a connection to its server, and revoke it there.',
          service,
          host,
        )
      : undefined,
    holders.found.length === 0
      ? localize(
          'No connection here holds it, so its owner is not known. Revoke it only if it is yours or was leaked.',
        )
      : undefined,
  ];
  return {
    question: localize('Revoke this {0}?', shapeName(shape, wording)),
    detail: parts.filter((part) => part !== undefined).join('\n\n'),
    typed: service,
  };
}

/** @param reach what dies with the row, as for revoking it from the list */
export function rowQuestion({ row }: ByRow, reach: readonly string[], wording: Wording): LeakQuestion {
  const { localize } = wording;
  const { label, serviceName, account } = row.connection;
  const { identifier } = row.item;
  return {
    question: localize('Revoke “{0}”?', row.item.name),
    detail: [
      localize('It is the token “{0}”, found by comparing on this computer.', placeWords(row, wording)),
      ...reach,
      localize('It is revoked at {0} through this connection. This cannot be undone.', serviceName),
      ...(identifier === undefined ? [] : [localize('Identifier: {0}', identifier)]),
      localize('Connection: {0} ({1}, {2})', label, serviceName, account.name),
    ].join('\n\n'),
    typed: serviceName,
  };
}

/** Why it cannot be revoked from here, and what to do instead. */
export function otherWayWords(
  shape: TokenShape | undefined,
  { holders, way }: Examined,
  wording: Wording,
): string {
  const { localize } = wording;
  const [holder] = holders.found;
  const parts = [
    shape && localize('Kind of token: {0}.', shapeName(shape, wording)),
    ...holderSentences(holders, wording),
    way.kind === 'page'
      ? localize(
          '{0} does not revoke it by its value. Open the page of the service, find the token by its name or last use, and revoke or delete it there.',
          way.shape.service,
        )
      : holder
        ? localize(
            'It has no entry in the list of “{0}” that can be revoked. Revoke it at the service, then run Update Credentials.',
            holder.connection.label,
          )
        : localize('It is not a known kind of token, and no connection here holds it.'),
    holder ? undefined : localize('Nothing was sent.'),
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}

function holderSentences({ found, unread }: Holders, { localize, locale }: Wording): string[] {
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const names = (connections: Holders['unread']) =>
    list.format(connections.map(({ label }) => localize('“{0}”', label)));
  return [
    ...(found.length === 0
      ? []
      : [localize('It is a credential of {0}.', names(found.map(({ connection }) => connection)))]),
    ...(unread.length === 0
      ? []
      : [localize('It was not compared with {0}, whose credentials could not be read.', names(unread))]),
  ];
}

/** What was seen of a token that was sent to its service. */
export function outcomeSentence(
  outcome: ValueOutcome,
  { how, shape }: ByValue,
  wording: Wording,
): { readonly severity: 'info' | 'warning'; readonly sentence: string } {
  const { localize } = wording;
  const host = hostOf(how.baseUrl);
  const name = shapeName(shape, wording);
  switch (outcome.kind) {
    case 'dead':
      return {
        severity: 'info',
        sentence: localize('The {0} was revoked: {1} no longer accepts it.', name, host),
      };
    case 'deadBefore':
      return {
        severity: 'warning',
        sentence: localize(
          '{1} does not accept the {0}: it was revoked or expired before, or is not from there. Nothing was sent to revoke it.',
          name,
          host,
        ),
      };
    case 'accepted':
      return {
        severity: 'warning',
        sentence: how.probe
          ? localize(
              '{1} accepted the request to revoke the {0}, but was not yet seen to refuse it. Run the command again later to check.',
              name,
              host,
            )
          : localize(
              '{1} accepted the request to revoke the {0}. It offers no way to verify that it was revoked.',
              name,
              host,
            ),
      };
    case 'refused':
      return {
        severity: 'warning',
        sentence: localize(
          'The {0} was not revoked: {1} refused (HTTP {2}). {3}',
          name,
          host,
          outcome.status,
          outcome.words,
        ).trimEnd(),
      };
    case 'unknown':
      return {
        severity: 'warning',
        sentence: localize(
          'Whether the {0} was revoked is not known. {1} Run the command again to check.',
          name,
          outcome.error.kind === 'cancelled'
            ? localize('Stopped before the service answered.')
            : errorWords(outcome.error, wording).sentence,
        ),
      };
  }
}

export function hostOf(url: string): string {
  return new URL(url).host;
}
