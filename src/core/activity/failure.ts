import type { ErrorKind, TokenManagerError } from '../model/errors.ts';
import { maskShapes } from '../model/secretShapes.ts';

export interface ActError {
  readonly error: ErrorKind;
  /** A machine word; left out where it is more than that. */
  readonly code?: string;
  /** HTTP status. */
  readonly status?: number;
}

export function failedResult(
  error: TokenManagerError,
): { readonly kind: 'cancelled' } | ({ readonly kind: 'failed' } & ActError) {
  return error.kind === 'cancelled' ? { kind: 'cancelled' } : { kind: 'failed', ...actError(error) };
}

export function actError({ kind, code, status }: TokenManagerError): ActError {
  return {
    error: kind,
    ...(code !== undefined && isMachineWord(code) && { code }),
    ...(status !== undefined && { status }),
  };
}

/** Services can put anything into a code; what is no word, or looks like a credential, is not written down. */
function isMachineWord(code: string): boolean {
  return /^[\w.:-]{1,60}$/.test(code) && maskShapes(code) === code;
}
