import { hash } from 'node:crypto';

/** Enough for a million rows: two of them share one with a chance of one in a hundred million. */
const length = 11;

/** Stands for an identifier where it is kept on disk. */
export function rowHash(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, length);
}

/** A name for something that is the same each time and tells nothing of what it names. */
export function fingerprint(text: string): string {
  return hash('sha256', text).slice(0, 40);
}
