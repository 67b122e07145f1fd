import type { Memento } from 'vscode';
import type { IncidentFlag } from '../../core/incident/progress.ts';
import { TokenManagerError } from '../../core/model/errors.ts';

const key = 'incident';

/** In `globalState`, which is in memory when the extension starts. */
export class MementoIncidentFlag implements IncidentFlag {
  readonly #state: Memento;

  constructor(state: Memento) {
    this.#state = state;
  }

  read(): boolean {
    return this.#state.get(key) === true;
  }

  async write(isOpen: boolean): Promise<void> {
    try {
      await this.#state.update(key, isOpen ? true : undefined);
    } catch (cause) {
      throw new TokenManagerError('storage', '', { code: 'failed', cause });
    }
  }
}
