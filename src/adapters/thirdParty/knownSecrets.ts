import { redact, Secret } from '../../core/model/secret.ts';
import type { Secrets } from '../../core/ports.ts';

const longestText = 20_000;
const mostSecrets = 100;
/** Shorter ones would be found in every other word. */
const shortestSecret = 4;

/** The credentials that a guest has been handed or has handed over, so that none comes back in its texts. */
export class KnownSecrets {
  readonly #secrets: Secret[] = [];
  /** Worked out once: a list has many texts, and hardly one of them holds a credential. */
  #values: readonly string[] = [];

  add(secrets: Secrets): void {
    for (const secret of Object.values(secrets)) {
      if (!this.#secrets.some((known) => known.equals(secret))) {
        this.#secrets.push(secret);
      }
    }
    this.#secrets.splice(0, this.#secrets.length - mostSecrets);
    const values = this.#secrets.flatMap((secret) => [...secret.values()]);
    this.#values = [...new Set(values)].filter(({ length }) => length >= shortestSecret);
  }

  redact(text: string): string {
    const read = text.slice(0, longestText);
    return redact(read, this.isIn(read) ? this.#secrets : []);
  }

  /** Whether a text that cannot be changed, such as an identifier, holds one. */
  isIn(text: string): boolean {
    return this.#values.some((value) => text.includes(value));
  }
}

/** A guest's value as a secret of our own; `undefined` when it is none. */
export function secretOf(value: unknown): Secret | undefined {
  if (!(value instanceof Secret)) {
    return undefined;
  }
  // Its class may be a copy, or an imitation: only what it answers counts.
  const [text, ...parts] = [value.reveal(), ...[...value.values()].slice(1, 10)];
  return isCredential(text)
    ? new Secret(
        text,
        parts.filter(isCredential).map((part) => new Secret(part)),
      )
    : undefined;
}

function isCredential(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 100_000;
}
