import type { HttpResponse } from '../../core/http/client.ts';
import { isRecord } from '../../core/json.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import { refused } from '../support/answers.ts';
import { parsedJson } from '../support/parsedJson.ts';
import type { ServiceDescription } from './description.ts';
import { valueAt, valuesAt } from './paths.ts';

/** Where REST APIs put what they have to say about a refusal. */
const usualPlaces = [
  'message',
  'error_description',
  'detail',
  'errorSummary',
  'error',
  'error.message',
  'errors[].message',
  'errors[].detail',
  'errors[].reason',
  'errors[].title',
  'errors[].msg',
  'errors[]',
  'msg',
  'reason',
];

/**
 * A refusal by its status, unless the description says that it is about the credential. Some services (Nomad) write
 * one sentence and no JSON.
 */
export function refusal(
  response: HttpResponse,
  { errorWords = [], unauthorized }: Pick<ServiceDescription, 'errorWords' | 'unauthorized'>,
): TokenManagerError {
  const body = parsedJson(response.body);
  const { status = [], when } = unauthorized ?? {};
  const isOfCredential =
    status.includes(response.status) && (!when || when.is.includes(String(valueAt(body, when.at))));
  return refused(response, {
    message: body === undefined ? plainWords(response) : wordsIn(body, errorWords),
    ...(isOfCredential && { kind: 'unauthorized' }),
  });
}

function plainWords({ headers, body }: HttpResponse): string | undefined {
  const isText = /^text\/plain\b/i.test(headers['content-type'] ?? '');
  return isText && body.trim() !== '' ? body.trim() : undefined;
}

/** What the body of an answer says against the success that its status tells; `undefined` when it says nothing. */
export function refusalInside(
  response: HttpResponse,
  body: unknown,
  places: readonly string[] = [],
): TokenManagerError | undefined {
  if (!isRecord(body)) {
    return undefined;
  }
  const { ok, success, error, errors } = body;
  const names = (value: unknown) => (typeof value === 'string' && value !== '') || isRecord(value);
  const says =
    ok === false || success === false || names(error) || (Array.isArray(errors) && errors.length > 0);
  return says ? refused(response, { kind: 'rejected', message: wordsIn(body, places) }) : undefined;
}

/** An answer that has nothing usable at a place; where the service says why, in its words. */
export function unusable(
  response: HttpResponse,
  body: unknown,
  place: string,
  places: readonly string[] = [],
): TokenManagerError {
  return (
    refusalInside(response, body, places) ??
    new TokenManagerError('protocol', place, { code: 'unexpected-shape', status: response.status })
  );
}

function wordsIn(body: unknown, places: readonly string[]): string | undefined {
  const texts = [...places, ...usualPlaces].map((place) =>
    valuesAt(body, place)
      .filter((value) => typeof value === 'string' && value !== '')
      .join(' · '),
  );
  return texts.find((text) => text !== '');
}
