import type { Connection } from '../model/item.ts';
import type { ConnectionIndex, CredentialStore } from '../ports.ts';

/**
 * What this window has added to the index, and taken from it. The index is one value that each window writes as a
 * whole, from what it has seen so far: of two that write at once, the second undoes what the first one did.
 */
export class OwnWrites {
  readonly #credentials: CredentialStore;
  readonly #added = new Map<string, Connection>();
  readonly #removed = new Set<string>();

  constructor(credentials: CredentialStore) {
    this.#credentials = credentials;
  }

  noteAdded(connection: Connection): void {
    this.#added.set(connection.id, connection);
  }

  noteRemoved(id: string): void {
    this.#added.delete(id);
    this.#removed.add(id);
  }

  /** Whether the index lacks what was added here, or has what was removed here. */
  mayBeUndone(index: ConnectionIndex): boolean {
    const ids = new Set(index.connections.map(({ id }) => id));
    return [...this.#added.keys()].some((id) => !ids.has(id)) || [...this.#removed].some((id) => ids.has(id));
  }

  /**
   * The connections as they would be, had no other window undone anything. Disconnecting deletes the credential,
   * and notes it before; where it is still there without such a note, the connection was only overwritten.
   */
  async restored(read: () => ConnectionIndex): Promise<readonly Connection[]> {
    const { connections } = read();
    const missing = [...this.#added.values()].filter(
      ({ id }) => !connections.some((other) => other.id === id),
    );
    const lost: Connection[] = [];
    for (const connection of missing) {
      const isKept = await this.#isStored(connection.id);
      if (isKept && !read().unsettled.some(({ id }) => id === connection.id)) {
        lost.push(connection);
      } else if (isKept === false) {
        this.#added.delete(connection.id);
      }
    }
    const now = read().connections.filter(({ id }) => !this.#removed.has(id));
    return [...now, ...lost.filter(({ id }) => !now.some((other) => other.id === id))];
  }

  /** `undefined` where it could not be asked. */
  async #isStored(id: string): Promise<boolean | undefined> {
    try {
      return (await this.#credentials.ids()).includes(id);
    } catch {
      return undefined;
    }
  }
}
