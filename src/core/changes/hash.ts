import { hash } from 'node:crypto';

/** Enough for a million rows: two of them share one with a chance of one in a hundred million. */
const length = 11;

/** Stands for an identifier where it is kept on disk. */
export function rowHash(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, length);
}
