import { TokenManagerError } from '../../src/core/errors.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../src/core/ports.ts';

/** A transport for tests on Node's own `fetch`: one exchange, nothing followed, nothing repeated. */
export const fetchTransport: Transport = {
  async send(request: TransportRequest): Promise<TransportResponse> {
    const { method, url, headers, body, limits, signal } = request;
    const tooLong = AbortSignal.timeout(limits.headersMs + limits.bodyMs);
    try {
      const answer = await fetch(url, {
        method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.any([signal, tooLong]),
        ...(body !== undefined && { body }),
      });
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: await answer.text(),
      };
    } catch (cause) {
      throw translated(cause, signal, tooLong);
    }
  },
};

function translated(cause: unknown, signal: AbortSignal, tooLong: AbortSignal): TokenManagerError {
  if (signal.aborted) {
    return new TokenManagerError('cancelled', '', { cause });
  }
  if (tooLong.aborted) {
    return new TokenManagerError('timeout', '', { cause });
  }
  const code = systemCode(cause);
  return new TokenManagerError('network', '', { cause, ...(code !== undefined && { code }) });
}

/** `fetch` wraps what the system said in a TypeError. */
function systemCode(error: unknown): string | undefined {
  const inner = error instanceof Error ? error.cause : undefined;
  return inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : undefined;
}
