import { parseJson } from '../json.ts';
import { displayText } from '../model/displayText.ts';
import { type ErrorDetails, type ErrorKind, TokenManagerError } from '../model/errors.ts';
import type { HttpResponse } from './client.ts';

/** The body as JSON; `numberText` knows how its numbers were written. @throws `protocol`, also for an empty body */
export function json(response: HttpResponse, parse: (text: string) => unknown = parseJson): unknown {
  try {
    return parse(response.body);
  } catch (thrown) {
    // The parser’s own error quotes the body, which may hold a credential; it goes no further.
    const isDeep = thrown instanceof RangeError;
    const code = isDeep ? 'unexpected-shape' : response.body.trim() === '' ? 'empty-answer' : 'not-json';
    throw new TokenManagerError('protocol', '', { code, status: response.status });
  }
}

export interface Refusal {
  /** The service's own words; masked and shortened here. */
  readonly message?: string | undefined;
  readonly code?: string | undefined;
  /** Where the vendor's word says more than the status does. */
  readonly kind?: ErrorKind | undefined;
}

/** The error for an answer that is not a success, by its HTTP status unless the refusal names the kind. */
export function refused(response: HttpResponse, refusal: Refusal = {}): TokenManagerError {
  const kind = refusal.kind ?? kindOfStatus(response.status);
  const details: ErrorDetails = {
    status: response.status,
    ...(refusal.code !== undefined && { code: displayText(response.redact(refusal.code), 60) }),
    ...(response.retryAt !== undefined && { retryAt: response.retryAt }),
  };
  return new TokenManagerError(kind, displayText(response.redact(refusal.message ?? '')), details);
}

function kindOfStatus(status: number): ErrorKind {
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
    case 410:
      return 'notFound';
    case 429:
      return 'rateLimited';
    default:
      return status >= 500 ? 'server' : status >= 400 ? 'rejected' : 'protocol';
  }
}
