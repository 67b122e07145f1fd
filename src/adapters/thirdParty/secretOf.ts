import { Secret } from '../../core/model/secret.ts';

/** A value of the extension as a secret of our own; `undefined` when it is none. */
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
