import { TokenManagerError } from '../../core/model/errors.ts';

/**
 * Refuses a packed answer. We ask for none; unpacking what a server sends unasked is how a small answer fills
 * the memory.
 */
export function refuseCompressed(encoding: string | null | undefined, status: number): void {
  if (encoding && encoding.trim().toLowerCase() !== 'identity') {
    throw new TokenManagerError('protocol', '', { code: 'compressed-answer', status });
  }
}

/** What has come of an answer. */
export class AnswerBody {
  readonly #maxBytes: number;
  readonly #status: number;
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(maxBytes: number, status: number) {
    this.#maxBytes = maxBytes;
    this.#status = status;
  }

  /** @throws `protocol` as soon as there is more of it than allowed */
  add(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) {
      throw new TokenManagerError('protocol', '', { code: 'answer-too-large', status: this.#status });
    }
    this.#chunks.push(chunk);
  }

  text(): string {
    return Buffer.concat(this.#chunks, this.#size).toString('utf8');
  }
}
