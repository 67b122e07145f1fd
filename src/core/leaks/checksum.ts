import { crc32 } from 'node:zlib';

/** Whether the checksum that a value carries fits the rest of it. */
export type Checksum = (value: string) => boolean;

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * The last six characters are the CRC-32 of the characters between the prefix and them, in base 62.
 * @see https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 */
export function crc32InBase62(prefix: string): Checksum {
  return (value) => {
    const body = value.slice(prefix.length, -6);
    return value.endsWith(inBase62(crc32(body)).padStart(6, '0'));
  };
}

/**
 * The last seven characters are the CRC-32 of all that stands before them, in base 36.
 * @see https://docs.gitlab.com/security/tokens/
 */
export const crc32InBase36: Checksum = (value) =>
  value.endsWith(crc32(value.slice(0, -7)).toString(36).padStart(7, '0'));

function inBase62(number: number): string {
  const rest = Math.floor(number / 62);
  const digit = base62.charAt(number % 62);
  return rest === 0 ? digit : inBase62(rest) + digit;
}
