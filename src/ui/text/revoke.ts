import type { Survivor } from '../../core/adapter/contract.ts';
import type { ItemNode, Node } from '../../core/inventory/tree.ts';
import type { BulkOutcome, BulkProgress, BulkResult } from '../../core/revoke/bulk.ts';
import type { RevokeResult } from '../../core/revoke/result.ts';
import type { BlockReason, Unread } from '../../core/revoke/targets.ts';
import type { Wording } from './context.ts';
import { errorWords } from './errors.ts';

/** What was seen when the list was read again, and nothing more. */
export function revokeSentence(result: RevokeResult, name: string, wording: Wording): string {
  const { localize } = wording;
  switch (result.kind) {
    case 'revoked':
      return withSurvivor(
        localize('“{0}” was revoked: the service no longer lists it as active.', name),
        result.survivor,
        wording,
      );
    case 'alreadyGone':
      return localize('“{0}” no longer existed.', name);
    case 'stillListed':
      return localize('The service accepted the request, but still lists “{0}”.', name);
    case 'waitingForApproval':
      return localize(
        '“{0}” is not revoked yet: the service waits for approval of activity {1}.',
        name,
        result.reference,
      );
    case 'stillRunning':
      return localize(
        '“{0}” is not confirmed as revoked: the service is still working on activity {1}. Refresh to see the outcome.',
        name,
        result.reference,
      );
    case 'unverifiable':
      return withSurvivor(
        localize(
          'The service accepted the request for “{0}”. It offers no way to verify that it was revoked.',
          name,
        ),
        result.survivor,
        wording,
      );
    case 'unverified':
      return localize(
        'The service accepted the request for “{0}”, but the outcome could not be read again. {1}',
        name,
        errorWords(result.error, wording).sentence,
      );
  }
}

/** Where something should have ended with it and may not have, that is told in the same breath. */
function withSurvivor(sentence: string, survivor: Survivor | undefined, wording: Wording): string {
  const { localize, absoluteTime } = wording;
  if (survivor === undefined) {
    return sentence;
  }
  const { name, expiresAt } = survivor;
  const rest =
    expiresAt === undefined
      ? localize('“{0}” is not known to be revoked and may work until it expires.', name)
      : localize('“{0}” is not known to be revoked and may work until {1}.', name, absoluteTime(expiresAt));
  return localize('{0} {1}', sentence, rest);
}

/** What stands below the name of one of many, under the heading of its result. */
export function outcomeWords({ result }: BulkOutcome, wording: Wording): string {
  const { localize } = wording;
  switch (result.kind) {
    case 'revoked':
      return withSurvivor(localize('The service no longer lists it as active.'), result.survivor, wording);
    case 'alreadyGone':
      return localize('It no longer existed.');
    case 'stillListed':
      return localize('The service accepted the request, but still lists it.');
    case 'waitingForApproval':
      return localize('The service waits for approval of activity {0}.', result.reference);
    case 'stillRunning':
      return localize(
        'The service is still working on activity {0}. Refresh to see the outcome.',
        result.reference,
      );
    case 'unverifiable':
      return withSurvivor(
        localize('The service accepted the request, and offers no way to verify it.'),
        result.survivor,
        wording,
      );
    case 'unverified':
      return localize('The list could not be read again. {0}', errorWords(result.error, wording).sentence);
    case 'failed':
      return errorWords(result.error, wording).sentence;
    case 'unknown':
      return result.error.kind === 'cancelled'
        ? localize('Stopped before the service answered. Refresh to see whether it still exists.')
        : localize(
            'No clear answer came, and the list could not be read again. {0}',
            errorWords(result.error, wording).sentence,
          );
    case 'notBegun':
      return result.why === 'cancelled'
        ? localize('Canceled before it started.')
        : localize(
            'Skipped: same error as an earlier request. {0}',
            errorWords(result.why, wording).sentence,
          );
  }
}

/** What there is to do comes first. */
export const resultOrder: readonly BulkResult['kind'][] = [
  'failed',
  'unknown',
  'stillListed',
  'unverified',
  'unverifiable',
  'stillRunning',
  'waitingForApproval',
  'notBegun',
  'revoked',
  'alreadyGone',
];

