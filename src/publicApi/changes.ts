import type { ConnectionsChange } from '../../api/oauth-token-manager.d.ts';
import { type Disposable, Emitter, type Event } from '../core/event.ts';
import type { Inventory, InventoryChange } from '../core/inventory/inventory.ts';

const pauseMs = 250;

/** The inventory's many small changes as a few events, and none without a listener. */
export class ChangeFeed implements Disposable {
  readonly #inventory: Pick<Inventory, 'onDidChange'>;
  readonly #changed = new Emitter<ConnectionsChange>();
  #source: Disposable | undefined;
  #ids = new Set<string>();
  #listChanged = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(inventory: Pick<Inventory, 'onDidChange'>) {
    this.#inventory = inventory;
  }

  readonly event: Event<ConnectionsChange> = (listener) => {
    this.#source ??= this.#inventory.onDidChange((change) => this.#note(change));
    return this.#changed.event(listener);
  };

  dispose(): void {
    clearTimeout(this.#timer);
    this.#source?.dispose();
    this.#changed.dispose();
  }

  #note(change: InventoryChange): void {
    if (change) {
      this.#ids.add(change.connection.id);
    } else {
      this.#listChanged = true;
    }
    this.#timer ??= setTimeout(() => this.#tell(), pauseMs).unref();
  }

  #tell(): void {
    const connectionIds = Object.freeze([...this.#ids]);
    const listChanged = this.#listChanged;
    this.#ids = new Set();
    this.#listChanged = false;
    this.#timer = undefined;
    this.#changed.fire(Object.freeze({ connectionIds, listChanged }));
  }
}
