import { TokenManagerError } from '../core/errors.ts';

/**
 * Refuses a packed answer. We ask for none; unpacking what a server sends unasked is how a small answer fills
 * the memory.
 */
export function refuseCompressed(encoding: string | null | undefined, status: number): void {
  if (encoding && encoding.trim().toLowerCase() !== 'identity') {
    throw new TokenManagerError('protocol', '', { code: 'compressed-answer', status });
  }
}

/** @throws `protocol` as soon as there is more of it than allowed */
export async function bodyText(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  status: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new TokenManagerError('protocol', '', { code: 'answer-too-large', status });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
