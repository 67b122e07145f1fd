/** What stands where a credential was. */
export const mask = '••••••••';
const brand = Symbol.for('oauthTokens.Secret');

/**
 * A credential in memory. Every ordinary way of turning a value into text (string conversion, JSON,
 * `util.inspect`, string templates) yields a mask; only {@link Secret.reveal} yields the value, so that
 * each place where a value leaves the process can be found by searching for one word.
 */
export class Secret {
  readonly #value: string;
  readonly #parts: readonly Secret[];
  readonly [brand] = true;

  static {
    // Other extensions are handed secrets of theirs; through the class they must not get at those of others.
    Object.freeze(Secret.prototype);
    Object.freeze(Secret);
  }

  constructor(value: string, parts: readonly Secret[] = []) {
    this.#value = value;
    this.#parts = parts;
  }

  /** One secret made from several, for instance a form body; redaction knows its parts too. */
  static compose(parts: readonly Secret[], make: (values: readonly string[]) => string): Secret {
    return new Secret(make(parts.map((part) => part.reveal())), parts);
  }

  /** The bundle has this class once in each of its files, and another extension's adapter brings its own. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }

  reveal(): string {
    return this.#value;
  }

  /** A secret made from this one, for instance an `Authorization` header made from a token. */
  map(change: (value: string) => string): Secret {
    return new Secret(change(this.#value), [this]);
  }

  /** The value and the values it was made from. */
  *values(): Generator<string> {
    yield this.#value;
    for (const part of this.#parts) {
      yield* part.values();
    }
  }

  equals(other: Secret): boolean {
    return this.#value === other.reveal();
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return mask;
  }
}
