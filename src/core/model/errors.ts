/**
 * What went wrong, as far as it changes what the user does next.
 *
 * - `cancelled`: the user stopped it; nothing is shown.
 * - `network`, `timeout`, `server`: reads are retried with backoff.
 * - `tls`: a certificate is not trusted, expired or for another host; not retried at once.
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
 * - `internal`: a defect of ours or of another extension's adapter.
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

/** What a kind of error means for what is done next. */
export interface ErrorTraits {
  /** The same request may succeed later although the user changes nothing. */
  readonly mayPass: boolean;
  /** Any other request to the same service would fail in the same way now. */
  readonly concernsWholeService: boolean;
  /** After a write: the server may have done it, or it was done before. Only reading again tells. */
  readonly mayHaveActed: boolean;
  /** After a write: nothing was done because of this request, and what it carried is as good as before. */
  readonly refused: boolean;
}

function traits(...named: readonly (keyof ErrorTraits)[]): ErrorTraits {
  return {
    mayPass: named.includes('mayPass'),
    concernsWholeService: named.includes('concernsWholeService'),
    mayHaveActed: named.includes('mayHaveActed'),
    refused: named.includes('refused'),
  };
}

export const errorTraits: Readonly<Record<ErrorKind, ErrorTraits>> = {
  cancelled: traits('mayPass', 'mayHaveActed'),
  network: traits('mayPass', 'mayHaveActed'),
  timeout: traits('mayPass', 'mayHaveActed'),
  server: traits('mayPass', 'mayHaveActed'),
  // A server gets a new certificate, and the login page of a public network goes away.
  tls: traits('mayPass', 'concernsWholeService'),
  proxy: traits('mayPass', 'concernsWholeService', 'refused'),
  rateLimited: traits('mayPass', 'concernsWholeService', 'refused'),
  unauthorized: traits('concernsWholeService', 'refused'),
  credentialMissing: traits('concernsWholeService', 'refused'),
  forbidden: traits('refused'),
  // The request changed nothing, and what was to be revoked may be gone already.
  notFound: traits('mayHaveActed', 'refused'),
  rejected: traits('refused'),
  protocol: traits('mayHaveActed'),
  configuration: traits('refused'),
  unsupported: traits('refused'),
  // A keyring that was locked. An adapter stores after the server has answered.
  storage: traits('mayPass', 'concernsWholeService', 'mayHaveActed'),
  // A defect that shows after the request was sent proves nothing about the server.
  internal: traits('mayHaveActed'),
};

export interface ErrorDetails {
  readonly cause?: unknown;
  /** HTTP status of the answer that failed. */
  readonly status?: number;
  /** A machine word: an OAuth or vendor error code, or the system's (`ECONNREFUSED`). */
  readonly code?: string;
  /** Epoch milliseconds before which the server asked not to be called. */
  readonly retryAt?: number;
  /**
   * It is certain that the service has seen nothing of what was asked: the connection was refused, its
   * certificate was not trusted, or this computer did not even try. Left out, it may have acted.
   */
  readonly nothingSent?: boolean;
}

const brand = Symbol.for('oauthTokens.TokenManagerError');

/** The one error that crosses our layers. `detail` is plain text for people and holds no secret. */
export class TokenManagerError extends Error {
  override readonly name = 'TokenManagerError';
  readonly [brand] = true;

  static {
    // Other extensions are handed errors of ours; through the class they must not change those of others.
    Object.freeze(TokenManagerError.prototype);
    Object.freeze(TokenManagerError);
  }

  readonly kind: ErrorKind;
  readonly detail: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly retryAt: number | undefined;
  readonly nothingSent: boolean;

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
    this.nothingSent = details.nothingSent ?? false;
  }

  /** The bundle has this class once in each of its files, and another extension's adapter brings its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }

  get traits(): ErrorTraits {
    return errorTraits[this.kind];
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

/** The same error for work of which something, or nothing, has been sent. */
export function withNothingSent(error: TokenManagerError, nothingSent: boolean): TokenManagerError {
  if (error.nothingSent === nothingSent) {
    return error;
  }
  const { kind, detail, status, code, retryAt, cause } = error;
  return new TokenManagerError(kind, detail, {
    nothingSent,
    ...(cause !== undefined && { cause }),
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    ...(retryAt !== undefined && { retryAt }),
  });
}

/** Throws `cancelled` when the signal says so; called between steps that cannot be interrupted. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new TokenManagerError('cancelled');
  }
}

/** The value, or the error it rejected with, as values of one type each. */
export async function toResult<T>(promise: Promise<T>): Promise<T | TokenManagerError> {
  try {
    return await promise;
  } catch (thrown) {
    return TokenManagerError.from(thrown);
  }
}
