/**
 * What went wrong, as far as it changes what the user does next.
 *
 * - `cancelled`: the user stopped it; nothing is shown.
 * - `network`, `timeout`, `server`: trying again may help; reads are retried with backoff.
 * - `tls`: a certificate is not trusted, expired or for another host; trying again does not help.
 * - `proxy`: the proxy cannot be reached, wants a password, or refuses; the service has seen nothing.
 * - `rateLimited`: trying again helps after `retryAt`, not before.
 * - `unauthorized`: the server does not accept the credential (also OAuth's `invalid_grant`).
 * - `credentialMissing`: SecretStorage has no credential for this connection.
 * - `forbidden`: the credential is good but lacks an access (also `insufficient_scope`).
 * - `notFound`: the object is not there, or (some vendors) not visible to this credential.
 * - `rejected`: the server understood the request and refused it; the reason is in `detail`.
 * - `protocol`: the answer is not what the vendor documents.
 * - `configuration`: a URL, identifier or client registration is wrong; also a refused redirect.
 * - `unsupported`: this adapter or this row cannot do what was asked.
 * - `storage`: SecretStorage failed or lost a value.
 * - `internal`: a defect of ours or of a guest adapter.
 */
export const errorKinds = [
  'cancelled',
  'network',
  'timeout',
  'server',
  'tls',
  'proxy',
  'rateLimited',
  'unauthorized',
  'credentialMissing',
  'forbidden',
  'notFound',
  'rejected',
  'protocol',
  'configuration',
  'unsupported',
  'storage',
  'internal',
] as const;

export type ErrorKind = (typeof errorKinds)[number];

export interface ErrorDetails {
  readonly cause?: unknown;
  /** HTTP status of the answer that failed. */
  readonly status?: number;
  /** A machine word: an OAuth or vendor error code, or the system's (`ECONNREFUSED`). */
  readonly code?: string;
  /** Epoch milliseconds before which the server asked not to be called. */
  readonly retryAt?: number;
}

const brand = Symbol.for('oauthTokens.TokenManagerError');

/** The one error that crosses our layers. `detail` is plain text for people and holds no secret. */
export class TokenManagerError extends Error {
  override readonly name = 'TokenManagerError';
  readonly [brand] = true;

  static {
    // Other extensions are handed errors of ours; through the class they must not change what everybody's do.
    Object.freeze(TokenManagerError.prototype);
    Object.freeze(TokenManagerError);
  }

  readonly kind: ErrorKind;
  readonly detail: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly retryAt: number | undefined;

  constructor(kind: ErrorKind, detail = '', details: ErrorDetails = {}) {
    super(
      detail === '' ? kind : `${kind}: ${detail}`,
      'cause' in details ? { cause: details.cause } : undefined,
    );
    this.kind = kind;
    this.detail = detail;
    this.status = details.status;
    this.code = details.code;
    this.retryAt = details.retryAt;
  }

  /** The bundle has this class once in each of its files, and a guest adapter brings its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }

  /** Any thrown value as a {@link TokenManagerError}; what is not one already counts as `internal`. */
  static from(thrown: unknown): TokenManagerError {
    if (thrown instanceof TokenManagerError) {
      return thrown;
    }
    if (thrown instanceof Error && thrown.name === 'AbortError') {
      return new TokenManagerError('cancelled', '', { cause: thrown });
    }
    return new TokenManagerError('internal', thrown instanceof Error ? thrown.message : '', {
      cause: thrown,
    });
  }
}

/** Throws `cancelled` when the signal says so; called between steps that cannot be interrupted. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new TokenManagerError('cancelled');
  }
}

/** The value, or the error it rejected with, as values of one type each. */
export async function settled<T>(promise: Promise<T>): Promise<T | TokenManagerError> {
  try {
    return await promise;
  } catch (thrown) {
    return TokenManagerError.from(thrown);
  }
}
