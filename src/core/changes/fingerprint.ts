import { createHash } from 'node:crypto';

/** A name for something that is the same each time and tells nothing of what it names. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}
