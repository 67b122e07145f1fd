import type { TokenManagerError } from '../model/errors.ts';
import { maskShapes } from '../model/secretShapes.ts';
import type { ActError, ActResult } from './activity.ts';

export function failedResult(error: TokenManagerError): ActResult {
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