/** The heading over all rows of one result. */
export function resultHeading(kind: BulkResult['kind'], { localize }: Wording): string {
  switch (kind) {
    case 'revoked':
      return localize('Revoked');
    case 'alreadyGone':
      return localize('Already removed');
    case 'stillListed':
      return localize('Accepted, but still listed');
    case 'waitingForApproval':
      return localize('Waiting for approval');
    case 'stillRunning':
      return localize('The service is still working on it');
    case 'unverifiable':
      return localize('Accepted, cannot be verified');
    case 'unverified':
      return localize('Accepted, but not confirmed');
    case 'failed':
      return localize('Failed');
    case 'unknown':
      return localize('Unknown');
    case 'notBegun':
      return localize('Not started');
  }
}

/** Whether reading the list again later can say more. */
export function readingHelps({ kind }: RevokeResult): boolean {
  return ['stillListed', 'waitingForApproval', 'stillRunning', 'unverified'].includes(kind);
}

/** A codicon for each result. */
export const resultIcons: Readonly<Record<BulkResult['kind'], string>> = {
  revoked: 'pass',
  alreadyGone: 'dash',
  stillListed: 'warning',
  waitingForApproval: 'debug-pause',
  stillRunning: 'sync',
  unverified: 'question',
  unverifiable: 'question',
  failed: 'error',
  unknown: 'question',
  notBegun: 'circle-outline',
};

function countedResult(kind: BulkResult['kind'], count: number, { localize }: Wording): string {
  switch (kind) {
    case 'revoked':
      return localize('{0} revoked', count);
    case 'alreadyGone':
      return localize('{0} already removed', count);
    case 'stillListed':
      return localize('{0} still listed', count);
    case 'waitingForApproval':
      return localize('{0} waiting for approval', count);
    case 'stillRunning':
      return localize('{0} still running', count);
    case 'unverifiable':
      return localize('{0} not verifiable', count);
    case 'unverified':
      return localize('{0} not confirmed', count);
    case 'failed':
      return localize('{0} failed', count);
    case 'unknown':
      return localize('{0} unknown', count);
    case 'notBegun':
      return localize('{0} not started', count);
  }
}

/** How many came to which end, in one sentence. */
export function summarySentence(outcomes: readonly BulkOutcome[], wording: Wording): string {
  const { localize, locale } = wording;
  const counts = resultOrder.toReversed().flatMap((kind) => {
    const count = outcomes.filter(({ result }) => result.kind === kind).length;
    return count === 0 ? [] : [countedResult(kind, count, wording)];
  });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' }).format(counts);
  return wasStopped(outcomes)
    ? localize('Revocation canceled: {0}.', list)
    : localize('Revocation finished: {0}.', list);
}

function wasStopped(outcomes: readonly BulkOutcome[]): boolean {
  return outcomes.some(
    ({ result }) =>
      (result.kind === 'notBegun' && result.why === 'cancelled') ||
      (result.kind === 'unknown' && result.error.kind === 'cancelled'),
  );
}

export function progressWords(
  { sent, total, refused, isReading }: BulkProgress,
  { localize }: Wording,
): string {
  if (isReading) {
    return localize('checking the result…');
  }
  return refused === 0
    ? localize('{0} of {1}', sent, total)
    : localize('{0} of {1}, {2} not accepted', sent, total, refused);
}

export function blockWords(reason: BlockReason, { localize }: Wording): string {
  switch (reason) {
    case 'container':
      return localize('not revoked itself; Revoke All… acts on what is below it');
    case 'expired':
      return localize('has expired');
    case 'inactive':
      return localize('is no longer active');
    case 'waiting':
      return localize('is already waiting for approval');
    case 'notOffered':
      return localize('cannot be revoked from here');
  }
}

export function unreadWords({ why }: Unread, wording: Wording): string {
  return why === 'onRequest'
    ? wording.localize('is loaded only on request (Load Now…)')
    : errorWords(why, wording).sentence;
}

export function countWords(nodes: readonly ItemNode[], { localize }: Wording): string {
  const count = nodes.length;
  if (nodes.every(({ item }) => item.kind === 'token')) {
    return count === 1 ? localize('1 token') : localize('{0} tokens', count);
  }
  return count === 1 ? localize('1 entry') : localize('{0} entries', count);
}

/** The row with all above it, the connection first. */
export function placeWords(node: Node, wording: Wording): string {
  return node.kind === 'connection'
    ? node.connection.label
    : wording.localize('{0} › {1}', placeWords(node.parent.owner, wording), node.item.name);
}
