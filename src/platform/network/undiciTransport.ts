import type { Dispatcher } from 'undici';
import Agent from 'undici/lib/dispatcher/agent.js';
import type { Transport, TransportLimits, TransportRequest, TransportResponse } from '../../core/ports.ts';
import { AnswerBody, refuseCompressed } from './answerBody.ts';
import { type ConnectorOptions, createConnector } from './connector.ts';
import { PhaseDeadline } from './deadline.ts';
import { transportError } from './errors.ts';

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
  const { url, limits, signal } = outgoing;
  const answering = new Answering(limits, () => deadline.begin(limits.bodyMs));
  // undici's own time-outs watch for silence; this one also bounds an answer that trickles for ever.
  const deadline = new PhaseDeadline(limits.connectMs + limits.headersMs, signal, () => answering.stop());
  try {
    if (!signal.aborted) {
      agent.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: outgoing.method,
          headers: outgoing.headers,
          body: outgoing.body ?? null,
          headersTimeout: limits.headersMs,
          bodyTimeout: 0,
        },
        answering,
      );
    }
    return await answering.answer;
  } catch (thrown) {
    const nothingSent = !answering.isUnderWay;
    throw transportError({ thrown, cancelled: signal, isLate: deadline.isOver, nothingSent });
  } finally {
    deadline.end();
  }
}

/**
 * Collects one answer as undici's parser finds it: undici's own request() makes a stream of it, which takes as long
 * as all the rest. What is thrown here ends the exchange and its connection.
 */
class Answering implements Dispatcher.DispatchHandler {
  readonly #done = Promise.withResolvers<TransportResponse>();
  readonly #maxBytes: number;
  readonly #onHead: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #stopped: Error | undefined;
  #head: Omit<TransportResponse, 'body'> | undefined;
  #body: AnswerBody | undefined;

  /** @param onHead called when the answer has begun */
  constructor({ maxBytes }: TransportLimits, onHead: () => void) {
    this.#maxBytes = maxBytes;
    this.#onHead = onHead;
  }

  /** Whether a request was begun to be written. */
  get isUnderWay(): boolean {
    return this.#controller !== undefined;
  }

  /** Rejects with whatever went wrong, also when it was stopped. */
  get answer(): Promise<TransportResponse> {
    return this.#done.promise;
  }

  /** What has not been sent never is, and what is still to come is not read. */
  stop(): void {
    const reason = new Error('stopped');
    this.#stopped = reason;
    this.#done.reject(reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#stopped) {
      controller.abort(this.#stopped);
    }
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) {
      return;
    }
    this.#onHead();
    refuseCompressed([headers['content-encoding'] ?? []].flat().join(), status);
    this.#head = { status, headers: joined(headers) };
    this.#body = new AnswerBody(this.#maxBytes, status);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body?.add(chunk);
  }

  onResponseEnd(): void {
    if (this.#head && this.#body) {
      this.#done.resolve({ ...this.#head, body: this.#body.text() });
    }
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#done.reject(error);
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function joined(headers: Headers): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value] as const],
  );
  return Object.fromEntries(entries);
}
