import type { Memento } from 'vscode';
import type { AccessDecision, AccessDecisions, AccessStore } from '../../core/adapter/extensionAccess.ts';
import { TokenManagerError } from '../../core/model/errors.ts';

const key = 'extensionAccess';

/** The user's decisions about other extensions, in `globalState`. */
export class MementoAccessStore implements AccessStore {
  readonly #state: Memento;

  constructor(state: Memento) {
    this.#state = state;
  }

  /** What cannot be understood counts as undecided. */
  read(): AccessDecisions {
    const stored: unknown = this.#state.get(key);
    const entries = typeof stored === 'object' && stored !== null ? Object.entries(stored) : [];
    return Object.fromEntries(
      entries.flatMap(([id, decision]: [string, unknown]) => (isDecision(decision) ? [[id, decision]] : [])),
    );
  }

  async write(decisions: AccessDecisions): Promise<void> {
    try {
      await this.#state.update(key, decisions);
    } catch (cause) {
      throw new TokenManagerError('storage', '', { code: 'failed', cause });
    }
  }
}

function isDecision(value: unknown): value is AccessDecision {
  return (
    typeof value === 'object' &&
    value !== null &&
    'mayRead' in value &&
    typeof value.mayRead === 'boolean' &&
    'name' in value &&
    typeof value.name === 'string'
  );
}
