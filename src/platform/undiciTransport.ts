import type { Dispatcher } from 'undici';
import request from 'undici/lib/api/api-request.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import type { Transport, TransportRequest, TransportResponse } from '../core/ports.ts';
import { bodyText, refuseCompressed } from './answerBody.ts';
import { type ConnectorOptions, createConnector } from './connector.ts';
import { PhaseDeadline } from './phaseDeadline.ts';
import { transportError } from './transportErrors.ts';

export interface ClosableTransport extends Transport {
  /** Lets what is under way come to its end; nothing new may be sent. */
  close(): Promise<void>;
}

/** One exchange at a time through undici, without touching anything process-wide. */
export function createUndiciTransport(options: ConnectorOptions): ClosableTransport {
  const agent = new Agent({ allowH2: false, connect: createConnector(options) });
  return {
    send: (outgoing) => exchange(agent, outgoing),
    close: () => agent.close(),
  };
}

async function exchange(agent: Dispatcher, outgoing: TransportRequest): Promise<TransportResponse> {
  const { url, limits } = outgoing;
  // undici's own time-outs watch for silence; this one also bounds an answer that trickles for ever.
  const deadline = new PhaseDeadline(limits.connectMs + limits.headersMs, outgoing.signal);
  try {
    const answer = await request.call(agent, {
      origin: url.origin,
      path: url.pathname + url.search,
      method: outgoing.method,
      headers: outgoing.headers,
      body: outgoing.body ?? null,
      headersTimeout: limits.headersMs,
      bodyTimeout: 0,
      signal: deadline.signal,
    });
    deadline.begin(limits.bodyMs);
    return {
      status: answer.statusCode,
      headers: joined(answer.headers),
      body: await text(answer, limits.maxBytes),
    };
  } catch (thrown) {
    throw transportError(thrown, outgoing.signal, deadline.isOver);
  } finally {
    deadline.end();
  }
}

async function text(answer: Dispatcher.ResponseData, maxBytes: number): Promise<string> {
  const { body, headers, statusCode } = answer;
  try {
    refuseCompressed([headers['content-encoding'] ?? []].flat().join(), statusCode);
    return await bodyText(body, maxBytes, statusCode);
  } finally {
    // Destroying what has not been read is an error event, which nobody else waits for any more.
    body.on('error', () => undefined).destroy();
  }
}

function joined(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value] as const],
  );
  return Object.fromEntries(entries);
}
