import { TokenManagerError } from '../model/errors.ts';
import type { TransportResponse } from '../ports.ts';

const maxRedirects = 3;

/** What of a request decides whether it may be sent to another path. */
export interface RedirectedRequest {
  /** The base URL of the connection. */
  readonly base: URL;
  readonly method: string;
  readonly carriesSecret: boolean;
}

/** Where an answer sends the request; `undefined` when it is no redirect, or names no URL. */
export function redirectTarget(answer: TransportResponse, from: URL): URL | undefined {
  const isRedirect = [301, 302, 303, 307, 308].includes(answer.status);
  const location = answer.headers.location;
  return isRedirect && location !== undefined ? (URL.parse(location, from.href) ?? undefined) : undefined;
}

/**
 * @param followed how many redirects of this request were followed before
 * @throws `configuration` when the request must not go to `target`
 */
export function refuseRedirect(from: URL, target: URL, request: RedirectedRequest, followed: number): void {
  if (target.origin !== from.origin) {
    throw new TokenManagerError('configuration', target.origin, { code: 'redirect' });
  }
  // Only a plain read means the same at another path, and beyond the base path another service may live, which
  // must not be shown a credential.
  const mayLeave = isBelow(request.base, target) || !request.carriesSecret;
  if (request.method !== 'GET' || followed === maxRedirects || !mayLeave) {
    throw new TokenManagerError('configuration', target.origin + target.pathname, { code: 'redirect' });
  }
}

function isBelow({ pathname }: URL, target: URL): boolean {
  return `${target.pathname}/`.startsWith(pathname.endsWith('/') ? pathname : `${pathname}/`);
}
