import type { Dispatcher } from 'undici';
import request from 'undici/lib/api/api-request.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import { type ErrorKind, TokenManagerError } from '../core/errors.ts';
import type { Transport, TransportRequest, TransportResponse } from '../core/ports.ts';

/** One exchange at a time through undici, without touching anything process-wide. */
export function createUndiciTransport(connectMs: number): Transport & { close(): Promise<void> } {
  const agent = new Agent({ allowH2: false, connect: { timeout: connectMs } });
  return {
    send: (outgoing) => exchange(agent, outgoing),
    close: () => agent.destroy(),
  };
}

async function exchange(agent: Dispatcher, outgoing: TransportRequest): Promise<TransportResponse> {
  const { url, limits } = outgoing;
  // undici's own body time-out only watches for silence; this one bounds an answer that trickles for ever.
  const deadline = AbortSignal.timeout(limits.connectMs + limits.headersMs + limits.bodyMs);
  try {
    const answer = await request.call(agent, {
      origin: url.origin,
      path: url.pathname + url.search,
      method: outgoing.method,
      headers: outgoing.headers,
      body: outgoing.body ?? null,
      headersTimeout: limits.headersMs,
      bodyTimeout: limits.bodyMs,
      signal: AbortSignal.any([outgoing.signal, deadline]),
    });
    return {
      status: answer.statusCode,
      headers: joined(answer.headers),
      body: await text(answer, limits.maxBytes),
    };
  } catch (cause) {
    throw transportError(cause, outgoing.signal, deadline);
  }
}

async function text(answer: Dispatcher.ResponseData, maxBytes: number): Promise<string> {
  if (answer.headers['content-encoding'] !== undefined) {
    // We ask for none; unpacking what a server sends unasked is how a small answer fills the memory.
    answer.body.destroy();
    throw new TokenManagerError('protocol', '', { code: 'compressed-answer', status: answer.statusCode });
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.length;
    if (size > maxBytes) {
      answer.body.destroy();
      throw new TokenManagerError('protocol', '', { code: 'answer-too-large', status: answer.statusCode });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function joined(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value] as const],
  );
  return Object.fromEntries(entries);
}

const timeoutCodes = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/** OpenSSL's verification results as Node names them, and Node's own for a wrong host name. */
const tlsCode =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

function transportError(cause: unknown, cancelled: AbortSignal, deadline: AbortSignal): TokenManagerError {
  if (cause instanceof TokenManagerError) {
    return cause;
  }
  if (cancelled.aborted) {
    return new TokenManagerError('cancelled', '', { cause });
  }
  const code = errorCode(cause);
  return new TokenManagerError(transportKind(code, deadline), '', {
    cause,
    ...(code !== undefined && { code }),
  });
}

function transportKind(code: string | undefined, deadline: AbortSignal): ErrorKind {
  if (deadline.aborted || (code !== undefined && timeoutCodes.has(code))) {
    return 'timeout';
  }
  return code !== undefined && tlsCode.test(code) ? 'tls' : 'network';
}

function errorCode(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
