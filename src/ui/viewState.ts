import { commands, type Memento } from 'vscode';
import { contextKeys } from '../contributions.ts';
import { type Disposable, Emitter } from '../core/event.ts';

const key = 'showsExpired';

/** What the user chose for the view, remembered between sessions and told to the menus. */
export class ViewState implements Disposable {
  readonly #state: Memento;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  constructor(state: Memento) {
    this.#state = state;
    void commands.executeCommand('setContext', contextKeys.showsExpired, this.showsExpired);
  }

  get showsExpired(): boolean {
    return this.#state.get(key) === true;
  }

  async setShowsExpired(showsExpired: boolean): Promise<void> {
    await this.#state.update(key, showsExpired);
    await commands.executeCommand('setContext', contextKeys.showsExpired, showsExpired);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
