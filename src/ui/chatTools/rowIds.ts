/**
 * What a chat calls connections and rows: random, so that it can name only what a tool has listed in this window, and
 * so that no identifier of a service leaves.
 */
export class RowIds {
  readonly #ids = new Map<string, string>();
  readonly #keys = new Map<string, string>();

  of(key: string): string {
    const known = this.#ids.get(key);
    if (known !== undefined) {
      return known;
    }
    const id = `row-${crypto.randomUUID().slice(0, 18)}`;
    this.#ids.set(key, id);
    this.#keys.set(id, key);
    return id;
  }

  key(id: string): string | undefined {
    return this.#keys.get(id);
  }
}
