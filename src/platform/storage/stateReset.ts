import type { Memento } from 'vscode';
import { TokenManagerError } from '../../core/model/errors.ts';

/**
 * Forgets everything in a Memento.
 * @returns the keys that still have a value when looked for afterwards
 */
export async function forgetState(state: Memento): Promise<readonly string[]> {
  try {
    for (const key of state.keys()) {
      await state.update(key, undefined);
    }
  } catch (cause) {
    throw new TokenManagerError('storage', '', { code: 'failed', cause });
  }
  return state.keys().filter((key) => state.get(key) !== undefined);
}
