import { type ErrorKind, TokenManagerError, withNothingSent } from '../../core/model/errors.ts';

const timeoutCodes = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/** OpenSSL's verification results as Node names them, and Node's own for a wrong host name. */
const tlsCode =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|EPROTO)/;

export function isTlsCode(code: string | undefined): boolean {
  return code !== undefined && tlsCode.test(code);
}

export interface Failure {
  readonly thrown: unknown;
  readonly cancelled: AbortSignal;
  /** Whether a phase took too long. */
  readonly isLate: boolean;
  /** Whether it is known that no request was begun; the code may know, too. */
  readonly nothingSent: boolean;
}

/**
 * What a failed exchange was, whichever client it failed in. What was thrown goes no further: some quote the header
 * that they cannot send, and some the answer.
 */
export function transportError(failure: Failure): TokenManagerError {
  const code = errorCode(failure.thrown);
  const nothingSent = failure.nothingSent || (code !== undefined && isBeforeSending(code));
  return withNothingSent(named(failure, code), nothingSent);
}

/** Codes that only come up while there is no connection yet. */
const connectCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Verification of a certificate; other codes of TLS come up later, too, such as that a client’s own is missing. */
function isBeforeSending(code: string): boolean {
  return (
    connectCodes.has(code) ||
    tunnelCodes[code] !== undefined ||
    /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|ERR_TLS_CERT_)/.test(code)
  );
}

function named({ thrown, cancelled, isLate }: Failure, code: string | undefined): TokenManagerError {
  if (cancelled.aborted) {
    return new TokenManagerError('cancelled');
  }
  for (const cause of causes(thrown)) {
    if (cause instanceof TokenManagerError) {
      return cause;
    }
  }
  const proxyCode = isLate || code === undefined ? undefined : tunnelCodes[code];
  if (proxyCode !== undefined) {
    return new TokenManagerError('proxy', '', { code: proxyCode });
  }
  if (!isLate && code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new TokenManagerError('protocol', '', { code: 'headers-too-large' });
  }
  if (!isLate && isNotHttp(thrown, code)) {
    return new TokenManagerError('protocol', '', { code: 'not-http' });
  }
  return new TokenManagerError(transportKind(code, isLate), '', code === undefined ? {} : { code });
}

/**
 * How the tunnel of another proxy agent (VS Code's own stack has one) fails. `ABORTED` is an answer
 * other than 200; which one it was is only in the message.
 */
const tunnelCodes: Readonly<Record<string, string>> = {
  UND_ERR_ABORTED: 'proxy-refused',
  UND_ERR_PRX_TLS: 'proxy-certificate',
};

/** What came was no HTTP; asking again brings the same. An answer cut short does not count. */
function isNotHttp(thrown: unknown, code: string | undefined): boolean {
  return (
    // undici gives most of its parser's errors no code.
    causes(thrown).some(({ name }) => name === 'HTTPParserError') && code !== 'HPE_INVALID_EOF_STATE'
  );
}

function transportKind(code: string | undefined, isLate: boolean): ErrorKind {
  if (isLate || (code !== undefined && timeoutCodes.has(code))) {
    return 'timeout';
  }
  return isTlsCode(code) ? 'tls' : 'network';
}

/** The system's or the library's word for it, from the innermost error that has one. */
export function errorCode(thrown: unknown): string | undefined {
  return causes(thrown)
    .map((cause) => ('code' in cause && typeof cause.code === 'string' ? cause.code : undefined))
    .findLast((code) => code !== undefined);
}

/** The built-in fetch wraps what happened in a TypeError, sometimes twice. */
function causes(thrown: unknown): Error[] {
  const chain: Error[] = [];
  let error = thrown;
  while (error instanceof Error && chain.length < 5) {
    chain.push(error);
    error = error.cause;
  }
  return chain;
}
