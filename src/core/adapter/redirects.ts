import type { Disposable } from '../event.ts';
import type { AuthorizationRequest } from './signInUser.ts';

/** Where a browser can lead back to this window. */
export interface Redirects {
  /** Ready to be led back to until it is disposed. */
  open(request: Pick<AuthorizationRequest, 'wayBack' | 'state' | 'isWayFixed'>): Promise<Redirect>;
}

/**
 * The state of the sign-in that a redirect says it answers. That of a signed answer (JARM) is inside it, and unchecked
 * like everything else in it: it tells only whose it is to check.
 */
export function stateIn({ searchParams }: URL): string | undefined {
  const response = searchParams.get('response');
  if (response === null) {
    return searchParams.get('state') ?? undefined;
  }
  const [, payload, ...rest] = response.split('.');
  const state = rest.length === 1 ? memberOf(payload, 'state') : undefined;
  return typeof state === 'string' ? state : undefined;
}

/**
 * Whether it is an encrypted answer, whose state cannot be read here. It ends a sign-in that waits alone, with a
 * reason instead of a long wait; nothing in it is ever used.
 */
export function isEncryptedAnswer({ searchParams }: URL): boolean {
  const [header, ...rest] = (searchParams.get('response') ?? '').split('.');
  return rest.length === 4 && memberOf(header, 'enc') !== undefined;
}

function memberOf(encoded: string | undefined, name: string): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded ?? '', 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
  } catch {
    return undefined;
  }
}

export interface Redirect extends Disposable {
  readonly uri: string;
  /** Resolves once, with whatever came that knows the state. */
  readonly callback: Promise<URL>;
}
